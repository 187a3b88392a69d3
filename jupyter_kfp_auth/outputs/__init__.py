"""What runs produced: parameters, metrics and artifacts, and how runs compare."""
