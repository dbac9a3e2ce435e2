"""The network after hiding, grouping and folding: what will be drawn.

An `Outline` is also the body of a group: there, edges that come from outside have the source
`ENTRY` and those that leave have the target `EXIT`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct, field
from msgspec.structs import force_setattr, replace

from net2fig.attributes import Attributes
from net2fig.errors import Notice
from net2fig.network import Extent, Part

ENTRY = "@in"
EXIT = "@out"


class Block(Struct, frozen=True):
    """One thing to draw.

    `type` is the class of the layer, or the name of the group. `kind` is a kind of the catalogue,
    or "group". `op` is the word of the vocabulary for the layer, empty for a group. `layers` are
    the ids of all layers of the network that the block stands for, those of folded neighbours and
    absorbed hidden layers included. `attributes` and `name` are those of the first layer that is
    not hidden. `output` is what leaves the block (of the last fold), and is None where unknown.
    `arrives` is what its first layer is given, after hidden layers.
    `params` counts the parameters of all its layers; None where one is unknown. It is `frozen` if
    no layer with weights in it is trained.
    """

    id: str
    type: str
    kind: str
    layers: tuple[str, ...]
    output: Extent | None
    count: int = 1
    name: str = ""
    attributes: Attributes = Attributes()
    shared: bool = False
    frozen: bool = False
    arrives: Extent | None = None
    params: int | None = None
    op: str = ""

    def __post_init__(self) -> None:
        """Take the class for the operation where no other is known."""
        if not self.op and not self.is_group:
            force_setattr(self, "op", self.type)

    @property
    def words(self) -> tuple[str, ...]:
        """What a pattern or a style may call it, the nearer before the more general."""
        return tuple(dict.fromkeys(filter(None, (self.name, self.type, self.op))))

    @property
    def is_group(self) -> bool:
        """Whether the block stands for a group, explained in the legend."""
        return self.kind == "group"


class Link(Struct, frozen=True):
    """Data that goes from one block to another, with what it looks like on the way.

    `extent` is what leaves the source. Order among the links of one target is the order of its
    inputs. `entry` tells the inputs of a group apart, where the source is `ENTRY`; `exit` its
    outputs, where the target is `EXIT`. `count` is how many links of a comb it stands for: one of
    each unit of the source.
    """

    source: str
    target: str
    extent: Extent | None
    entry: int = 0
    exit: int = 0
    count: int = 1

    @property
    def begin(self) -> str:
        """Where a line of its own begins: at the source, or at one of the inputs of a group."""
        return f"{self.source}{self.entry}" if self.entry else self.source

    @property
    def end(self) -> str:
        """Where a line of its own ends: at the target, or at one of the outputs of a group."""
        return f"{self.target}{self.exit}" if self.exit else self.target


class Bracket(Struct, frozen=True):
    """A run of blocks that occurs `count` times in a row and is drawn once."""

    blocks: tuple[str, ...]
    count: int


class Origin(Struct, frozen=True):
    """How a group came to be.

    `by` is "rule" where the author named it, with the patterns of that rule; "model" where a model
    inside of the model is called more than once; "repeats" where the search found it; "once" where
    it is met once and collapsed.
    """

    by: str = "repeats"
    patterns: tuple[str, ...] = ()


class Because(Struct, frozen=True):
    """Why a layer is hidden, or drawn although it would be hidden.

    `by` is "hide" or "show", with the item of that option; "kind", with the kind that is drawn at
    the level `everything` only; "constant", where a merge has one tensor to merge; or "needed",
    where a kind is drawn since what follows reads other features.
    """

    layer: str
    by: str
    item: str = ""

    @property
    def is_drawn(self) -> bool:
        """Whether the layer is drawn."""
        return self.by in ("show", NEEDED)


NEEDED = "needed"
"""Why a layer is drawn although its kind is not: what follows reads other features."""


CONSTANT = "constant"
"""The function of a merge of one tensor: an operation with a constant."""


class LeftOut(Struct, frozen=True):
    """Layers that are not drawn and do the same: what they do, and how many of them there are.

    `function` is a word of the nouns of the vocabulary, or a class. `classes` are those of the
    layers that are one such thing: several where they do it together.
    """

    function: str
    op: str
    count: int
    classes: tuple[str, ...]


class Note(Struct, frozen=True):
    """In what some occurrences of a group differ from the body shown: data, not words.

    `values` depend on the kind: `group/naming/notes.py` makes them, `compose/wording/notes.py`
    puts them into words. A value "group" is the name of another group. `model` names the one of two
    compared models that the note is about, where the other has no such note.
    """

    group: str
    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)
    model: str = ""

    def renamed(self, names: Mapping[str, str]) -> Note:
        """Return the note under other names of groups."""
        values = dict(self.values)
        if "group" in values:
            values["group"] = names.get(values["group"], values["group"])
        return replace(self, group=names.get(self.group, self.group), values=values)


class Definition(Struct, frozen=True):
    """A group as the legend explains it: a name, a body, and how often it occurs.

    `color` and `texture` are what the author asked for; `notes` tell in what some occurrences
    differ from the body shown; `origin` is how it came to be. `places` are the ids of the layers of
    each occurrence. `varying` are the ids of the blocks of the body whose numbers (features, heads)
    are not those of every occurrence; `shares` says of how many features such a block is, for so
    many of the group, where that is the same everywhere. `heads` are those of each attention, by
    its layer, where occurrences differ in them. `repeated` are the ids of the blocks of the body
    that follow themselves more often in some occurrences than in others; `turns` says how often in
    each, by its first layer.
    """

    name: str
    body: Outline
    occurrences: int
    layers: int
    color: str | None = None
    texture: str | None = None
    notes: tuple[Note, ...] = ()
    origin: Origin = Origin()
    places: tuple[tuple[str, ...], ...] = ()
    varying: tuple[str, ...] = ()
    shares: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    heads: Mapping[str, int] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()
    turns: Mapping[str, int] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name in words, as it is printed: "class_head" is "class head"."""
        return self.name.replace("_", " ").strip()


