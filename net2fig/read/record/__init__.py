"""The recorder: stands in for Keras and TensorFlow while the user's code builds its model.

It answers exactly as Keras would, or it declines (`decline.py`), and then Keras runs the code.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from net2fig.read.decline import Declined, clear_reasons, decline, declined
from net2fig.read.record.layers import sequential
from net2fig.read.record.layers.classes import make_named_layer
from net2fig.read.record.loose import call_unknown_function
from net2fig.read.record.session import SESSION
from net2fig.read.record.stand_ins import applications, namespace, no_ops
from net2fig.read.record.stand_ins.modules import ROOTS, Finder
from net2fig.read.record.tensors import ops, serial
from net2fig.read.script.unknown.values import UnknownData

if TYPE_CHECKING:
    from net2fig.read.script.sandbox.no_training import Sandbox


def install(sandbox: Sandbox, *, forced: bool = False) -> None:
    """Stand in for Keras from now on; `sandbox` receives what the code does.

    With `forced`, the answer is that of the known version of Keras, whatever is installed.
    """
    clear_reasons()
    for name in [name for name in sys.modules if name.partition(".")[0] in ROOTS]:
        decline(f"{name}, which is imported already")
    SESSION.remember_model = sandbox.remember_model
    SESSION.ignore_weights = sandbox.ignore_weights
    SESSION.make_data_stub = sandbox.make_data_stub
    SESSION.get_file = sandbox.get_file
    if UnknownData.loose:
        UnknownData.any_module = True
        UnknownData.call = call_unknown_function
        UnknownData.make_layer = make_named_layer
    namespace.register_modules()
    reason = namespace.find_unsupported_setting() or (
        "" if forced else applications.find_other_version()
    )
    if reason:
        decline(reason)
    sys.meta_path.insert(0, Finder(applications.make_spec))


__all__ = ["Declined", "declined", "install", "no_ops", "ops", "sequential", "serial"]
