"""`model.compile(…)` and `model.fit(…)` in code → Training, without running them.

Requires: the statements of a file.
Ensures: only what the text states: literals, names that are bound once, calls of losses and of
optimizers. Where several calls disagree, nothing is stated.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from net2fig.network import Loss, Training
from net2fig.read.script.effects import get_last_name
from net2fig.read.script.guess.lines import write_place
from net2fig.read.script.guess.values import FileValues, NotKnown, find_values
from net2fig.read.script.model_names import find_assigned_names
from net2fig.read.training.samples import find_feeds
from net2fig.read.training.saved import make_loss, parse_rate

COMPILE, FITS = "compile", frozenset({"fit", "fit_generator"})

OPTIMIZERS = frozenset(
    {"SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "NAdam", "Ftrl"}
    | {"Lion", "Adafactor", "RAdam", "LBFGS", "ASGD"}
)

LOAD, PICTURES = "load_data", frozenset({"mnist", "fashion_mnist", "cifar10", "cifar100"})
"""What loads a data set of Keras, and those with pictures, whose values go from 0 to 255."""

SCALING = ("scal", "norm", "preprocess", "divide", "standard", "map", "transform", "imagedata")
"""Parts of the names of functions that may scale data."""

RATES = ("learning_rate", "lr")

OWN_LOSS = "custom"
"""The name of a loss that the code defines itself."""


class Text(Struct):
    """The statements of a file: what names are bound to, and its own functions and classes."""

    statements: Sequence[ast.stmt]
    values: FileValues
    bound: dict[str, list[ast.expr]] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)

    def nodes(self) -> Iterator[ast.AST]:
        """Yield all nodes."""
        for statement in self.statements:
            yield from ast.walk(statement)

    def follow(self, node: ast.expr | None) -> ast.expr | None:
        """Return the expression that a name is bound to, if there is only one."""
        for _ in range(4):
            if not isinstance(node, ast.Name) or len(self.bound.get(node.id, ())) != 1:
                return node
            node = self.bound[node.id][0]
        return node

    def number(self, node: ast.expr | None) -> Any:
        """Return the number that an expression is; None if the file does not tell."""
        try:
            value = None if node is None else self.values.evaluate(node)
        except NotKnown:
            return None
        return value if isinstance(value, int | float) and type(value) is not bool else None


def read_text(statements: Sequence[ast.stmt]) -> Text:
    """Return what the statements bind."""
    text = Text(statements, find_values(statements))
    for node in text.nodes():
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    text.bound.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            text.own.add(node.name)
    return text


def read_training(statements: Sequence[ast.stmt], where: str, model: str = "") -> Training | None:
    """Return the training that a file states for its only model of Keras, which has a name."""
    calls = list(find_method_calls(statements, {COMPILE}))
    named = [call for call in calls if get_last_name(receiver(call)) == model]
    others = set(find_assigned_names(statements))
    if model in others:
        # The calls of another model say nothing of this one.
        calls = [call for call in calls if get_last_name(receiver(call)) not in others]
    if not (named or calls):
        return None
    text = read_text(statements)
    chosen = named or calls
    stated = [parse_compile(text, call, where) for call in chosen]
    training = stated[-1] if are_in_turn(statements, chosen) else agree(stated)
    training = add_fits(text, training, list(find_method_calls(statements, FITS)))
    return replace(training, pixels=find_unscaled(text), feeds=find_feeds(statements, where, model))


def read_training_among(statements: Sequence[ast.stmt], where: str, model: str) -> Training | None:
    """Return the training that a file states for one of its models of Keras.

    Only what names this model counts: its own methods, or those in the function that makes it.
    """
    own = [call for call in find_own_calls(statements, model) if method(call) == COMPILE]
    if not own:
        return None
    text = read_text(statements)
    stated = [parse_compile(text, call, where) for call in own]
    training = stated[-1] if are_in_turn(statements, own) else agree(stated)
    fits = [call for call in find_own_calls(statements, model) if method(call) in FITS]
    return replace(
        add_fits(text, training, fits), feeds=find_feeds(statements, where, model, among=True)
    )


def find_own_calls(statements: Sequence[ast.stmt], model: str) -> Iterator[ast.Call]:
    """Yield the calls of `compile` and `fit` of a model, in the file or where it is made."""
    calls = list(find_method_calls(statements, {COMPILE, *FITS}))
    named = [call for call in calls if get_last_name(receiver(call)) == model]
    if any(method(call) == COMPILE for call in named):
        yield from named
        return
    makers = {
        get_last_name(node.func)
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Assign)
        and any(get_last_name(target) == model for target in node.targets)
        for node in ast.walk(node.value)
        if isinstance(node, ast.Call)
    }
    inside = [
        each
        for each in statements
        if isinstance(each, ast.FunctionDef | ast.ClassDef) and each.name in makers
    ]
    yield from named
    yield from find_method_calls(inside, {COMPILE})


def add_fits(text: Text, training: Training, fits: Sequence[ast.Call]) -> Training:
    """Return a training with the batch and the epochs that calls of `fit` state alike."""
    batches = {text.number(keyword(call, "batch_size")) for call in fits}
    epochs = {text.number(keyword(call, "epochs", "nb_epoch", "nb_epochs")) for call in fits}
    return replace(training, batch=only_whole(batches), epochs=only_whole(epochs))


def find_unscaled(text: Text) -> str:
    """Return a data set of pictures that the text loads, unless something in it may scale them."""
    found = ""
    for node in text.nodes():
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            return ""
        name = get_last_name(node.func) if isinstance(node, ast.Call) else ""
        if any(word in name.lower() for word in SCALING):
            return ""
        if name == LOAD and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            loaded = get_last_name(node.func.value)
            found = loaded if loaded in PICTURES else found
    return found


def find_method_calls(statements: Iterable[ast.stmt], names: Iterable[str]) -> Iterator[ast.Call]:
    """Yield the calls of methods with one of some names, in the order of the file."""
    wanted = set(names)
    for statement in statements:
        for node in ast.walk(statement):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in wanted
                and get_last_name(node.func.value) not in ("re", "regex", "torch")
            ):
                yield node


def are_in_turn(statements: Sequence[ast.stmt], calls: Sequence[ast.Call]) -> bool:
    """Tell whether all calls are statements at the top, for one object: the last one holds."""
    top = {id(each.value) for each in statements if isinstance(each, ast.Expr)}
    names = {ast.unparse(receiver(call)) for call in calls}
    return len(names) == 1 and all(id(call) in top for call in calls)


def method(call: ast.Call) -> str:
    """Return the name of the method that is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def receiver(call: ast.Call) -> ast.expr:
    """Return the object whose method is called."""
    return call.func.value if isinstance(call.func, ast.Attribute) else call.func


