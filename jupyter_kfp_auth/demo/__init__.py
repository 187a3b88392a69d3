"""The demo: the sandbox, JupyterLab, and the tour notebook, without a cluster."""
