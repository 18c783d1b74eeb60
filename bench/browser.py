"""What a person in front of JupyterLab waits for, in a real Chromium: start, card, panel, curves, logs and comparison.

``python -m bench.browser [start card panel curves logs compare]``.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench.compare import RUNS as COMPARED
from bench.compare import make_runs
from bench.tables import print_table, summary
from tests.browser.browser import FLAGS, NoBrowser, find_chromium
from tests.browser.cells import LOAD
from tests.browser.lab import Lab
from tests.browser.recorded import NEEDLE, record_long_log, record_many, record_many_points
from tests.browser.server import Server
from tests.browser.watch import Watch

STARTS = 15
LINES = 44
OPENINGS = 7
RUNS = 10_000
LIMITS = {
    "start": 0.050,
    "card": 0.4,
    "panel": 0.4,
    "frame": 0.050,
    "curves": 1.0,
    "zoom": 0.2,
    "log": 0.5,
    "search": 2.0,
    "memory": 300.0,
    "compare": 1.0,
    "sort": 0.1,
}

# Each moment is noted in the page itself: asking from outside would add the way there and back.
_NOTE_START = """
const watch = setInterval(() => {
  if (window.jupyterapp?.restored) {
    clearInterval(watch);
    void window.jupyterapp.restored.then(() => { window.benchStarted = performance.now() / 1000; });
  }
}, 1);
"""
_PRINTS = """%%train live --detach
import random, time
random.seed(7)
for step in range({lines}):
    time.sleep(random.uniform(0.4, 0.9))
    print(f"line {{step}} {{time.time():.4f}}", flush=True)
"""
# A line is visible with the frame that shows it.
_NOTE_LINES = """card => {
  window.benchLines = [];
  let known = -1;
  const look = () => {
    const last = [...card.textContent.matchAll(/line (\\d+) (\\d+\\.\\d{4})/g)].pop();
    if (last && Number(last[1]) > known) {
      known = Number(last[1]);
      requestAnimationFrame(() => requestAnimationFrame(() => {
        window.benchLines.push(Date.now() / 1000 - Number(last[2]));
      }));
    }
  };
  new MutationObserver(look).observe(card, { childList: true, subtree: true, characterData: true });
}"""
_TIME_UNTIL = """async ([command, args, shows]) => {
  const look = new Function('return ' + shows)();
  const began = performance.now();
  void window.jupyterapp.commands.execute(command, args);
  while (!look()) {
    await new Promise(done => requestAnimationFrame(done));
  }
  await new Promise(done => requestAnimationFrame(done));
  return (performance.now() - began) / 1000;
}"""
_SCROLL = """async (list, isMoving) => {
  const deltas = [];
  let before = await new Promise(done => requestAnimationFrame(done));
  for (let frame = 0; frame < 400; frame++) {
    list.scrollTop += !isMoving ? 0 : frame % 100 < 50 ? 60 : 900;
    const now = await new Promise(done => requestAnimationFrame(done));
    deltas.push((now - before) / 1000);
    before = now;
  }
  return deltas;
}"""
_HAS_ROWS = "() => document.querySelectorAll('.jm-Panel .jm-Run[data-id]').length > 5"
# Axes and grids are grey.
_HAS_CURVES = """() => [...document.querySelectorAll('.jm-RunPage .jm-Chart canvas')].some(canvas => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let coloured = 0;
  for (let at = 0; at < data.length; at += 4) {
    coloured += data[at + 3] > 128 && Math.abs(data[at] - data[at + 2]) > 40;
  }
  return coloured > 100;
})"""
_ZOOM = """async chart => {
  const charts = [...document.querySelectorAll('.jm-RunPage .jm-Chart canvas')];
  const shown = () => charts.map(each => each.toDataURL()).join();
  chart.focus();
  const before = shown();
  const began = performance.now();
  chart.dispatchEvent(new KeyboardEvent('keydown', { key: '+', bubbles: true, cancelable: true }));
  while (shown() === before) {
    await new Promise(done => requestAnimationFrame(done));
  }
  return (performance.now() - began) / 1000;
}"""
_HAS_TAIL = "() => /step 9999:/.test(document.querySelector('.jm-RunPage .jm-Log')?.textContent ?? '')"
_SEARCH = """async ([input, needle]) => {
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const began = performance.now();
  set.call(input, needle);
  input.dispatchEvent(new Event('input', { bubbles: true }));
  while (!document.querySelector('.jm-RunPage .jm-Log').textContent.includes(needle)) {
    await new Promise(done => requestAnimationFrame(done));
  }
  return (performance.now() - began) / 1000;
}"""
_HAS_COMPARED = "() => document.querySelectorAll('.jm-Compare-row[data-id]').length > 5"
# One column after the other is pressed, until another run stands at the top.
_SORT = """async grid => {
  const first = () => grid.querySelector('.jm-Compare-row[data-place="0"]')?.dataset.id;
  const seconds = [];
  for (const column of [...grid.querySelectorAll('.jm-Compare-column')].slice(1, 8)) {
    const before = first();
    const began = performance.now();
    column.click();
    for (let frame = 0; first() === before && frame < 600; frame++) {
      await new Promise(done => requestAnimationFrame(done));
    }
    await new Promise(done => requestAnimationFrame(done));
    seconds.push((performance.now() - began) / 1000);
  }
  return seconds;
}"""


def main(names: Sequence[str]) -> int:
    """Print the tables, and return 0 if all limits are kept."""
    try:
        path = find_chromium()
    except NoBrowser as missing:
        print(missing, file=sys.stderr)
        return 1
    measures: dict[str, Callable[[Browser], bool]] = {
        "start": start,
        "card": card,
        "panel": panel,
        "curves": curves,
        "logs": logs,
        "compare": compare,
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        kept = [measure(browser) for name, measure in measures.items() if not names or name in names]
        browser.close()
    return 0 if all(kept) else 1


def start(browser: Browser) -> bool:
    """Compare JupyterLab's start with and without the labextension, turn by turn."""
    seconds: dict[str, list[float]] = {"without": [], "with": []}
    with ExitStack() as stack:
        tabs = {name: stack.enter_context(tab(browser, labextension=name == "with")) for name in seconds}
        for lab in tabs.values():
            lab.page.add_init_script(_NOTE_START)
        for turn in range(STARTS + 2):
            for name, lab in tabs.items():
                lab.reload()
                # The first turns fill the browser's caches.
                if turn > 1:
                    seconds[name].append(lab.page.evaluate("() => window.benchStarted"))
    show("JupyterLab's start", seconds)
    slower = statistics.median(seconds["with"]) - statistics.median(seconds["without"])
    return is_kept("slower", slower, "start")


