"""The recorder: stands in for Keras and TensorFlow while the user's code builds its model.

It answers exactly as Keras would, or it declines (`decline.py`), and then Keras is asked.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from net2fig.read.record.layers import sequential
from net2fig.read.record.session import SESSION
from net2fig.read.record.stand_ins import applications, namespace, no_ops
from net2fig.read.record.stand_ins.modules import ROOTS, Finder
from net2fig.read.record.tensors import ops, serial
from net2fig.read.record.unknown import Declined, decline, declined, start

if TYPE_CHECKING:
    from net2fig.read.script.sandbox.no_training import Quiet


def install(quiet: Quiet, *, forced: bool = False) -> None:
    """Stand in for Keras from now on; `quiet` is told what the code asks for.

    `forced` where the answer shall be that of the Keras which is known, whatever is installed.
    """
    start()
    for name in [name for name in sys.modules if name.partition(".")[0] in ROOTS]:
        decline(f"{name}, which is imported already")
    SESSION.ask = quiet.ask
    SESSION.without_weights = quiet.without_weights
    SESSION.stand_in = quiet.stand_in
    SESSION.get_file = quiet.get_file
    namespace.plant()
    reason = namespace.refused() or ("" if forced else applications.other_version())
    if reason:
        decline(reason)
    sys.meta_path.insert(0, Finder(applications.spec_of))


__all__ = ["Declined", "declined", "install", "no_ops", "ops", "sequential", "serial"]
