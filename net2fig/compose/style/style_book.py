"""Colours, textures and glyphs: one entry for each look that the legend explains.

Precedence for a block, key by key: the style of its layer's name, of its class or group, of its
kind; then the group's own colour; then the grammar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.settings import has_room
from net2fig.compose.style.accents import assign_accents
from net2fig.compose.style.colours import darken, lighten, resolve_colour, tint
from net2fig.compose.style.entry import Key, LegendEntry
from net2fig.compose.style.separation import is_grey_palette, separate_tones
from net2fig.compose.wording.words import (
    are_causal,
    describe_wrapper,
    format_activation,
    format_kernel,
    merge_labels,
    name_class,
)
from net2fig.data.grammar import Entry, Grammar, Palette, load_palette, texture_names
from net2fig.glyphs import Look
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.options.types import Style
from net2fig.outline import Block, Definition, Outline
from net2fig.scene import Fill, Texture


class StyleBook(Struct, frozen=True):
    """All entries of a figure in the order of the legend, and the entry of each block."""

    entries: tuple[LegendEntry, ...]
    by_key: Mapping[Key, LegendEntry]
    styles: Mapping[str, Style]
    grammar: Grammar
    palette: Palette
    family: str
    mono: bool

    def of(self, block: Block) -> LegendEntry:
        """Return the entry of a block."""
        return self.by_key[make_key(block, self.styles, self.grammar)]

    def is_of(self, block: Block, entry: LegendEntry) -> bool:
        """Tell whether a block is one of those that an entry explains."""
        return block.kind not in ("sample", "group") and self.of(block) is entry

    def sign(self, block: Block) -> str:
        """Return the mark of a merge drawn small."""
        return self.grammar.entry(block.op).sign


def make_key(block: Block, styles: Mapping[str, Style], grammar: Grammar) -> Key:
    """Return the key of the entry that a block belongs to."""
    if block.is_group:
        return ("group", block.type)
    for name in block.words:
        if name in styles:
            return ("class", name)
    entry = grammar.entry(block.op)
    if not grammar.knows(block.op):
        return ("class", block.type)
    wrapped = describe_wrapper(block.attributes)
    return ("kind", entry.kind, str(entry.tone), *((wrapped,) if wrapped else ()))


def list_blocks(outline: Outline) -> Iterable[Block]:
    """Yield the blocks of the outline and of the definitions that it uses."""
    yield from (block for block in outline.blocks if block.kind != "sample")
    for definition in find_used_groups(outline):
        yield from definition.body.blocks


def find_used_groups(outline: Outline) -> list[Definition]:
    """Return the definitions of groups that are drawn, in the figure or in another's body."""
    names = {block.type for block in outline.blocks if block.is_group}
    for definition in reversed(outline.groups):
        if definition.name in names:
            names.update(block.type for block in definition.body.blocks if block.is_group)
    return [definition for definition in outline.groups if definition.name in names]


def make_style_book(outline: Outline, grammar: Grammar, page: Page, options: Options) -> StyleBook:
    """Return the entries that an outline needs."""
    palette = load_palette(page.palette)
    blocks: dict[Key, list[Block]] = {}
    for block in list_blocks(outline):
        blocks.setdefault(make_key(block, options.styles, grammar), []).append(block)
    groups = [("group", definition.name) for definition in find_used_groups(outline)]
    builder = _StyleBuilder(grammar, page, options, palette, page.mono, outline, set(blocks))
    simple = sorted(
        (builder.make_entry(key, members) for key, members in blocks.items() if key[0] != "group"),
        key=lambda entry: (entry.order, entry.key),
    )
    group_entries = [builder.make_entry(key, blocks[key]) for key in groups if key in blocks]
    plain = [*simple, *group_entries]
    entries = tuple(builder.add_textures(plain) if page.mono else builder.separate(plain))
    return StyleBook(
        entries,
        {entry.key: entry for entry in entries},
        options.styles,
        grammar,
        palette,
        page.family,
        page.mono,
    )


def _find_usual_window(blocks: list[Block], *, is_partial: bool) -> str:
    """Return the window of all layers, or of more than half where the others print theirs."""
    windows = Counter(format_kernel(block.attributes) for block in blocks)
    window, count = windows.most_common(1)[0]
    is_usual = (
        is_partial and blocks[0].kind == CONV and "" not in windows and 2 * count > len(blocks)
    )
    return window if len(windows) == 1 or is_usual else ""


def make_group_styles(
    outline: Outline, grammar: Grammar, page: Page, options: Options
) -> dict[str, Style]:
    """Return the styles by which the groups of an outline look as they do by themselves."""
    styles: dict[str, Style] = {}
    for entry in make_style_book(outline, grammar, page, options).entries:
        if entry.kind == "group":
            fill = entry.look.fill
            texture = fill.name if isinstance(fill, Texture) else None
            label = options.styles.get(entry.key[1], Style()).label
            styles[entry.key[1]] = Style(label, entry.colour, texture)
    return styles


