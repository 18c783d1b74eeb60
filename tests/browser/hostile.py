"""What a cell could say so that a page misbehaves: markup, scripts, links, control sequences, and plain excess."""

from __future__ import annotations

IMAGE = '<img src=x onerror="window.hacked=1">'
SCRIPT = "</script><script>window.hacked=2</script>"
DRAWING = '<svg onload="window.hacked=3"><style>*{display:none!important}</style></svg>'
OUTSIDE = '<img src="http://outside.invalid/beacon.png"><link rel=stylesheet href=//outside.invalid/x.css>'
LINK = "\x1b]8;;javascript:window.hacked=4\x1b\\press here\x1b]8;;\x1b\\"
TURNED = "\u202egnitirw desrever\u2066\u200b\u200d\ufeff"
SCREEN = "\x1b[2J\x1b[H\x1b]0;title\x07\x1b[31m"
TEMPLATE = "${window.hacked=5} {{window.hacked=6}} javascript:window.hacked=7"
QUOTES = "\"' onmouseover=window.hacked=8 x='"
TEXTS = [IMAGE, SCRIPT, DRAWING, OUTSIDE, LINK, TURNED, SCREEN, TEMPLATE, QUOTES]
ALL = " ".join(TEXTS)
LONG = "w" * 100_000

MARKUP = f"""
<p>shown</p>{IMAGE}{SCRIPT}{DRAWING}{OUTSIDE}
<iframe src="javascript:parent.window.hacked=9" srcdoc="<script>parent.hacked=10</script>"></iframe>
<a href="javascript:window.hacked=11" id="press">press</a>
<form action="http://outside.invalid/"><button>send</button></form>
<div style="position:fixed;inset:0;background:url(http://outside.invalid/style.png)">over all</div>
<object data="http://outside.invalid/o"></object><embed src="http://outside.invalid/e">
<meta http-equiv=refresh content="0;url=http://outside.invalid/"><base href="http://outside.invalid/">
"""

# What a rank displays, as any library could: every type that a front end may want to render.
BUNDLES: list[dict[str, object]] = [
    {"text/html": MARKUP, "text/plain": ALL},
    {"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg' onload='window.hacked=12'>{SCRIPT}</svg>"},
    {"application/javascript": "window.hacked = 13"},
    {"text/markdown": f"[press](javascript:window.hacked=14) {IMAGE} ![x](http://outside.invalid/markdown.png)"},
    {"text/latex": "$\\href{javascript:window.hacked=15}{x} \\unicode{x3C}script>$"},
    {"application/json": {IMAGE: [SCRIPT, {QUOTES: None}]}},
    {"image/png": "x' onerror='window.hacked=16"},
    {"application/vnd.jupyter-mlops.run+json": {"id": "../../../../api/contents", "home": IMAGE, "snapshot": SCRIPT}},
    {f"text/{IMAGE}": IMAGE},
    {"text/plain": ALL + LONG},
]

CELL = f"""
title = "mild"
import json, os, sys
from jupyter_mlops import display, out_dir, report

texts = {TEXTS!r}
for step in range(3):
    report(step=step, loss=1 / (step + 1), **{{text[:80]: step / 3 for text in texts}})
for text in texts:
    print(text, flush=True)
    print(text, file=sys.stderr, flush=True)
    try:
        (out_dir / text.replace("/", "\\u2215").replace("\\0", "")[:80]).write_text(text)
    except OSError:
        pass
print({LONG!r})
for bundle in {BUNDLES!r}:
    display(bundle, raw=True)
made = type(texts[0], (), {{}})()
hostile_error = type(texts[0], (Exception,), {{}})
def fail(x):
    raise hostile_error(" ".join(texts) + x)
if title != "ends well":
    fail({LONG[:1000]!r})
"""
PARAMS = {"title": ALL}
NOTE = ALL
TAGS = [IMAGE, SCRIPT, TURNED]
