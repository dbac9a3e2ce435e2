"""Gestures of the page as changes of the grouping file.

Ensures: the change of a gesture is a function of the text, so that it can be made of any version.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from net2fig.data.grammar import Grammar
from net2fig.errors import UsageError, one_of
from net2fig.group.graph import known_as
from net2fig.group.patterns.writer import write_name
from net2fig.network import Network
from net2fig.options.option import FIGURE
from net2fig.options.rows import list_options
from net2fig.outline import CONSTANT, Because
from net2fig.pattern import atoms, parse
from net2fig.studio import messages
from net2fig.studio.edit import append_table, rename_key, set_value, unset_value
from net2fig.studio.spans import Path
from net2fig.toml import key_to_toml, to_toml

LOOKS = ("label", "color", "texture")

ANNOTATIONS = ("note", "bracket", "panel", "arrow")

WORDS = ("text", "title", "label")
"""The keys that hold the words of annotations."""

NAMED = frozenset({"group", "style", "sample"})
"""Options that are set part by part, by messages of their own."""


class Gesture(Struct, frozen=True):
    """What is done, to which values, and how the text changes."""

    label: str
    paths: tuple[Path, ...]
    change: Callable[[str], str]


def make_gesture(
    request: Any, because: Sequence[Because], network: Network, grammar: Grammar
) -> Gesture:
    """Return the gesture of a message that edits."""
    match request:
        case messages.Set():
            return _set(request)
        case messages.Style():
            return _style(request)
        case messages.Group():
            return write_rules([*request.inner, request.rule])
        case messages.Ungroup():
            return Gesture(
                f"group {request.name} removed", (), lambda text: _cut(text, request.name)
            )
        case messages.Activate():
            return _activate(request)
        case messages.Rename():
            return _rename(request)
        case messages.Hide():
            return _hide(request, because, network, grammar)
        case messages.Annotate() | messages.Amend() | messages.Erase():
            return _annotate(request)
    raise UsageError(f"unknown gesture: {type(request).__name__!r}")


def _set(request: messages.Set) -> Gesture:
    path, value = tuple(request.path), request.value
    options = {option.name for option in list_options(FIGURE)} - NAMED
    if path[0] not in options:
        raise UsageError(f"unknown option: {path[0]!r}")
    name = ".".join(map(key_to_toml, request.path))
    if value is None:
        return Gesture(f"{name} back to its default", (path,), lambda text: unset_value(text, path))
    label = f"{name} = {to_toml(value)}"
    return Gesture(label, (path,), lambda text: set_value(text, path, value))


def _style(request: messages.Style) -> Gesture:
    name, key, value = request.name, request.key, request.value
    if key not in LOOKS:
        raise UsageError(f"unknown look: {key!r}")

    def change(text: str) -> str:
        number = _find_group(tomllib.loads(text), name)
        path: Path = ("style", name, key)
        if number is not None and key != "label":
            # A style would win over the look of the group: it goes.
            text = unset_value(text, path)
            path = ("group", number, key)
        return unset_value(text, path) if value is None else set_value(text, path, value)

    what = f"{key} of {name}"
    label = f"{what} back to its default" if value is None else f"{what}: {value}"
    return Gesture(label, (("style", name, key),), change)


def write_rules(rules: Sequence[messages.Rule]) -> Gesture:
    """Return the gesture that writes groups, inner before outer."""

    def change(text: str) -> str:
        for rule in rules:
            number = _find_group(tomllib.loads(text), rule.name)
            if number is not None:
                raise UsageError(f"duplicate group: {rule.name!r}")
            _check_patterns(rule)
            text = append_table(text, ("group",), {"name": rule.name, "match": rule.match})
        return text

    return Gesture(f"group {', '.join(rule.name for rule in rules)}", (), change)


def _check_patterns(rule: messages.Rule) -> None:
    for each in [rule.match] if isinstance(rule.match, str) else rule.match:
        parse(each)


def _cut(text: str, name: str) -> str:
    data = tomllib.loads(text)
    number = _find_group(data, name)
    if number is None:
        raise UsageError(f"unknown group: {name!r}")
    users = [rule["name"] for rule in _rules(data) if name in _named_by(rule)]
    if users:
        names = ", ".join(map(repr, users))
        raise UsageError(f"invalid removal: {name!r} is part of {names}", hint="remove these first")
    text = unset_value(text, ("group", number))
    return unset_value(text, ("style", name))


def _activate(request: messages.Activate) -> Gesture:
    def change(text: str) -> str:
        for name in _closure(tomllib.loads(text), request.name, on=request.on):
            number = _find_group(tomllib.loads(text), name)
            assert number is not None
            path = ("group", number, "active")
            text = unset_value(text, path) if request.on else set_value(text, path, False)
        return text

    return Gesture(f"group {request.name} {'on' if request.on else 'off'}", (), change)


def _closure(data: Mapping[str, Any], name: str, *, on: bool) -> list[str]:
    """Return a group with those that it needs, or, to switch it off, with those that need it."""
    rules = {rule["name"]: rule for rule in _rules(data)}
    if name not in rules:
        raise UsageError(f"unknown group: {name!r}")
    found, waiting = {name: None}, [name]
    while waiting:
        this = waiting.pop()
        used = _named_by(rules[this]) if on else [n for n in rules if this in _named_by(rules[n])]
        for other in used:
            if other in rules and other not in found:
                found[other] = None
                waiting.append(other)
    return list(found)


def _rename(request: messages.Rename) -> Gesture:
    old, new = request.name, request.new

    def change(text: str) -> str:
        data = tomllib.loads(text)
        number = _find_group(data, old)
        if number is None:
            raise UsageError(f"unknown group: {old!r}")
        if _find_group(data, new) is not None:
            raise UsageError(f"duplicate group: {new!r}")
        text = set_value(text, ("group", number, "name"), new)
        for at, rule in enumerate(_rules(data)):
            if old in _named_by(rule):
                match = rule["match"]
                renamed = (
                    _rename_in(match, old, new)
                    if isinstance(match, str)
                    else [_rename_in(each, old, new) for each in match]
                )
                text = set_value(text, ("group", at, "match"), renamed)
        return rename_key(text, ("style", old), new)

    return Gesture(f"group {old} is called {new}", (), change)


def _rename_in(pattern: str, old: str, new: str) -> str:
    """Return a pattern with another name of a group, all else as it is written."""
    plain = re.escape(old)
    form = rf"\"{plain}\"|'{plain}'|(?<![\w./@:-]){plain}(?![\w./@-]|\s*=)"
    return re.sub(form, lambda _: write_name(new), pattern)


def _hide(
    request: messages.Hide, because: Sequence[Because], network: Network, grammar: Grammar
) -> Gesture:
    what = request.what
    known = {layer.id: (known_as(layer, grammar), layer) for layer in network.layers}
    mine = {id: each for id, (each, layer) in known.items() if what in each.words(layer)}
    if not mine:
        raise UsageError(f"unknown layer: {what!r}")
    by_level = [each.entry_kind.is_left_out for each in mine.values()]
    others = any(
        each.layer in mine and (each.by == CONSTANT or (each.by == "hide" and each.item != what))
        for each in because
    )

    def change(text: str) -> str:
        data = tomllib.loads(text)
        hide, show = list(data.get("hide", ())), list(data.get("show", ()))
        if request.on:
            hide, show = _move(hide, show, what, needed=not all(by_level))
        else:
            show, hide = _move(show, hide, what, needed=any(by_level) or others)
        for key, items in (("hide", hide), ("show", show)):
            if items != data.get(key, []):
                text = set_value(text, (key,), items) if items else unset_value(text, (key,))
        return text

    label = f"{what} {'hidden' if request.on else 'shown'}"
    return Gesture(label, (("hide",), ("show",)), change)


def _move(
    to: list[str], away: list[str], what: str, *, needed: bool
) -> tuple[list[str], list[str]]:
    """Return two lists, the first with a word if it is needed there, the second without it."""
    rest = [each for each in away if each != what]
    return ([*to, what] if needed and what not in to else to), rest


def _annotate(request: messages.Annotate | messages.Amend | messages.Erase) -> Gesture:
    kind = request.kind
    if kind not in ANNOTATIONS:
        raise UsageError(f"unknown annotation: {kind!r} {one_of(ANNOTATIONS)}")
    if isinstance(request, messages.Annotate):
        fields = {key: value for key, value in request.fields.items() if value is not None}
        words = next((str(fields[key]) for key in WORDS if key in fields), "")
        label = f"{kind} added: {words}" if words else f"{kind} added"
        return Gesture(label, (), lambda text: append_table(text, (kind,), fields))
    if isinstance(request, messages.Erase):
        path: Path = (kind, request.number)
        return Gesture(f"{kind} removed", (path,), lambda text: _edit_item(text, path, None))
    path = (kind, request.number, request.key)
    value = request.value
    done = "back to its default" if value is None else to_toml(value)
    label = f"{request.key} of a {kind}: {done}"
    return Gesture(label, (path,), lambda text: _edit_item(text, path, value))


def _edit_item(text: str, path: Path, value: messages.Scalar) -> str:
    """Set or remove what is at a path in an array of tables, if the array is so long."""
    items = tomllib.loads(text).get(str(path[0]), [])
    if not isinstance(items, list) or int(path[1]) >= len(items):
        raise UsageError(f"unknown annotation: {path[0]}[{path[1]}]")
    return unset_value(text, path) if value is None else set_value(text, path, value)


def _rules(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    rules = data.get("group", [])
    return [r for r in rules if isinstance(r, dict) and "name" in r and "match" in r]


def _find_group(data: Mapping[str, Any], name: str) -> int | None:
    """Return the number of a group."""
    rules = data.get("group", [])
    names = [rule.get("name") if isinstance(rule, dict) else None for rule in rules]
    return names.index(name) if name in names else None


def _named_by(rule: Mapping[str, Any]) -> list[str]:
    """Return all that the patterns of a group name."""
    match = rule["match"]
    texts = [match] if isinstance(match, str) else match
    try:
        return [atom.text for text in texts for atom in atoms(parse(text))]
    except UsageError:
        return []
