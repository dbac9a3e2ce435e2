"""The page that steps through a sequence: one file with its drawing, its numbers, its script.

Ensures: the same figure and the same sequence give the same bytes; nothing outside the file is
referred to, and its own policy forbids it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from net2fig.cells.mathematics import write_html
from net2fig.cells.player.trace import Signal, Trace
from net2fig.fonts.metrics import printable
from net2fig.html.head import HEAD
from net2fig.html.safety import dump_json, guard_script, make_policy
from net2fig.render.svg.writer import render_svg
from net2fig.scene import Scene

FULL = 32767
"""The greatest value of a number as it is stored."""

FORMULA = re.compile(r"\{((?:[^{}]|\{[^{}]*\})*)\}")
"""A formula in a text."""

SCALE = 2.6
"""The greatest scale of the drawing on a screen, in CSS pixels per point."""

PAGE = (
    HEAD
    + """\
<body>
<header>
<h1>{title}</h1>
</header>
<main>
<section id="ui-picture" aria-label="The cell">
{figure}
</section>
<section id="ui-part" aria-label="What happens">
<h2 id="ui-title"></h2>
<p id="ui-text"></p>
<div id="ui-strips"></div>
<p id="ui-scale">A strip is one number for each {unit}: <b class="low">negative</b>, white at 0,
<b class="high">positive</b>.</p>
<p id="ui-detail"></p>
</section>
<section id="ui-time" aria-label="The sequence"></section>
</main>
<footer>
<div id="ui-controls" role="toolbar" aria-label="Steps">
<button type="button" id="ui-first" aria-label="First step" aria-keyshortcuts="Home">|◀</button>
<button type="button" id="ui-back" aria-label="Back" aria-keyshortcuts="ArrowLeft">◀</button>
<button type="button" id="ui-play" aria-pressed="false" aria-keyshortcuts="Space">Play</button>
<button type="button" id="ui-on" aria-label="On" aria-keyshortcuts="ArrowRight">▶</button>
<label>Step <input type="range" id="ui-step" min="1" max="{steps}" value="1"/></label>
<label>Speed <input type="range" id="ui-speed" min="1" max="5" value="2"/></label>
</div>
<p>Point at a strip or at a part of the cell to be told of it; click a part to go there.
<kbd>Space</kbd> plays and stops, <kbd>←</kbd> and <kbd>→</kbd> go by parts of a step,
<kbd>Shift</kbd> with them by steps, <kbd>Home</kbd> and <kbd>End</kbd> to the ends.</p>
</footer>
<div id="ui-spoken" class="unseen" role="status"></div>
<script type="application/json" id="ui-data">{data}</script>
<script>{script}</script>
</body>
</html>
"""
)


def render_player(scene: Scene, trace: Trace) -> bytes:
    """Return the page of a cell and of a sequence that goes through it."""
    title = printable(scene.title).strip()
    drawing = render_svg(scene).decode()
    # What is in a picture is hidden from readers who cannot see it; the parts here are buttons.
    drawing = drawing[drawing.index("<svg") :].replace('role="img"', 'role="group"', 1)
    width = f"#ui-picture svg {{ max-width: {scene.size.width * SCALE:.0f}px; }}\n"
    style = "\n" + _read_asset("player.css") + width
    script = guard_script(_read_asset("player.js"))
    page = PAGE.format(
        policy=make_policy(style, script),
        description=escape(printable(scene.description)),
        title=escape(title),
        style=style,
        figure=drawing,
        steps=trace.steps,
        unit=escape(trace.unit),
        data=dump_json(describe_trace(trace)),
        script=script,
    )
    return page.encode()


def describe_trace(trace: Trace) -> Mapping[str, Any]:
    """Return a trace as data for the script."""
    return {
        "steps": trace.steps,
        "tracks": trace.tracks,
        "states": dict(trace.states),
        "signals": {
            each.id: describe_signal(each) for each in trace.signals if each.id not in trace.states
        }
        | {
            each.id: {"formula": write_html(each.formula), "name": "of the step before"}
            for each in trace.signals
            if each.id in trace.states
        },
        "phases": [
            {
                "title": phase.title,
                "text": FORMULA.sub(
                    lambda match: write_html(match[1]), " ".join(phase.text.split())
                ),
                "nodes": phase.nodes,
            }
            for phase in trace.phases
        ],
    }


def describe_signal(signal: Signal) -> Mapping[str, Any]:
    """Return a signal: whole numbers of two bytes, and what the greatest stands for."""
    import numpy as np

    largest = 1.0 if signal.is_gate else float(np.abs(signal.values).max()) or 1.0
    scaled = np.rint(signal.values / largest * FULL).astype("<i2")
    return {
        "formula": write_html(signal.formula),
        "name": signal.name,
        "equation": write_html(signal.equation),
        "units": signal.values.shape[1],
        "largest": float(f"{largest:.6g}"),
        "data": base64.b64encode(scaled.tobytes()).decode("ascii"),
    }


def _read_asset(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
