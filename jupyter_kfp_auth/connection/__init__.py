"""Who am I and where is Pipelines: settings with their origin, the token, the HTTP session."""
