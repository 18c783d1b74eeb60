"""What a noun looks like where only text or HTML can be shown: pure functions from a snapshot."""

from jupyter_mlops.cards.homes import home_html, home_text
from jupyter_mlops.cards.runs import MIME_TYPE, run_html, run_mimebundle, run_text
from jupyter_mlops.cards.table import runs_html, runs_text

__all__ = [
    "MIME_TYPE",
    "home_html",
    "home_text",
    "run_html",
    "run_mimebundle",
    "run_text",
    "runs_html",
    "runs_text",
]
