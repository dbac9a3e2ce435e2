"""Draw models of libraries for PyTorch, and compare them with what PyTorch itself says.

    python benchmarks/torch_models.py torchvision timm transformers smp diffusers
    python benchmarks/torch_models.py timm --count 50 --seed b      other models of timm
    python benchmarks/torch_models.py torchvision --only resnet     those with a word in the name

No weights are loaded and nothing is downloaded. Each model is built and drawn in a process of its
own. Prints one line per model and a table: drawn, refused with a reason, failed without one, wrong.

A model is wrong if its parameters, with those that are told as left out, are not those of the
module, or if a layer has another shape than forward hooks see, or another number of calls.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import multiprocessing
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from torch_zoo import FAMILIES, Example, list_names, make_model

BATCH = 2

UNUSED = re.compile(r"left out (\d+) parameters")


def draw(family: str, name: str) -> dict[str, Any]:
    """Return what comes of a model: a figure and what is wrong with it, or a reason."""
    from net2fig import draw
    from net2fig.errors import Net2figError

    module, example = make_model(family, name)
    module.eval()
    start = time.perf_counter()
    words = {"example": example} if example is not None else {}
    try:
        figure = draw(module, **words)
        figure.to_bytes("svg")
    except Net2figError as error:
        return {"result": "refused", "message": str(error)[:300]}
    took = round(time.perf_counter() - start, 1)
    network = figure.network
    wrong = [*compare_params(module, network), *compare_shapes(module, network, example)]
    codes = [notice.code for notice in network.notices]
    found = {"seconds": took, "layers": len(network.layers), "notices": codes}
    return {"result": "wrong" if wrong else "drawn", "wrong": wrong[:4], **found}


def compare_params(module: Any, network: Any) -> list[str]:
    """Return how the parameters differ from those of the module."""
    total = sum(value.numel() for value in module.parameters())
    matches = [UNUSED.match(notice.text) for notice in network.notices]
    unused = sum(int(match[1]) for match in matches if match)
    same = network.params is not None and network.params + unused == total
    return [] if same else [f"{network.params} + {unused} parameters, not {total}"]


def compare_shapes(module: Any, network: Any, example: Example) -> list[str]:
    """Return the layers whose shapes, or whose number of calls, hooks see otherwise."""
    seen = observe(module, network, example)
    if seen is None:
        return []
    drawn: dict[str, dict[int, Any]] = {}
    for layer in network.layers:
        if layer.module and layer.module.startswith("torch.nn.modules"):
            path, _, call = layer.id.partition("@")
            drawn.setdefault(path, {})[int(call or 1)] = layer.output
    wrong = []
    for path, calls in drawn.items():
        shapes = [calls[call] for call in sorted(calls)]
        expected = seen.get(path)
        if expected is None:
            continue
        if len(expected) != len(shapes):
            wrong.append(f"{path} is called {len(expected)} times, not {len(shapes)}")
        unlike = [pair for pair in zip(shapes, expected, strict=False) if not is_same(*pair)]
        wrong += [f"{path}: {one}, not {two}" for one, two in unlike[:1]]
    return wrong


def is_same(shape: Any, other: Sequence[int] | None) -> bool:
    """Tell whether a shape is another: the batch stands first, apart from what it is joined with.

    Tensors that are the same for all samples have a batch too.
    """
    if shape is None or other is None or None in shape[1:]:
        return True
    rest = tuple(shape[1:])
    if rest == tuple(other) or (rest == tuple(other[1:]) and other[:1] == (1,)):
        return True
    return math.prod(size or BATCH for size in shape) == math.prod(other)


def observe(module: Any, network: Any, example: Example) -> dict[str, list[Any]] | None:
    """Return the shapes that layers return, by their paths; None if the module does not run."""
    import torch

    from net2fig.read.torch.leaves import is_layer

    found: dict[str, list[Any]] = {}
    paths = {id(each): path for path, each in reversed(list(module.named_modules()))}

    def hook(layer: Any, _given: Any, result: Any) -> None:
        first = result[0] if isinstance(result, tuple) and result else result
        shape = tuple(first.shape) if isinstance(first, torch.Tensor) else None
        found.setdefault(paths[id(layer)], []).append(shape)

    meta = module.to("meta")
    for each in meta.modules():
        if is_layer(each):
            each.register_forward_hook(hook)
    try:
        with torch.no_grad():
            run(meta, network, example)
    except Exception:  # noqa: BLE001  (without data, code may fail in any way)
        return None
    return found


def run(module: Any, network: Any, example: Example) -> None:
    """Run a module without data, with its example or with one image."""
    import torch

    if isinstance(example, Mapping):
        module(**{word: value.to("meta") for word, value in example.items()})
    elif example is not None:
        module(*(value.to("meta") for value in example))
    else:
        shapes = [layer.output for layer in network.layers if layer.class_name == "InputLayer"]
        if len(shapes) != 1 or None in shapes[0][1:]:
            raise ValueError("several inputs")
        module(torch.empty((BATCH, *shapes[0][1:]), device="meta"))


# Processes.


def measure(family: str, name: str, seconds: float) -> dict[str, Any]:
    """Return what comes of a model in a process of its own."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)

    def work() -> None:
        warnings.simplefilter("ignore")
        try:
            theirs.send(draw(family, name))
        except BaseException as error:  # noqa: BLE001  (whatever happens is counted)
            theirs.send({"result": "failed", "message": f"{type(error).__name__}: {error}"[:300]})

    process = context.Process(target=work)
    process.start()
    theirs.close()
    answer: dict[str, Any] = {"result": "failed", "message": f"did not end in {seconds:.0f} s"}
    try:
        if ours.poll(seconds):
            answer = ours.recv()
    except EOFError:
        answer = {"result": "failed", "message": "the process died"}
    process.kill()
    process.join()
    return {"family": family, "name": name, **answer}


