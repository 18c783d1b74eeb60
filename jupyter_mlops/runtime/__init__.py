"""What runs inside a rank. Standard library only, Python 3.8 or newer; it travels to where the ranks are."""
