"""Which colour, texture and glyph stand for what: one entry per thing that the legend explains.

Precedence for a block, key by key: the style of its layer's name, of its class or group, of its
kind; then the group's own colour; then the grammar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.style.colours import darker, lighter, tinted
from net2fig.compose.wording.words import activation, entry_label, kernel, wrapper
from net2fig.data.grammar import Entry, Grammar, Palette, load_palette, texture_names
from net2fig.glyphs import Look
from net2fig.options.page import Page
from net2fig.options.types import Options, Style
from net2fig.outline import Block, Definition, Outline
from net2fig.scene import Fill, Texture

Key = tuple[str, ...]
"""What shares a legend entry: ("kind", "pool", "0"), ("class", "MyLayer"), ("group", "Block")."""


class Wear(Struct, frozen=True):
    """How one entry of the legend looks, and what it is called.

    `colour` is the one that the look of a group was made from.
    """

    key: Key
    label: str
    kind: str
    glyph: str
    look: Look
    order: int
    types: tuple[str, ...]
    colour: str = ""


class Wardrobe(Struct, frozen=True):
    """All entries of a figure in the order of the legend, and the one that each block wears."""

    entries: tuple[Wear, ...]
    by_key: Mapping[Key, Wear]
    styles: Mapping[str, Style]
    grammar: Grammar
    palette: Palette
    family: str
    mono: bool

    def of(self, block: Block) -> Wear:
        """Return what a block wears."""
        return self.by_key[key_of(block, self.styles, self.grammar)]

    def sign(self, block: Block) -> str:
        """Return the mark of a merge drawn small."""
        return self.grammar.entry(block.type).sign


def key_of(block: Block, styles: Mapping[str, Style], grammar: Grammar) -> Key:
    """Return the key of the entry that a block belongs to."""
    if block.is_group:
        return ("group", block.type)
    for name in (block.name, block.type):
        if name in styles:
            return ("class", name)
    entry = grammar.entry(block.type)
    if not grammar.knows(block.type):
        return ("class", block.type)
    wrapped = wrapper(block.config)
    return ("kind", entry.kind, str(entry.tone), *((wrapped,) if wrapped else ()))


def all_blocks(outline: Outline) -> Iterable[Block]:
    """Yield the blocks of the outline and of the definitions that it uses."""
    yield from (block for block in outline.blocks if block.kind != "sample")
    for definition in used(outline):
        yield from definition.body.blocks


def used(outline: Outline) -> list[Definition]:
    """Return the definitions of groups that are drawn, in the figure or in another's body."""
    wanted = {block.type for block in outline.blocks if block.is_group}
    for definition in reversed(outline.groups):
        if definition.name in wanted:
            wanted.update(block.type for block in definition.body.blocks if block.is_group)
    return [definition for definition in outline.groups if definition.name in wanted]


def wardrobe(outline: Outline, grammar: Grammar, page: Page, options: Options) -> Wardrobe:
    """Return the entries that an outline needs."""
    palette = load_palette(page.palette)
    blocks: dict[Key, list[Block]] = {}
    for block in all_blocks(outline):
        blocks.setdefault(key_of(block, options.styles, grammar), []).append(block)
    groups = [("group", definition.name) for definition in used(outline)]
    tailor = _Tailor(grammar, page, options, palette, page.mono, outline, set(blocks))
    simple = sorted(
        (tailor.wear(key, members) for key, members in blocks.items() if key[0] != "group"),
        key=lambda wear: (wear.order, wear.key),
    )
    complex_ = [tailor.wear(key, blocks[key]) for key in groups if key in blocks]
    entries = tuple(tailor.textured([*simple, *complex_]) if page.mono else [*simple, *complex_])
    return Wardrobe(
        entries,
        {wear.key: wear for wear in entries},
        options.styles,
        grammar,
        palette,
        page.family,
        page.mono,
    )


