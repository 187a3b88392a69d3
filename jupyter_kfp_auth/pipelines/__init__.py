"""The Kubeflow Pipelines REST API as typed Python.

The wire's oddities stop here: absent zero values, 1970 for "no time", camelCase `recurringRuns`,
v1 resource references, five shapes of error.
"""