MONO_INK = "#666666"
"""The ink of textures without colour: darker lines vibrate."""
MONO_LINE = "#333333"
"""The borders of what has a texture without colour."""

UNKNOWN_TONES = (0, -1, 2, -2)
CONV = "conv"
"""The tones of classes that the catalogue does not know, in turn."""


class _StyleBuilder:
    """Makes the look of one entry after the other."""

    def __init__(
        self,
        grammar: Grammar,
        page: Page,
        options: Options,
        palette: Palette,
        mono: bool,
        outline: Outline,
        keys: set[Key],
    ) -> None:
        self.grammar, self.page, self.options = grammar, page, options
        self.palette, self.mono, self.keys = palette, mono, keys
        self.has_room = has_room(outline)
        self.definitions = {definition.name: definition for definition in outline.groups}
        self.unknown_count = 0
        colours = [definition.color for definition in outline.groups]
        colours += [style.color for style in options.styles.values()]
        chosen = {resolve_colour(self.palette, colour) for colour in colours if colour}
        taken = {n for n, colour in enumerate(palette.groups) if colour in chosen}
        definitions = [
            each
            for each in find_used_groups(outline)
            if not (each.color or options.styles.get(each.name, Style()).color)
        ]
        self.accents = assign_accents(outline, definitions, len(palette.groups), taken)

    def make_entry(self, key: Key, blocks: list[Block]) -> LegendEntry:
        """Return the entry for a key and the blocks that share it."""
        if key[0] == "group":
            return self._make_group_entry(key, blocks[0])
        entries = {e.id: e for e in (self.grammar.entry(block.op) for block in blocks)}
        first = next(iter(entries.values()))
        kind = self.grammar.kinds[first.kind]
        style = self._find_style(key, first, blocks[0].type)
        wrapped = key[3] if len(key) > 3 else ""
        colour = (
            resolve_colour(self.palette, style.color) if style.color else self._choose_colour(first)
        )
        if self._has_colour_of_plainer(key, first, blocks[0].type):
            colour = darken(colour, 0.3)
        label = style.label or self._choose_label(key, list(entries.values()), blocks)
        if wrapped and not style.label:
            label = f"{wrapped.capitalize()} {label}"
        texture = Texture(style.texture or "", darken(colour, 0.2), lighten(colour, 0.75))
        look = Look(
            fill=texture if style.texture and not self.mono else colour,
            stroke=darken(colour),
            border=self.page.border,
            ink=self.palette.ink["text"],
            paper=self.palette.ink["paper"],
            family=self.page.family,
        )
        return LegendEntry(
            key,
            label,
            kind.id,
            kind.glyph,
            look,
            kind.order * 10 + first.tone,
            tuple(dict.fromkeys(block.type for block in blocks)),
            op=blocks[0].op,
        )

    def _choose_label(self, key: Key, entries: list[Entry], blocks: list[Block]) -> str:
        """Return the words of an entry, with what all its layers have in common."""
        if key[0] == "class" and key[1] not in {block.type for block in blocks}:
            return key[1]
        label = merge_labels([(entry.label, entry.short) for entry in entries])
        types = {block.type for block in blocks}
        if len(types) == 1 and (entries[0].kind == "op" or label in types):
            label = name_class(types.pop())
        if entries[0].kind == "conv" and are_causal([block.attributes for block in blocks]):
            label = f"Causal {label[:1].lower()}{label[1:]}"
        if len(entries) == 1 and len(blocks) > 1:
            window = _find_usual_window(blocks, is_partial=self.has_room)
            label = f"{label} {window}".rstrip()
        curves = {format_activation(block.attributes) for block in blocks}
        if len(curves) == 1 and entries[0].kind in {"conv", "up"} and len(blocks) > 1:
            label = ", ".join(part for part in (label, curves.pop()) if part)
        return label

    def _find_style(self, key: Key, entry: Entry, type: str) -> Style:
        """Return the author's style for an entry; specific styles win over general ones.

        A layer that has a style of its own shares no words with its class: they are two entries.
        """
        style = Style()
        alone = key[0] == "class" and key[1] != type
        for name in (f":{entry.kind}", *((type, key[1]) if key[0] == "class" else ())):
            own_style = self.options.styles.get(name)
            if own_style:
                style = Style(
                    own_style.label or (None if alone else style.label),
                    own_style.color or style.color,
                    own_style.texture or style.texture,
                )
        return style

    def _has_colour_of_plainer(self, key: Key, entry: Entry, type: str) -> bool:
        """Tell whether an entry would have the colour of another: a wrapped layer that of the bare
        ones, a class with a style that of its kind, a layer with one that of its class.
        """
        plain: Key = ("kind", entry.kind, str(entry.tone))
        others = [plain] if key[0] != "class" or key[1] == type else [("class", type), plain]
        colour = self._find_style(key, entry, type).color
        return any(
            other != key
            and other in self.keys
            and self._find_style(other, entry, type).color == colour
            for other in others
        )

    def _choose_colour(self, entry: Entry) -> str:
        """Return the palette's colour for an entry, lighter for a kind's second and third."""
        kind = self.grammar.kinds[entry.kind]
        colour = self.palette.roles[kind.role]
        tone = entry.tone
        if not self.grammar.knows(entry.classes[0]):
            tone = self._next_unknown_tone(kind.role)
        return tint(colour, tone)

    def _next_unknown_tone(self, role: str) -> int:
        """Return the next tone for a class that is not known: of those that no other entry has."""
        kinds = (key for key in self.keys if key[0] == "kind")
        used_tones = {int(key[2]) for key in kinds if self.grammar.kinds[key[1]].role == role}
        free = [tone for tone in UNKNOWN_TONES if tone not in used_tones] or UNKNOWN_TONES
        self.unknown_count += 1
        return free[(self.unknown_count - 1) % len(free)]

    def _make_group_entry(self, key: Key, block: Block) -> LegendEntry:
        """Return the entry of a group: dark centre, light and thicker border."""
        definition = self.definitions[key[1]]
        style = self.options.styles.get(key[1], Style())
        chosen = style.color or definition.color
        colour = resolve_colour(self.palette, chosen) if chosen else self._find_accent(key[1])
        look = Look(
            fill=darken(colour, 0.24),
            stroke=lighten(colour),
            border=self.page.group_border,
            ink=self.palette.ink["text"],
            paper=self.palette.ink["paper"],
            family=self.page.family,
        )
        kind = self.grammar.kinds["group"]
        return LegendEntry(
            key,
            style.label or definition.label,
            "group",
            kind.glyph,
            look,
            kind.order * 10,
            (block.type,),
            colour,
        )

    def _find_accent(self, name: str) -> str:
        """Return the colour of a group that no author chose; lighter ones where there are many."""
        turn, number = divmod(self.accents[name], len(self.palette.groups))
        return lighten(self.palette.groups[number], min(0.3 * turn, 0.6))

    def separate(self, entries: list[LegendEntry]) -> list[LegendEntry]:
        """Return the entries with textures where their tones are too near."""
        textures = {entry.key: self._choose_texture(entry) for entry in entries}
        chosen = {entry.key for entry in entries if self._is_chosen(entry)}
        grey = is_grey_palette(self.palette.roles.values())
        return separate_tones(entries, textures, texture_names(), chosen, grey=grey)

    def _is_chosen(self, entry: LegendEntry) -> bool:
        """Tell whether an author gave an entry a colour of its own, or a texture."""
        names = (f":{entry.kind}", *entry.types, *entry.key[1:])
        styles = [self.options.styles[name] for name in names if name in self.options.styles]
        group = self.definitions.get(entry.key[1]) if entry.kind == "group" else None
        looks = [(style.color, style.texture) for style in styles]
        looks += [(group.color, group.texture)] if group else []
        return any(texture or (color or "").startswith("#") for color, texture in looks)

    def add_textures(self, entries: list[LegendEntry]) -> list[LegendEntry]:
        """Return the entries in textures, no two alike while there are enough."""
        names = [self._choose_texture(entry) for entry in entries]
        free = [name for name in texture_names() if name not in names]
        used_names: set[str] = set()
        textured_entries = []
        for entry, name in zip(entries, names, strict=True):
            chosen = name
            if name in used_names and name != "blank" and free:
                chosen = free.pop(0)
            used_names.add(chosen)
            textured_entries.append(replace(entry, look=self._apply_texture(entry, chosen)))
        return textured_entries

    def _choose_texture(self, entry: LegendEntry) -> str:
        """Return the texture that an entry would have by itself."""
        for name in (entry.key[1], entry.types[0], f":{entry.kind}"):
            style = self.options.styles.get(name, Style())
            if style.texture:
                return style.texture
        if entry.kind == "group" and self.definitions[entry.key[1]].texture:
            return self.definitions[entry.key[1]].texture or ""
        return self.grammar.kinds[entry.kind].texture

    def _apply_texture(self, entry: LegendEntry, name: str) -> Look:
        """Return an entry's look in ink and paper; a group's is inverted."""
        paper = self.palette.ink["paper"]
        fill: Fill
        if entry.kind == "group":
            fill = Texture(name, paper, "#4d4d4d")
            return replace(entry.look, fill=fill, stroke="#a6a6a6")
        fill = Texture(name, MONO_INK, paper)
        return replace(entry.look, fill=fill, stroke=MONO_LINE)
