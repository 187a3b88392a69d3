"""Who am I and where is Pipelines: the settings, each with its origin."""
