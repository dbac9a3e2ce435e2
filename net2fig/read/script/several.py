"""Several models of one piece of code, as one network of several parts.

Requires: models by the expressions that name them, such as `generator` or `gan.generator`.
Ensures: one network; what is not drawn, and how to name one model, is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from net2fig.errors import ModelError, Net2figError, Notice, one_of
from net2fig.network import Network
from net2fig.read.calls import list_names
from net2fig.read.decline import Declined, clear_reasons
from net2fig.read.parts import join_networks
from net2fig.read.script.torch.pick_module import describe_module
from net2fig.read.script.unknown.values import UnknownData
from net2fig.read.torch.modules import is_torch_module

MAX_PARTS = 6
"""The maximum number of models in one figure."""

AddNotice = Callable[[str, str], None]


def too_many(candidates: Sequence[str], where: str, thing: str = "models") -> ModelError:
    """Return the error for more models than a figure shows."""
    return ModelError(
        f"ambiguous model: {len(candidates)} {thing} in {where} {one_of(candidates)}",
        hint=f"name one: {where}:{candidates[-1]}, or list them: net2fig {where} --list",
    )


def drop_copies(models: Mapping[str, Any], note: AddNotice | None = None) -> dict[str, Any]:
    """Return the models without those that differ from an earlier one only in names and weights."""
    kept: dict[str, Any] = {}
    seen: list[tuple[str, Any]] = []
    copies: dict[str, list[str]] = {}
    for name, model in models.items():
        looks = describe_architecture(model)
        same = next((other for other, its in seen if looks is not None and its == looks), None)
        if same is None:
            kept[name] = model
            seen.append((name, looks))
        else:
            copies.setdefault(same, []).append(name)
    for first, others in copies.items():
        if note is not None:
            text = f"drew {first!r}; others have the same architecture: {list_names(others)}"
            note("models-alike", text)
    return kept


def describe_architecture(model: Any) -> Any:
    """Return a value that is equal for models that differ only in names and weights."""
    if is_torch_module(model):
        return describe_module(model)
    # Imported only if there are several.
    from net2fig.read.script.same_model import describe_model

    return describe_model(model)


def read_models(
    models: Mapping[str, Any], read_one: Callable[[Any], Network], where: str
) -> Network:
    """Return the network of all models; one that cannot be read is left out and told."""
    if len(models) == 1:
        return read_one(next(iter(models.values())))
    networks: dict[str, Network] = {}
    errors: dict[str, Net2figError] = {}
    for name, model in models.items():
        try:
            networks[name] = read_one(model)
        except Net2figError as error:
            errors[name] = error
        except Declined as error:
            if not UnknownData.loose:
                raise
            clear_reasons()
            errors[name] = ModelError(f"unsupported model: the recorder does not know {error}")
    if not networks:
        raise next(iter(errors.values()))
    notices = [
        Notice("model-left-out", f"left out {name!r}: {error.message}")
        for name, error in errors.items()
    ]
    if len(networks) == 1:
        only = next(iter(networks.values()))
        return replace(only, notices=(*notices, *only.notices))
    titles = shorten_titles([*networks])
    choice = f"to draw one: {where}:{next(iter(networks))}"
    several = f"drew {len(networks)} models: {', '.join(titles)}; {choice}"
    joined = join_networks(
        [replace(each, name=title) for title, each in zip(titles, networks.values(), strict=True)],
        next(iter(networks.values())).source,
        Path(where).stem,
    )
    return replace(joined, notices=(Notice("several-models", several), *notices, *joined.notices))


def shorten_titles(names: Sequence[str]) -> list[str]:
    """Return the titles of models: of `gan.critic` the last name, as long as all differ.

    >>> shorten_titles(["gan.critic", "gan.generator"])
    ['critic', 'generator']
    """
    short = [name.rpartition(".")[2] for name in names]
    return short if len(set(short)) == len(short) else list(names)
