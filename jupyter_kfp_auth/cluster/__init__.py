"""The Kubernetes API, asked as the pod's own service account."""
