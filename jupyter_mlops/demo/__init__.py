"""The demo: a notebook that trains on real data, opened in JupyterLab or executed headless."""
