"""The Jupyter server's side: REST routes and events over the same home that kernels use. Runs no code of a run."""
