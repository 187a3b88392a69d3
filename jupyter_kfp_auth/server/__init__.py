"""The Jupyter server extension: the routes of ``openapi.yaml`` for the panel and the widget."""
