"""Train, watch and keep models from ordinary notebook cells."""
