"""Views in JupyterLab, in Chromium: linked with a kernel and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.render.browser import Browser, program
from tests.views import lab

CELLS = (
    'import net2fig\nmodel = "lenet5.network.json"\nfigure = net2fig.view(model)\nfigure',
    "table = net2fig.view.table(model)\ntable",
    'other = net2fig.view.table(model, room="other")\nother',
    "print(table.selection, other.selection)",
    'table.selection = ["conv2d_2", "dense"]',
)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str]]:
    for name in ("jupyterlab", "anywidget", "ipykernel"):
        pytest.importorskip(name, reason=f"needs {name}: pip install jupyterlab '.[notebook]'")
    if program() is None:
        pytest.skip("needs Chromium: apt install chromium")
    folder = tmp_path_factory.mktemp("lab")
    with lab.start(folder, CELLS, ["lenet5"], (1300, 1800)) as (browser, base):
        yield browser, base
        assert hosts(browser) <= {base}


def hosts(browser: Browser) -> set[str]:
    """Return the hosts that were asked for anything."""
    requests = [e["params"]["request"]["url"] for e in browser.told
                if e.get("method") == "Network.requestWillBeSent"]  # fmt: skip
    return {
        f"{url.split('/')[0]}//{url.split('/')[2]}/" for url in requests if url.startswith("http")
    }


@pytest.mark.slow
def test_views_are_linked_with_a_kernel_and_without(window: tuple[Browser, str]) -> None:
    browser, base = window
    for number in range(3):
        lab.run_cell(browser, number)
        lab.wait(browser, f"{lab.ROOTS}.length === {number + 1}")
    lab.click(browser, 0, "#v0-conv2d_1")
    lab.wait(browser, f"{lab.SELECTED}.join('|') === 'v0-conv2d_1|conv2d_1|'")
    lab.run_cell(browser, 3)
    texts = "[...document.querySelectorAll('.jp-OutputArea-output pre')].map(e => e.textContent)"
    lab.wait(browser, f"{texts}.join().includes(\"['conv2d_1'] []\")")
    lab.run_cell(browser, 4)
    lab.wait(browser, f"{lab.SELECTED}.join('|') === 'v0-conv2d_2,v0-dense|conv2d_2,dense|'")
    for kernel in lab.ask(f"{base}api/kernels"):
        lab.ask(f"{base}api/kernels/{kernel['id']}", method="DELETE")
    assert lab.ask(f"{base}api/kernels") == []
    lab.click(browser, 1, "tr[data-at='1']")
    lab.wait(browser, f"{lab.SELECTED}.join('|') === 'v0-conv2d|conv2d|'")