def group_styles(
    outline: Outline, grammar: Grammar, page: Page, options: Options
) -> dict[str, Style]:
    """Return the styles by which the groups of an outline look as they do by themselves."""
    found: dict[str, Style] = {}
    for wear in wardrobe(outline, grammar, page, options).entries:
        if wear.kind == "group":
            fill = wear.look.fill
            texture = fill.name if isinstance(fill, Texture) else None
            label = options.styles.get(wear.key[1], Style()).label
            found[wear.key[1]] = Style(label, wear.colour, texture)
    return found


STRANGERS = (0, -1, 2, -2)
"""The tones of classes that the catalogue does not know, in turn."""


class _Tailor:
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
        self.definitions = {definition.name: definition for definition in outline.groups}
        self.groups = 0
        self.strangers = 0
        said = [definition.color for definition in outline.groups]
        said += [style.color for style in options.styles.values()]
        self.asked = {self._colour(colour) for colour in said if colour}

    def wear(self, key: Key, blocks: list[Block]) -> Wear:
        """Return the entry for a key and the blocks that share it."""
        if key[0] == "group":
            return self._group(key, blocks[0])
        entries = {e.id: e for e in (self.grammar.entry(block.type) for block in blocks)}
        first = next(iter(entries.values()))
        kind = self.grammar.kinds[first.kind]
        style = self._style(key, first, blocks[0].type)
        wrapped = key[3] if len(key) > 3 else ""
        colour = self._colour(style.color) if style.color else self._own_colour(first)
        if self._like_a_plainer(key, first, blocks[0].type):
            colour = darker(colour, 0.3)
        label = style.label or self._label(key, list(entries.values()), blocks)
        if wrapped and not style.label:
            label = f"{wrapped.capitalize()} {label}"
        textured = Texture(style.texture or "", darker(colour, 0.2), lighter(colour, 0.75))
        look = Look(
            fill=textured if style.texture and not self.mono else colour,
            stroke=darker(colour),
            border=self.page.border,
            ink=self.palette.ink["text"],
            paper=self.palette.ink["paper"],
            family=self.page.family,
        )
        return Wear(
            key,
            label,
            kind.id,
            kind.glyph,
            look,
            kind.order * 10 + first.tone,
            tuple(dict.fromkeys(block.type for block in blocks)),
        )

    def _label(self, key: Key, entries: list[Entry], blocks: list[Block]) -> str:
        """Return the words of an entry, with what all its layers have in common."""
        if key[0] == "class" and key[1] not in {block.type for block in blocks}:
            return key[1]
        label = entry_label([(entry.label, entry.short) for entry in entries])
        types = {block.type for block in blocks}
        if entries[0].kind == "op" and len(types) == 1:
            label = types.pop()
        windows = {kernel(block.config) for block in blocks}
        if len(entries) == 1 and len(windows) == 1 and len(blocks) > 1:
            label = f"{label} {windows.pop()}".rstrip()
        curves = {activation(block.config) for block in blocks}
        if len(curves) == 1 and entries[0].kind in {"conv", "up"} and len(blocks) > 1:
            label = ", ".join(part for part in (label, curves.pop()) if part)
        return label

    def _style(self, key: Key, entry: Entry, type: str) -> Style:
        """Return what the author said about an entry, the nearer over the more general.

        A layer that has a style of its own shares no words with its class: they are two entries.
        """
        found = Style()
        alone = key[0] == "class" and key[1] != type
        for name in (f":{entry.kind}", *((type, key[1]) if key[0] == "class" else ())):
            said = self.options.styles.get(name)
            if said:
                found = Style(
                    said.label or (None if alone else found.label),
                    said.color or found.color,
                    said.texture or found.texture,
                )
        return found

    def _like_a_plainer(self, key: Key, entry: Entry, type: str) -> bool:
        """Tell whether an entry would have the colour of another: a wrapped layer that of the bare
        ones, a class with a style that of its kind, a layer with one that of its class.
        """
        plain: Key = ("kind", entry.kind, str(entry.tone))
        others = [plain] if key[0] != "class" or key[1] == type else [("class", type), plain]
        mine = self._style(key, entry, type).color
        return any(
            other != key and other in self.keys and self._style(other, entry, type).color == mine
            for other in others
        )

    def _own_colour(self, entry: Entry) -> str:
        """Return the palette's colour for an entry, lighter for a kind's second and third."""
        kind = self.grammar.kinds[entry.kind]
        colour = self.palette.roles[kind.role]
        tone = entry.tone
        if not self.grammar.knows(entry.classes[0]):
            tone = self._stranger(kind.role)
        return tinted(colour, tone)

    def _stranger(self, role: str) -> int:
        """Return the next tone for a class that is not known: of those that no other entry has."""
        kinds = (key for key in self.keys if key[0] == "kind")
        worn = {int(key[2]) for key in kinds if self.grammar.kinds[key[1]].role == role}
        free = [tone for tone in STRANGERS if tone not in worn] or STRANGERS
        self.strangers += 1
        return free[(self.strangers - 1) % len(free)]

    def _colour(self, name: str) -> str:
        """Return a colour by its role, by "accent-N", or as it is."""
        if name.startswith("#"):
            return name.lower()
        if name.startswith("accent-"):
            return self.palette.groups[(int(name[7:]) - 1) % len(self.palette.groups)]
        if name == "group":
            return self.palette.groups[0]
        return self.palette.roles[name]

    def _group(self, key: Key, block: Block) -> Wear:
        """Return the entry of a group: dark centre, light and thicker border."""
        definition = self.definitions[key[1]]
        style = self.options.styles.get(key[1], Style())
        asked = style.color or definition.color
        colour = self._colour(asked) if asked else self._next_group_colour()
        look = Look(
            fill=darker(colour, 0.24),
            stroke=lighter(colour),
            border=self.page.group_border,
            ink=self.palette.ink["text"],
            paper=self.palette.ink["paper"],
            family=self.page.family,
        )
        kind = self.grammar.kinds["group"]
        return Wear(
            key,
            style.label or definition.name,
            "group",
            kind.glyph,
            look,
            kind.order * 10,
            (block.type,),
            colour,
        )

    def _next_group_colour(self) -> str:
        """Return the next colour of the palette that no author asked for; then lighter ones."""
        while True:
            turn, number = divmod(self.groups, len(self.palette.groups))
            colour = lighter(self.palette.groups[number], min(0.3 * turn, 0.6))
            self.groups += 1
            if colour not in self.asked or turn > 1:
                return colour

    def textured(self, entries: list[Wear]) -> list[Wear]:
        """Return the entries in textures, no two alike while there are enough."""
        asked = [self._texture(wear) for wear in entries]
        free = [name for name in texture_names() if name not in asked]
        seen: set[str] = set()
        dressed = []
        for wear, name in zip(entries, asked, strict=True):
            chosen = name
            if name in seen and name != "blank" and free:
                chosen = free.pop(0)
            seen.add(chosen)
            dressed.append(replace(wear, look=self._in_texture(wear, chosen)))
        return dressed

    def _texture(self, wear: Wear) -> str:
        """Return the texture that an entry would have by itself."""
        for name in (wear.key[1], wear.types[0], f":{wear.kind}"):
            style = self.options.styles.get(name, Style())
            if style.texture:
                return style.texture
        if wear.kind == "group" and self.definitions[wear.key[1]].texture:
            return self.definitions[wear.key[1]].texture or ""
        return self.grammar.kinds[wear.kind].texture

    def _in_texture(self, wear: Wear, name: str) -> Look:
        """Return an entry's look in ink and paper; a group's is inverted."""
        dark, paper = "#333333", self.palette.ink["paper"]
        fill: Fill
        if wear.kind == "group":
            fill = Texture(name, paper, "#4d4d4d")
            return replace(wear.look, fill=fill, stroke="#a6a6a6")
        fill = Texture(name, dark, paper)
        return replace(wear.look, fill=fill, stroke=dark)