def card(browser: Browser) -> bool:
    """Measure how old a line that a rank prints is when the card shows it."""
    with tab(browser) as lab:
        path = lab.server.notebook("live.ipynb", LOAD, _PRINTS.format(lines=LINES))
        notebook = lab.open_notebook(path)
        notebook.run_to_end(0)
        notebook.run_to_end(1)
        notebook.card(1).says("Running|Detached")
        notebook.output(1).evaluate(_NOTE_LINES)
        lab.page.wait_for_function(f"() => window.benchLines.length >= {LINES - 4}", timeout=90_000)
        ages: list[float] = lab.page.evaluate("() => window.benchLines")
    show(f"A printed line, until the card shows it ({len(ages)} lines)", {"line → card": ages})
    return is_kept("median", statistics.median(ages), "card")


def panel(browser: Browser) -> bool:
    """Open the panel over many runs, and scroll through it."""
    opened: list[float] = []
    longest: list[float] = []
    still: list[float] = []
    with tab(browser, lambda server: record_many(server.workspace, RUNS)) as lab:
        for _ in range(OPENINGS):
            lab.open()
            opened.append(time_until(lab, "mlops:show-runs", {}, _HAS_ROWS))
            rows = lab.page.locator(".jm-Panel .jm-Runs")
            # What a busy machine costs a page that does nothing.
            still.append(max(rows.evaluate(_SCROLL, False)))
            longest.append(max(rows.evaluate(_SCROLL, True)))
    told = {"opening → first rows": opened, "longest frame of a scroll": longest, "longest frame at rest": still}
    show(f"The panel with {RUNS} runs", told)
    return all(
        [
            is_kept("first rows, median", statistics.median(opened), "panel"),
            is_kept("longest frame, median of scrolls", statistics.median(longest), "frame"),
        ]
    )


def curves(browser: Browser) -> bool:
    """Open a page with many points, and zoom in."""
    opened: list[float] = []
    zoomed: list[float] = []
    found: list[str] = []
    with tab(browser, lambda server: found.append(record_many_points(server.workspace).id)) as lab:
        for _ in range(OPENINGS):
            lab.open()
            opened.append(time_until(lab, "mlops:open-run", {"id": found[0], "tab": "curves"}, _HAS_CURVES))
            lab.page.wait_for_load_state("networkidle")
            chart = lab.page.locator(".jm-RunPage .jm-Chart").first
            zoomed.append(chart.evaluate(_ZOOM))
    show("A page with 20 metrics of 100,000 points", {"opening → first curves": opened, "zoom": zoomed})
    return all(
        [
            is_kept("first curves, median", statistics.median(opened), "curves"),
            is_kept("zoom, median", statistics.median(zoomed), "zoom"),
        ]
    )


