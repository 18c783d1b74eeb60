"""MLflow's tracking store that is the run: imported by MLflow alone."""