def choose(names: Sequence[str], count: int, seed: str) -> list[str]:
    """Return some names, chosen by a digest."""

    def digest(name: str) -> str:
        return hashlib.sha256(f"{seed}{name}".encode()).hexdigest()

    return sorted(sorted(names, key=digest)[:count])


def write_table(results: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of the table: how many of each family are drawn, refused, failed, wrong."""
    sorts = ("drawn", "refused", "failed", "wrong")
    yield f"| library | models | {' | '.join(sorts)} |"
    yield "|---" * (len(sorts) + 2) + "|"
    for family in dict.fromkeys(each["family"] for each in results):
        counts = Counter(each["result"] for each in results if each["family"] == family)
        numbers = [sum(counts.values()), *(counts[sort] for sort in sorts)]
        yield f"| {family} | {' | '.join(map(str, numbers))} |"


def main() -> None:
    """Measure the models of the families that are named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("families", nargs="+", choices=FAMILIES)
    parser.add_argument("--only", default="", help="models with this in the name")
    parser.add_argument("--count", type=int, default=200, help="how many models of timm")
    parser.add_argument("--seed", default="net2fig")
    parser.add_argument("--timeout", type=float, default=180.0)
    parser.add_argument("-o", "--output", type=Path)
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    results = []
    for family in arguments.families:
        names = list_names(family)
        if family == "timm" and len(names) > arguments.count:
            names = choose(names, arguments.count, arguments.seed)
        for name in (each for each in names if arguments.only in each):
            result = measure(family, name, arguments.timeout)
            results.append(result)
            what = result.get("message") or "; ".join(result["wrong"]) or result["layers"]
            print(f"{result['result']:8}", family, name, what, flush=True)
            if arguments.output:
                arguments.output.write_text(json.dumps(results, indent=1), "utf-8")
    print("\n".join(write_table(results)))
    sys.exit(any(result["result"] in ("failed", "wrong") for result in results))


if __name__ == "__main__":
    main()
