"""The page of what may be used from Python: each public name with its signature and its text."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from inspect import Parameter
from typing import Any

from msgspec import Struct

import net2fig
from making.markdown import MADE, code, paragraph, table
from net2fig.options.option import CHIP, FIGURE
from net2fig.options.rows import list_options

OPTION_NAMES = frozenset(option.name for scope in (FIGURE, CHIP) for option in list_options(scope))
"""The arguments that the page of options lists."""

LONGEST = 70
"""A signature of more characters stands in several lines."""


def api_page() -> str:
    """Return the page of what may be used from Python."""
    parts = [
        MADE,
        "# From Python\n",
        paragraph(inspect.getdoc(net2fig) or ""),
        '<!-- python: model = "model.py" -->',
        "```python",
        "import net2fig",
        "",
        'figure = net2fig.draw(model, template="cvpr", hide=[":norm"])',
        'figure.save("fig.pdf", "fig.svg")',
        "```\n",
        (
            "`model` is a Keras model in memory, the path of a file, or a `Network`. A figure shows"
            " itself in a notebook. `**options` are those of the grouping file;"
            " [Options](options.md#python) lists them with their types.\n"
        ),
    ]
    for name in sorted(net2fig.__all__, key=str.lower):
        parts += described(name, getattr(net2fig, name))
    return "\n".join(parts)


def described(name: str, thing: Any) -> Iterator[str]:
    """Yield what the page says of one public name."""
    yield f"## {name}\n"
    if inspect.isclass(thing):
        yield from described_class(thing)
    elif not inspect.isroutine(thing) and callable(thing):
        yield signature(f"net2fig.{name}", thing)
        yield paragraph(inspect.getdoc(type(thing).__call__) or "")
        yield paragraph(inspect.getdoc(thing) or "")
        yield from described_members(type(thing), f"net2fig.{name}")
    elif callable(thing):
        yield signature(f"net2fig.{name}", thing)
        yield paragraph(inspect.getdoc(thing) or "")
    else:
        yield f"`net2fig.{name}`: {type(thing).__name__}, `{thing!r}`.\n"


def described_class(thing: type) -> Iterator[str]:
    """Yield what the page says of a class: its text, its fields, its properties and methods."""
    yield paragraph(inspect.getdoc(thing) or "")
    if issubclass(thing, Struct):
        rows = [
            (f"`{name}`", code(thing.__annotations__[name])) for name in thing.__struct_fields__
        ]
        yield table(("field", "type"), rows)
    yield from described_members(thing, thing.__name__)


def described_members(thing: type, owner: str) -> Iterator[str]:
    """Yield what the page says of the properties and methods of a class."""
    for name, member in vars(thing).items():
        text = inspect.getdoc(member) or ""
        if name.startswith("_") or not text:
            continue
        if isinstance(member, property):
            yield f"### {owner}.{name}\n"
            yield paragraph(text)
        elif inspect.isfunction(member):
            yield f"### {owner}.{name}()\n"
            yield signature(f"{owner}.{name}", member)
            yield paragraph(text)


def signature(name: str, thing: Any) -> str:
    """Return a signature as a block that nobody runs."""
    found = inspect.signature(thing)
    kept = [
        each
        for each in found.parameters.values()
        if each.name != "self" and each.name not in OPTION_NAMES
    ]
    if len(kept) < len(found.parameters) - ("self" in found.parameters):
        kept.append(Parameter("options", Parameter.VAR_KEYWORD))
    text = f"{name}{found.replace(parameters=kept)}".replace("'", "")
    if len(text) > LONGEST:
        words = [str(each).replace("'", "") for each in kept]
        named = [n for n, each in enumerate(kept) if each.kind is each.KEYWORD_ONLY]
        if named:
            words.insert(named[0], "*")
        result = text[text.rindex(")") + 1 :]
        text = "\n    ".join([f"{name}(", *(f"{word}," for word in words)]) + f"\n){result}"
    return f"```text\n{text}\n```\n"