class Outline(Struct, frozen=True, dict=True):
    """Blocks in a topological order, the links between them, and what must be told.

    `groups` are the definitions used, inner before outer, in the body of another group as well.
    `left_out` tells what the layers do that are left out, in order of first occurrence; `because`
    tells why each is left out, and which are drawn although their level would hide them.
    `inputs` and `outputs` pair the names of the network's ports with blocks; `leaves` are what the
    outputs look like after layers that are hidden at the end. `parts` are those of the network.
    """

    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    inputs: tuple[tuple[str, str], ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()
    leaves: tuple[Extent | None, ...] = ()
    groups: tuple[Definition, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    because: tuple[Because, ...] = ()
    brackets: tuple[Bracket, ...] = ()
    notes: tuple[str, ...] = ()
    level: str = "layers"
    notices: tuple[Notice, ...] = ()
    parts: tuple[Part, ...] = ()

    @cached_property
    def _by_id(self) -> dict[str, Block]:
        """The blocks by their ids."""
        return {block.id: block for block in self.blocks}

    @cached_property
    def _into(self) -> dict[str, list[Link]]:
        """The links by the blocks at which they end."""
        into: dict[str, list[Link]] = {}
        for link in self.links:
            into.setdefault(link.target, []).append(link)
        return into

    @cached_property
    def _out_of(self) -> dict[str, list[Link]]:
        """The links by the blocks from which they come."""
        out_of: dict[str, list[Link]] = {}
        for link in self.links:
            out_of.setdefault(link.source, []).append(link)
        return out_of

    def __getitem__(self, id: str) -> Block:
        """Return the block with this id."""
        return self._by_id[id]

    @cached_property
    def homes(self) -> dict[str, int]:
        """The number of the part of each block; a frame belongs to the block that it shows."""
        numbers = {id: number for number, part in enumerate(self.parts) for id in part.layers}
        homes: dict[str, int] = {}
        for block in self.blocks:
            before = [homes[link.source] for link in self.into(block.id)]
            homes[block.id] = numbers.get(block.layers[0], 0) if block.layers else before[0]
        return homes

    @property
    def hidden(self) -> dict[str, int]:
        """How many layers of each class are left out."""
        counts: Counter[str] = Counter()
        for each in self.left_out:
            for class_name in each.classes:
                counts[class_name] += each.count
        return dict(counts)

    def into(self, id: str) -> list[Link]:
        """Return the links that end at a block, in the order of its inputs."""
        return self._into.get(id, [])

    def out_of(self, id: str) -> list[Link]:
        """Return the links that leave a block."""
        return self._out_of.get(id, [])
