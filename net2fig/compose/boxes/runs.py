"""Runs that are drawn once: a frame with a count around the boxes, as around a group."""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.outline import ENTRY, EXIT, Block, Definition, Link, Outline

RUN = "@run"
"""What the type of a run begins with."""


def is_run(block: Block) -> bool:
    """Tell whether a block stands for a run."""
    return block.type.startswith(RUN)


def frame_runs(outline: Outline) -> tuple[Outline, dict[str, Definition]]:
    """Return an outline with one block for each run, and the runs by their types."""
    runs: dict[str, Definition] = {}
    into: dict[str, str] = {}
    blocks: dict[str, Block] = {}
    for number, run in enumerate(outline.brackets):
        members = tuple(outline[id] for id in run.blocks)
        inner = tuple(
            link
            for block in members[1:]
            for link in outline.into(block.id)
            if link.source in run.blocks
        )
        first, last = members[0], members[-1]
        links = (
            *(replace(link, source=ENTRY) for link in outline.into(first.id)),
            *inner,
            Link(last.id, EXIT, last.output),
        )
        name = f"{RUN}{number}"
        body = Outline(blocks=members, links=links, level=outline.level)
        layers = tuple(id for block in members for id in block.layers)
        runs[name] = Definition(name, body, run.count, len(layers))
        blocks[last.id] = replace(
            last, type=name, kind="group", op="", name="", layers=layers, count=run.count
        )
        into |= dict.fromkeys(run.blocks, last.id)
    return (
        replace(
            outline,
            blocks=tuple(
                blocks.get(block.id, block)
                for block in outline.blocks
                if into.get(block.id, block.id) == block.id
            ),
            links=tuple(
                replace(
                    link,
                    source=into.get(link.source, link.source),
                    target=into.get(link.target, link.target),
                )
                for link in outline.links
                if into.get(link.source, "") != into.get(link.target, link.target)
            ),
            brackets=(),
        ),
        runs,
    )
