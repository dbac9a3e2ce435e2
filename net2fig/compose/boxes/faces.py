"""What stands in a box, and how large that makes it.

| Self-attention |     the name, and beneath it, smaller, what an author would add
|    8 heads     |
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from msgspec import Struct

from net2fig.compose.boxes.joined import Joined
from net2fig.compose.diagram import DrawContext, measure_pill
from net2fig.compose.wording import words
from net2fig.geometry import Size
from net2fig.outline import Block, Link, Outline

PAD = Size(6.0, 3.0)
"""Between the text of a box and its border."""
LINE, SMALL_LINE = 1.3, 1.16
"""The height of a line, in sizes of its text."""
PILL_GAP = 3.0
"""Between a name and its count."""
WIDEST = 96.0
"""A longer name is broken between words."""


class Face(Struct, frozen=True):
    """The words of a box: lines of the name, smaller lines, the count."""

    name: tuple[str, ...]
    details: tuple[str, ...] = ()
    badge: str = ""


def make_face(
    block: Block,
    joined: Joined,
    context: DrawContext,
    ports: Mapping[str, str],
    varying: Collection[str],
) -> Face:
    """Return the words of a block.

    `ports` has the names of inputs and outputs; of what is `varying` no number is told.
    """
    name = ports.get(block.id) or joined.name(block) or _name(block, joined.outline, context)
    lines = words.break_lines(name, lambda line: context.width(line) <= WIDEST)
    badge = words.format_times(block.count) if block.count > 1 else ""
    details = [_describe(block, joined, context, is_steady=block.id not in varying)]
    if block.kind != "sample":
        details += _list_asked(block, context, is_steady=block.id not in varying)
    return Face(tuple(lines), tuple(filter(None, details)), badge)


def _list_asked(block: Block, context: DrawContext, *, is_steady: bool) -> list[str]:
    """Return the further lines that the options ask for."""
    labels = context.options.labels
    lines = [block.name] if labels.name and not block.is_group else []
    lines += [block.type] if labels.type and not block.is_group else []
    if labels.params and block.params and is_steady:
        lines.append(words.format_parameters(block.params))
    if labels.activation and not block.is_group:
        lines.append(words.format_activation(block.attributes))
    lines += ["frozen"] if block.frozen and not block.is_group else []
    return lines + (["same weights"] if block.shared and not block.is_group else [])


def _name(block: Block, outline: Outline, context: DrawContext) -> str:
    """Return the name of a box: the author's words, those of the catalogue, or the class."""
    if block.kind == "sample":
        return block.type
    book = context.style_book
    style = next((book.styles[word] for word in block.words if word in book.styles), None)
    if style is not None and style.label:
        return style.label
    if block.is_group:
        return book.of(block).label
    entry = book.grammar.entry(block.op)
    if block.kind == "attention" and book.grammar.knows(block.op):
        return _name_attention(block, outline)
    label = _specify(entry.label, block) if book.grammar.knows(block.op) else block.type
    label = words.name_class(block.type) if entry.kind == "op" else label
    wrapper = words.describe_wrapper(block.attributes)
    return f"{wrapper.capitalize()} {label}" if wrapper else label


def _specify(label: str, block: Block) -> str:
    """Return the words of a class that says more than its label: "Position embedding"."""
    parts = re.findall("[A-Z][a-z]+", block.type)
    is_more = len(parts) > 1 and "".join(parts) == block.type and parts[-1] == label
    return " ".join([parts[0], *(part.lower() for part in parts[1:])]) if is_more else label


def _name_attention(block: Block, outline: Outline) -> str:
    """Return the role of an attention: of a sequence to itself, or to another."""
    sources = {_find_projected(outline, link) for link in outline.into(block.id)}
    role = "Self-attention" if len(sources) < 2 else "Cross-attention"
    return f"Masked {role.lower()}" if block.attributes.innermost.get("causal") is True else role


def _find_projected(outline: Outline, link: Link) -> str:
    """Return what a link of an attention comes from, past a projection of its own."""
    source = next((block for block in outline.blocks if block.id == link.source), None)
    before = outline.into(link.source) if source is not None else []
    if source is None or source.kind != "dense" or len(before) != 1:
        return link.begin
    return before[0].begin


def _describe(block: Block, joined: Joined, context: DrawContext, *, is_steady: bool) -> str:
    """Return what an author would add to a name."""
    kind = context.style_book.grammar.kinds.get(block.kind)
    shows_features = context.options.labels.features and is_steady
    if block.id in joined.runs:
        return "" if block.kind == "norm" or not shows_features else _list_features(block, joined)
    if block.kind == "sample":
        return _format_size(block)
    if block.is_group:
        return _tell_stage(block, joined.outline) if shows_features else ""
    if block.kind == "norm" or kind is None:
        return ""
    if block.kind == "attention":
        return _count_heads(block) if is_steady else ""
    window = words.format_window(block.attributes, is_up=block.kind == "up")
    features = words.format_features(block.output)
    shown = features if kind.features == "own" and shows_features else ""
    return ", ".join(filter(None, (window, shown)))


def _count_heads(block: Block) -> str:
    """Return the number of heads, and of those for keys where several share one."""
    at = block.attributes.innermost
    grouped = at.get("num_query_heads")
    heads = at.get("heads") if grouped is None else grouped
    if not isinstance(heads, int) or heads < 2:
        return ""
    keys = at.get("num_key_value_heads")
    shared = f", {keys} for keys" if grouped and isinstance(keys, int) else ""
    return words.bind_number(heads, "heads") + shared


def _tell_stage(block: Block, outline: Outline) -> str:
    """Return the size of what leaves a group, where the same group stands at several sizes."""
    sizes = {other.output for other in outline.blocks if other.type == block.type}
    return _format_size(block) if len(sizes) > 1 else ""


def _format_size(block: Block) -> str:
    """Return the size of what goes in or comes out, where all of it is known."""
    extent = block.output
    if extent is None or extent.features is None or None in extent.spatial:
        return words.format_resolution(extent)
    return words.format_extent(extent)


def _list_features(block: Block, joined: Joined) -> str:
    """Return the features along a feed-forward net: "512 → 2048 → 512"."""
    extents = [joined.outline.into(block.id)[0].extent]
    extents += [each.output for each in joined.runs[block.id]]
    return " → ".join(words.format_features(extent) or "?" for extent in extents)


def measure_face(face: Face, context: DrawContext) -> Size:
    """Return the size of the words, without any border."""
    page = context.page
    name = max(context.width(line) for line in face.name)
    if face.badge:
        name += PILL_GAP + measure_pill(face.badge, context)
    details = [context.width(line, page.small) for line in face.details]
    height = len(face.name) * page.size * LINE + len(details) * page.small * SMALL_LINE
    return Size(max([name, *details]), height)
