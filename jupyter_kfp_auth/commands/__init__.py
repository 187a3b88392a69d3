"""What users can ask, once: for `%kfp`, for `jupyter kfp`, for the panel and for the widget."""
