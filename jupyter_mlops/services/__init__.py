"""What users mean, one file per noun."""
