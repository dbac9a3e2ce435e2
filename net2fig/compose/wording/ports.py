"""The names of inputs and outputs, as they are printed.

Ensures: a name that the author gave, in words; "input" and "output" for a name that a framework or
habit gives, which is numbered where there are several.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from net2fig.compose.wording.words import format_resolution, split_words
from net2fig.outline import Block, Outline

INPUT = "input"
"""The kind of an input, and its name where there is one."""
OUTPUT = "output"
AUTOMATIC = re.compile(r"[\W_]|\d+$")
"""What does not count where a name is compared with that of a class: "conv2d_3"."""
UNNAMED = re.compile(
    r"(input|inputs|inp|input_?layer|input_tensor|model_input|keras_tensor|tensor|args|data|x|xs|in)"
    r"(_?\d+)?",
    re.IGNORECASE,
)
"""The names of inputs that say nothing."""
MEANINGLESS = re.compile(
    r"\d|^.$|^(out|outputs?|final|last|top|head|end|result|model|pred|predictions?)$"
    r"|(^|_)(conv\w*|deconv\w*|dense|linear|fc|block|layer|bn|batch\w*|\w*norm(alization)?|re_lu"
    r"|\w*relu|softmax|sigmoid|tanh|act|activation|\w*pool(ing)?|drop|dropout|flat|flatten|reshape"
    r"|rescal\w*|identity|crop\w*|pad|padding|cast|squeeze|slice|getitem|concat\w*|add|merge|mul"
    r"|multiply|lambda|permute|up_?sampl\w*|resiz\w*|dot)(_|$)",
    re.IGNORECASE,
)
"""The names of layers that say what these do, not what they return."""


def choose_port_names(outline: Outline, frames: Mapping[int, str]) -> dict[str, str]:
    """Return the names of ports, by the blocks beneath which they stand.

    `frames` has the blocks that stand for outputs, by their numbers. An output without one has a
    name where a model has several, or where its author named it.
    """
    names: dict[str, str] = {}
    for number in range(max(len(outline.parts), 1)):
        inputs = [port for port in outline.inputs if outline.homes[port[1]] == number]
        if len(inputs) > 1 or any(outline[id].kind in (INPUT, "sample") for _, id in inputs):
            names |= _name_inputs(inputs)
    counts = Counter(outline.homes[id] for _, id in outline.outputs)
    for number, ((port, id), name) in enumerate(
        zip(outline.outputs, _list_outputs(outline), strict=True)
    ):
        # A hidden layer behind the last that is drawn may bear the name.
        meaningful = find_meaningful_name(outline[id]) or _put_in_words(port)
        if counts[outline.homes[id]] > 1:
            size = "" if number in frames else _format_new_resolution(outline, id)
            names[frames.get(number, id)] = f"{split_words(name)} {size}".strip()
        elif number in frames:
            names[frames[number]] = meaningful or OUTPUT
        elif meaningful:
            names[id] = f"{meaningful} {_format_new_resolution(outline, id)}".strip()
    return names


def _format_new_resolution(outline: Outline, id: str) -> str:
    """Return the resolution of an output, if it stands on no line."""
    extent = outline[id].output
    labelled = {link.extent.spatial for link in outline.links if link.extent is not None}
    if extent is None or len(extent.spatial) < 2 or extent.spatial in labelled:
        return ""
    return format_resolution(extent)


def _name_inputs(inputs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the names of the inputs of a model."""
    numbers = [f" {place}" if len(inputs) > 1 else "" for place in range(1, len(inputs) + 1)]
    return {
        id: INPUT + number if UNNAMED.fullmatch(name) else split_words(name)
        for (name, id), number in zip(inputs, numbers, strict=True)
    }


def _list_outputs(outline: Outline) -> list[str]:
    """Return the names of the outputs.

    A nested head gives all its outputs its own name. Where it has several, they are called as the
    author called their layers, behind the name of the head where another has such a layer too.
    """
    own_names = [_find_own_name(outline[id]) for _, id in outline.outputs]
    heads = [name for name, _ in outline.outputs]
    pairs = set(zip(heads, own_names, strict=True))
    names = []
    for head, own_name in zip(heads, own_names, strict=True):
        if not own_name or sum(each == head for each, _ in pairs) < 2:
            names.append(head)
        else:
            is_alone = sum(each == own_name for _, each in pairs) == 1
            names.append(own_name if is_alone else f"{head} {own_name}")
    return names


def find_meaningful_name(block: Block) -> str:
    """Return the name that an author gave to a layer for what it returns, in words, or ""."""
    return _put_in_words(_find_own_name(block))


def _put_in_words(name: str) -> str:
    """Return a name in words, "" where it says what a layer does."""
    return "" if MEANINGLESS.search(name) else split_words(name)


def _find_own_name(block: Block) -> str:
    """Return the name that an author gave to a layer, "" if its class did."""
    plain = AUTOMATIC.sub("", block.name).lower()
    is_automatic = any(plain == AUTOMATIC.sub("", word).lower() for word in (block.type, block.op))
    return "" if block.is_group or is_automatic else block.name
