"""What stands in a box, and how large that makes it.

| Self-attention |     the name, and beneath it, smaller, what an author would add
|    8 heads     |
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.boxes.joined import Joined
from net2fig.compose.boxes.setting import Setting
from net2fig.compose.diagram import DrawContext, measure_pill
from net2fig.compose.labels import is_whole
from net2fig.compose.wording import words
from net2fig.compose.wording.inside import (
    count_heads,
    format_inner_features,
    format_turns,
    tell_numbers_inside,
)
from net2fig.geometry import Size
from net2fig.outline import Block, Definition, Link, Outline

PAD = Size(6.0, 3.0)
"""Between the text of a box and its border."""
LINE, SMALL_LINE = 1.3, 1.16
"""The height of a line, in sizes of its text."""
PILL_GAP = 3.0
"""Between a name and its count."""
PILL_BELOW = 1.0
"""Between the frame of a count and the line beneath it, more than between lines."""
WIDEST = 96.0
"""A longer name is broken between words."""


WINDOWED = frozenset({"conv", "pool", "up"})
"""The kinds of layers with a window."""


class Face(Struct, frozen=True):
    """The words of a box: lines of the name, smaller lines, the count."""

    name: tuple[str, ...]
    details: tuple[str, ...] = ()
    badge: str = ""


def make_face(
    block: Block,
    joined: Joined,
    setting: Setting,
    definition: Definition | None = None,
) -> Face:
    """Return the words of a block, of one in the body of a definition what all occurrences have."""
    context = setting.context
    own_name = setting.names.get(block.id, "")
    name = joined.name(block) or _name(block, joined.outline, context)
    if block.kind == "sample":
        name, own_name = own_name or name, ""
    lines = words.break_lines(name, lambda line: context.width(line) <= WIDEST)
    badge = format_turns(block, definition)
    details = [own_name, _describe(block, joined, context, definition)]
    if block.is_group:
        inner = tell_numbers_inside(block, setting.definitions.values())
        details = [", ".join(filter(None, (*details, inner)))]
    if block.kind != "sample":
        is_steady = definition is None or block.id not in definition.varying
        details += _list_asked(block, context, is_steady=is_steady)
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
    label = words.name_class(block.type) if label == block.type or entry.kind == "op" else label
    wrapper = words.describe_wrapper(block.attributes)
    return f"{wrapper.capitalize()} {label}" if wrapper else label


def _specify(label: str, block: Block) -> str:
    """Return the words of a class that says more than its label: "Position embedding"."""
    name = words.name_class(block.type)
    return name if name.endswith(f" {label.lower()}") else label


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


def _describe(
    block: Block, joined: Joined, context: DrawContext, definition: Definition | None
) -> str:
    """Return what an author would add to a name."""
    kind = context.style_book.grammar.kinds.get(block.kind)
    is_steady = definition is None or block.id not in definition.varying
    shows_features = context.options.labels.features
    if block.id in joined.runs:
        is_bare = block.kind == "norm" or not shows_features
        return "" if is_bare else _list_features(block, joined, definition)
    if block.kind == "sample":
        return _format_size(block)
    if block.is_group:
        is_told = shows_features and is_steady
        return _tell_stage(block, joined.outline) if is_told else ""
    if block.kind == "norm" or kind is None:
        return ""
    if block.kind == "attention":
        return count_heads(block) if is_steady else ""
    window = words.format_window(block.attributes, is_up=block.kind == "up")
    is_own = kind.features == "own"
    size = _format_result(block, joined.outline, is_own=is_own) if is_steady else ""
    if is_own and not is_steady:
        size = format_inner_features(block.id, block.output, definition)
    return ", ".join(filter(None, (window, size if shows_features else "")))


def _format_result(block: Block, outline: Outline, *, is_own: bool) -> str:
    """Return what a layer makes: the length of a sequence where it is news, and the features.

    Features are news where a layer sets them, and of a class that only its author knows where it
    changes them. The vector that an embedding reads is a sequence of words.
    """
    before = [link.extent for link in outline.into(block.id) if link.extent is not None]
    after = block.output
    if not outline.into(block.id):
        # What is learned, such as queries, has no input that tells its size.
        return _format_size(block)
    if after is None or not before:
        return words.format_features(after) if is_own else ""
    lengths = {each.spatial or (each.features,) for each in before}
    is_known = all(None not in each for each in (after.spatial, *lengths))
    is_news = is_known and bool(after.spatial) and after.spatial not in lengths
    # A convolution tells its window and its stride.
    is_news = is_news and (len(after.spatial) == 1 or block.kind not in WINDOWED)
    if is_news and after.features is not None:
        return words.format_extent(after)
    is_changed = block.kind == "op" and all(each.features != after.features for each in before)
    return words.format_features(after) if is_own or is_changed else ""


def _tell_stage(block: Block, outline: Outline) -> str:
    """Return the size of what leaves a group, where the same group stands at several sizes."""
    sizes = {other.output for other in outline.blocks if other.type == block.type}
    if len(sizes) < 2:
        return ""
    extent = block.output
    near = [*outline.into(block.id), *outline.out_of(block.id)]
    maps = {link.extent.spatial for link in near if link.extent is not None}
    if extent is not None and is_whole(extent) and extent.grid in maps:
        # Tokens between maps have the size of the map.
        block = replace(block, output=replace(extent, spatial=extent.grid))
    return _format_size(block)


def _format_size(block: Block) -> str:
    """Return the size of what goes in or comes out, where all of it is known."""
    extent = block.output
    if extent is None or extent.features is None or None in extent.spatial:
        return words.format_resolution(extent)
    return words.format_extent(extent)


def _list_features(block: Block, joined: Joined, definition: Definition | None) -> str:
    """Return the features along a feed-forward net: "512 → 2048 → 512", or "C → 4C → C"."""
    before, run = joined.outline.into(block.id)[0], joined.runs[block.id]
    extents = {before.source: before.extent, **{each.id: each.output for each in run}}
    texts = [format_inner_features(id, extent, definition) for id, extent in extents.items()]
    is_share = definition is not None and block.id in definition.varying
    return "" if is_share and not all(texts) else " → ".join(text or "?" for text in texts)


def measure_face(face: Face, context: DrawContext) -> Size:
    """Return the size of the words, without any border."""
    page = context.page
    name = max(context.width(line) for line in face.name)
    if face.badge:
        name += PILL_GAP + measure_pill(face.badge, context)
    details = [context.width(line, page.small) for line in face.details]
    height = len(face.name) * page.size * LINE + len(details) * page.small * SMALL_LINE
    return Size(max([name, *details]), height + reach_below(face))


def reach_below(face: Face) -> float:
    """Return how far what stands beneath a name keeps from the frame of a count beside it."""
    return PILL_BELOW if face.badge and face.details and len(face.name) == 1 else 0.0
