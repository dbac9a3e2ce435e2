"""A model that is read once and drawn again and again.

    session = Session("model.keras", template="cvpr")
    session.draw().save("fig.pdf")
    session.draw(style={"Conv2D": {"color": "#4c72b0"}}).save("blue.pdf")

Ensures: a figure equals the one that `draw` makes of the same model with the same options. The
model is read again only after `forget`, or if the options of reading change.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Unpack

from net2fig.figure import Figure, draw_network, make_outlines
from net2fig.group import Outlines
from net2fig.network import Network
from net2fig.options.arguments import FigureArguments, ReadingArguments
from net2fig.options.option import FIGURE
from net2fig.options.resolve import load_options
from net2fig.options.signature import takes_options
from net2fig.options.sources import Source, list_grouping_files, load_sources
from net2fig.options.table import Options
from net2fig.read import read
from net2fig.session.inputs import find_config_files, find_model_files


class Session:
    """A source, and the values that are kept from one figure to the next."""

    @takes_options(FIGURE, FigureArguments)
    def __init__(
        self,
        source: Any,
        *,
        config: str | os.PathLike[str] | None = None,
        command: bool = False,
        **arguments: Unpack[FigureArguments],
    ) -> None:
        self.source = source
        self.config = config
        self.arguments = arguments
        self.command = command
        self._reading: ReadingArguments = {}
        self._outlines: Outlines | None = None
        self._network: Network | None = None

    @takes_options(FIGURE, FigureArguments)
    def draw(self, **changes: Unpack[FigureArguments]) -> Figure:
        """Return the figure; `changes` are options that differ from those of the session."""
        return self.figure(self.options(**changes))

    @takes_options(FIGURE, FigureArguments)
    def options(self, **changes: Unpack[FigureArguments]) -> Options:
        """Return the options in effect; the grouping file is read as it stands now."""
        arguments = {**self.arguments, **changes}
        return load_options(self.source, self.config, arguments, command=self.command)

    def figure(self, options: Options, opened: tuple[str, ...] = ()) -> Figure:
        """Return the figure for options; `opened` names groups that are drawn open."""
        start = time.perf_counter()
        network, outlines = self._load_model(options)
        return draw_network(network, options, time.perf_counter() - start, opened, outlines)

    def forget(self) -> None:
        """Read the model again the next time."""
        self._network = self._outlines = None

    def sources(self) -> tuple[Source, Source]:
        """Return the arguments and the grouping file as it stands now, neither of them checked."""
        return load_sources(self.source, self.config, self.arguments, command=self.command)

    def files(self, options: Options | None) -> dict[Path, bool]:
        """Return the files that a figure is made from, and whether each is one of the model.

        Without options, which a broken grouping file does not give, these are the model and the
        grouping file.
        """
        if options is None:
            named = [Path(self.config)] if self.config else []
            config = named or list_grouping_files(self.source)
        else:
            _, file = self.sources()
            config = find_config_files(self.source, file, options)
        return dict.fromkeys(config, False) | dict.fromkeys(find_model_files(self.source), True)

    def _load_model(self, options: Options) -> tuple[Network, Outlines]:
        """Return the network, read if it may be another, and its outlines."""
        if self._network is None or self._outlines is None or options.reading != self._reading:
            self._network = read(self.source, **options.reading)
            self._outlines = make_outlines(self._network)
            self._reading = options.reading
        return self._network, self._outlines
