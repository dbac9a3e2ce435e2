"""What Python may pass for the options, by name: for the signatures of `draw` and others."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

Path = str | os.PathLike[str]


class ReadingArguments(TypedDict, total=False):
    """What Python may pass for the options of reading."""

    reader: str | None
    input_shape: str | int | Sequence[Any] | Mapping[str, Any] | None
    timeout: float | str | None
    argv: str | Sequence[str] | None
    set: Mapping[str, int] | Sequence[str] | None


class SharedArguments(ReadingArguments, total=False):
    """What Python may pass for the options that figures, comparisons and chips have."""

    template: Path | None
    width: float | str | None
    hide: Sequence[str] | None
    show: Sequence[str] | None
    repeats: bool | None
    split: bool | None
    palette: Path | None
    mono: bool | None
    legend: bool | None
    background: str | None
    title: str | None
    page: Mapping[str, Any] | None
    style: str | Mapping[str, Mapping[str, str]] | None
    group: Sequence[Mapping[str, Any]] | None
    pins: Path | Sequence[Any] | None
    tint: str | Mapping[str, float] | None


class FigureArguments(SharedArguments, total=False):
    """What Python may pass for the options of figures and comparisons."""

    height: float | str | None
    detail: str | None
    match: str | None
    font: Path | None
    placeholders: str | None
    layout: str | None
    glyphs: str | None
    direction: str | None
    labels: Mapping[str, bool | str] | None
    callouts: bool | Sequence[str] | None
    legend_side: str | None
    legend_columns: int | None
    legend_order: Sequence[str] | None
    dpi: int | str | None
    start: str | None
    until: str | None
    part: Sequence[str | Mapping[str, str]] | None
    open: Sequence[Mapping[str, str]] | None
    note: Sequence[Mapping[str, Any]] | None
    bracket: Sequence[Mapping[str, Any]] | None
    arrow: Sequence[Mapping[str, Any]] | None
    panel: Sequence[Mapping[str, Any]] | None
    sample: Mapping[str, Path] | None
    checks: Mapping[str, Any] | None
