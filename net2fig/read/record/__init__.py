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
    from net2fig.read.script.sandbox.no_training import Sandbox


def install(sandbox: Sandbox, *, forced: bool = False) -> None:
    """Stand in for Keras from now on; `sandbox` is told what the code asks for.

    `forced` where the answer shall be that of the Keras which is known, whatever is installed.
    """
    start()
    for name in [name for name in sys.modules if name.partition(".")[0] in ROOTS]:
        decline(f"{name}, which is imported already")
    SESSION.remember_model = sandbox.remember_model
    SESSION.ignore_weights = sandbox.ignore_weights
    SESSION.make_data_stub = sandbox.make_data_stub
    SESSION.get_file = sandbox.get_file
    namespace.plant()
    reason = namespace.refused() or ("" if forced else applications.other_version())
    if reason:
        decline(reason)
    sys.meta_path.insert(0, Finder(applications.spec_of))


__all__ = ["Declined", "declined", "install", "no_ops", "ops", "sequential", "serial"]