def keyword(call: ast.Call, *names: str, place: int | None = None) -> ast.expr | None:
    """Return an argument by keyword or place."""
    for word in call.keywords:
        if word.arg in names:
            return word.value
    if place is not None and place < len(call.args):
        return call.args[place]
    return None


def only_whole(values: set[Any]) -> int | None:
    """Return the only value if it is a whole number."""
    value = next(iter(values)) if len(values) == 1 else None
    return value if type(value) is int and value > 0 else None


def agree(stated: Sequence[Training]) -> Training:
    """Return what all trainings state alike."""
    first = stated[0]
    same = {
        name: getattr(first, name)
        if all(getattr(each, name) == getattr(first, name) for each in stated)
        else getattr(Training(), name)
        for name in ("optimizer", "rate", "losses", "metrics")
    }
    return Training(**same, line=stated[-1].line)


def parse_compile(text: Text, call: ast.Call, where: str) -> Training:
    """Return what a call of `compile` states."""
    optimizer, rate = parse_optimizer(text, keyword(call, "optimizer", place=0))
    losses = tuple(parse_loss(text, keyword(call, "loss", place=1), ""))
    metrics = keyword(call, "metrics", place=2)
    names = [
        each.value
        for each in (metrics.elts if isinstance(metrics, ast.List | ast.Tuple) else ())
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return Training(optimizer, rate, losses, tuple(names), line=write_place(where, call.lineno))


def parse_optimizer(text: Text, node: ast.expr | None) -> tuple[str, float | None]:
    """Return the name of an optimizer in small letters, and its learning rate."""
    node = text.follow(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.lower(), None
    if not isinstance(node, ast.Call):
        return "", None
    name = get_last_name(node.func)
    if name not in OPTIMIZERS:
        return "", None
    return name.lower(), parse_rate_of(text, node, place=0)


def parse_rate_of(text: Text, call: ast.Call, place: int | None) -> float | None:
    """Return the learning rate in the call of an optimizer; of a schedule the first."""
    node = text.follow(keyword(call, *RATES, place=place))
    if isinstance(node, ast.Call):
        node = keyword(node, "initial_learning_rate", place=0)
    return parse_rate(text.number(node))


def parse_loss(text: Text, node: ast.expr | None, output: str) -> Iterator[Loss]:
    """Yield the losses of an argument: one, or one for each output."""
    node = text.follow(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield make_loss(node.value, output)
    elif isinstance(node, ast.Attribute | ast.Name):
        yield make_loss(name_of_loss(text, node), output)
    elif isinstance(node, ast.Call):
        word = keyword(node, "from_logits", place=0)
        stated: Any = False if word is None else None
        if isinstance(word, ast.Constant):
            stated = word.value
        yield make_loss(name_of_loss(text, node.func), output, stated)
    elif isinstance(node, ast.List | ast.Tuple) and not output:
        for number, each in enumerate(node.elts):
            yield from parse_loss(text, each, str(number))
    elif isinstance(node, ast.Dict) and not output:
        for key, each in zip(node.keys, node.values, strict=True):
            name = key.value if isinstance(key, ast.Constant) else None
            if not isinstance(name, str):
                yield Loss(OWN_LOSS, "?", None)
                return
            yield from parse_loss(text, each, name)
    elif node is not None and not (isinstance(node, ast.Constant) and node.value is None):
        yield Loss(OWN_LOSS, output, None)


def name_of_loss(text: Text, node: ast.expr) -> str:
    """Return the name of a loss: that of Keras, or `OWN_LOSS` for one of the code's own."""
    name = get_last_name(node)
    if not name or name in text.own or (isinstance(node, ast.Name) and name in text.bound):
        return OWN_LOSS
    return name
