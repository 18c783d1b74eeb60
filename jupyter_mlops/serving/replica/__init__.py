"""A process that answers for one version of a model: Open Inference Protocol V2, and KServe's V1."""
