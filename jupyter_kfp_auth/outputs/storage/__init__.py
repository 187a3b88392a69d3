"""The object stores in which artifacts lie."""
