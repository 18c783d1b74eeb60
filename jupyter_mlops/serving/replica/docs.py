"""A page for people: what the model takes and gives, how it is asked, and a form to try it. It loads nothing else."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from .config import Config
from .metadata import outputs
from .model import Model
from .openapi import request, row
from .rows import Field

_POLICY = (
    b"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
    b"base-uri 'none'; form-action 'none'"
)
HEADERS = [(b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", _POLICY)]

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem; margin-bottom: 0 } h2 { font-size: 1.05rem; margin-top: 2rem }
table { border-collapse: collapse } th, td { text-align: left; padding: .2rem 1.2rem .2rem 0; vertical-align: top }
th { font-weight: 600; border-bottom: 1px solid #8886 } td { border-bottom: 1px solid #8883 }
code, pre, textarea { font: 13px/1.45 ui-monospace, monospace } pre { overflow: auto; background: #8881; padding: .6rem;
  border-radius: 4px }
textarea { width: 100%; box-sizing: border-box; min-height: 9rem } button { font: inherit; padding: .3rem 1rem }
.scroll { overflow-x: auto } pre:empty { display: none }
"""

_SCRIPT = """
const asked = document.getElementById('asked'), answered = document.getElementById('answered');
document.getElementById('send').addEventListener('click', async () => {
  answered.textContent = '…';
  try {
    const answer = await fetch(asked.dataset.path, {method: 'POST', body: asked.value,
      headers: {'Content-Type': 'application/json'}});
    answered.textContent = answer.status + '\\n' + await answer.text();
  } catch (error) { answered.textContent = 'No answer: ' + error.message; }
});
"""


def page(config: Config, model: Model) -> bytes:
    """Return the page as HTML."""
    name = config.names[0]
    told = f"{config.model}, version {config.version} ({config.flavor})."
    predict = escape(f"v1/models/{name}:predict")
    instances = json.dumps({"instances": [row(model)]}, indent=1, ensure_ascii=False)
    infer = json.dumps(request(model), ensure_ascii=False)
    body = f"""
<h1>{escape(name)}</h1>
<p>{escape(told)} The whole protocol stands in <a href="openapi.json">openapi.json</a>,
counts in <a href="metrics">metrics</a>.</p>
<h2>Takes</h2>
{_table(model.taker.fields)}
<h2>Gives</h2>
{_table(outputs(config, model))}
<h2>Try it</h2>
<label for="asked">Request to <code>{predict}</code></label>
<textarea id="asked" spellcheck="false" data-path="{predict}">{escape(instances)}</textarea>
<p><button id="send" type="button">Predict</button></p>
<pre id="answered" aria-live="polite"></pre>
<h2>From a terminal</h2>
<pre>{escape(_curl(f"v2/models/{name}/infer", infer))}</pre>
<script>{_SCRIPT}</script>
"""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(name)}</title>'
    whole = f'<!doctype html><html lang="en"><head>{head}<style>{_STYLE}</style></head><body>{body}</body></html>'
    return whole.encode()


def _table(fields: list[Field]) -> str:
    if not fields:
        return "<p>Whatever it is given: its signature is not known.</p>"
    lines = "".join(
        f"<tr><td><code>{escape(field.name)}</code></td><td>{field.type}</td><td>{escape(_shape(field))}</td></tr>"
        for field in fields
    )
    return f'<div class="scroll"><table><tr><th>Name</th><th>Type</th><th>Shape</th></tr>{lines}</table></div>'


def _shape(field: Field) -> str:
    told: list[Any] = ["rows", *("any" if length < 0 else length for length in field.shape)]
    return f"[{', '.join(map(str, told))}]" + (", may be missing" if field.optional else "")


def _curl(path: str, body: str) -> str:
    quoted = body.replace("'", "'\\''")
    return f"curl -H 'Content-Type: application/json' \"$URL/{path}\" \\\n  -d '{quoted}'"
