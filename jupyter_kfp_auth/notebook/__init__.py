"""`%kfp` and the explorer widget."""
