"""A cell and what it uses, to a bundle with a receipt, and back."""
