"""What the handlers serve: Pipelines for many pages. Nothing here knows tornado."""