def logs(browser: Browser) -> bool:
    """Open a log of 100 MB at its end, search it, and look what the tab takes."""
    opened: list[float] = []
    searched: list[float] = []
    found: list[str] = []
    with tab(browser, lambda server: found.append(record_long_log(server.workspace).id)) as lab:
        bare = tab_megabytes(browser)
        for turn in range(OPENINGS):
            opened.append(time_until(lab, "mlops:open-logs", {"id": found[0]}, _HAS_TAIL))
            search = lab.page.get_by_role("textbox", name="Search the log").element_handle()
            searched.append(lab.page.evaluate(_SEARCH, [search, NEEDLE]))
            if turn == 0:
                used = tab_megabytes(browser)
            lab.open()
    show("A log of 100 MB", {"opening → its end": opened, "search": searched})
    print(f"memory of the tab: {used:.0f} MB ({bare:.0f} MB before); limit: {LIMITS['memory']:.0f}")
    return all(
        [
            is_kept("its end, median", statistics.median(opened), "log"),
            is_kept("search, median", statistics.median(searched), "search"),
            used < LIMITS["memory"],
        ]
    )


def compare(browser: Browser) -> bool:
    """Open a comparison of many runs with many columns, sort it, and scroll through it."""
    opened: list[float] = []
    sorted_in: list[float] = []
    longest: list[float] = []
    still: list[float] = []
    with tab(browser, lambda server: make_runs(server.workspace)) as lab:
        for _ in range(OPENINGS):
            lab.open()
            opened.append(time_until(lab, "mlops:open-comparison", {"name": "many"}, _HAS_COMPARED))
            lab.page.wait_for_load_state("networkidle")
            grid = lab.page.locator(".jm-Compare-grid")
            sorted_in += grid.evaluate(_SORT)
            # What a busy machine costs a page that does nothing.
            still.append(max(grid.evaluate(_SCROLL, False)))
            longest.append(max(grid.evaluate(_SCROLL, True)))
    told = {
        "opening → first rows": opened,
        "sorting by a column": sorted_in,
        "longest frame of a scroll": longest,
        "longest frame at rest": still,
    }
    show(f"A comparison of {COMPARED} runs with 60 columns", told)
    return all(
        [
            is_kept("first rows, median", statistics.median(opened), "compare"),
            is_kept("sorting, median", statistics.median(sorted_in), "sort"),
        ]
    )


@contextmanager
def tab(
    browser: Browser, fill: Callable[[Server], object] = lambda server: None, *, labextension: bool = True
) -> Iterator[Lab]:
    """Yield a tab with JupyterLab, on a server of its own with a home that ``fill`` has filled."""
    server = Server(labextension=labextension)
    context: BrowserContext | None = None
    try:
        fill(server)
        server.start()
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(60_000)
        yield Lab(server, context, Watch(context, server.address)).open()
    finally:
        if context is not None:
            context.close()
        server.close()


def time_until(lab: Lab, command: str, arguments: dict[str, Any], shows: str) -> float:
    """Return the seconds from a command until the page shows something."""
    seconds: float = lab.page.evaluate(_TIME_UNTIL, [command, arguments, shows])
    return seconds


def tab_megabytes(browser: Browser) -> float:
    """Return what the largest process of a tab takes (PSS)."""
    tools = browser.new_browser_cdp_session()
    processes = tools.send("SystemInfo.getProcessInfo")["processInfo"]
    tools.detach()
    return max(_pss(each["id"]) for each in processes if each["type"] == "renderer")


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000


def show(title: str, seconds: dict[str, list[float]]) -> None:
    """Print a table of milliseconds."""
    rows = [[name, *summary(found)] for name, found in seconds.items()]
    print_table(f"{title}, ms", ["", "median", "best", "90 %"], rows)


def is_kept(what: str, seconds: float, limit: str) -> bool:
    """Print a figure beside its limit, and say whether it is kept."""
    print(f"{what}: {1000 * seconds:.0f}; limit: {1000 * LIMITS[limit]:.0f}")
    return seconds < LIMITS[limit]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
