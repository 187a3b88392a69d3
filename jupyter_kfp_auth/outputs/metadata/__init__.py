"""ML Metadata, where KFP 2 keeps what its runs produced."""
