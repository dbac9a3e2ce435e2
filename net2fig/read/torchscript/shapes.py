"""The shapes that the functions of PyTorch return.

Requires: arguments by their names; tensors among them have shapes, as far as these are known.
Ensures: a shape for each tensor that is returned, or None where it is not known. No error is
raised; sizes that do not agree are told.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from net2fig.data.torchscript_words import load_torchscript_words
from net2fig.network import Shape
from net2fig.read.onnx.shapes_common import broadcast_shapes, drop_axes, multiply
from net2fig.read.torchscript.shapes_axes import AXES_RULES
from net2fig.read.torchscript.shapes_common import (
    Arguments,
    Rule,
    Shapes,
    UnknownError,
    axis_of,
    check_same,
    first,
    ints,
    known,
    shape_of,
)
from net2fig.read.torchscript.shapes_windows import WINDOW_RULES
from net2fig.read.torchscript.values import OPEN, Tensor, is_open, iterate_tensors

MAX_RANK = 12

LARGEST = 2**48
"""No axis is longer."""

MAX_RESULTS = 4096
"""The maximum number of tensors that a function returns."""

FAILURES = (ArithmeticError, IndexError, TypeError, ValueError, AttributeError, KeyError)
"""What arguments raise that make no sense."""


def infer_shapes(function: str, arguments: Arguments) -> tuple[Shapes, str]:
    """Return the shapes of what a function returns, and what does not fit, if that is known."""
    words = load_torchscript_words()
    problem = ""
    found: Shapes = [None]
    try:
        if function in RULES:
            found = RULES[function](arguments)
        elif function in words.same:
            found = [shape_of(next(iterate_tensors(list(arguments.values()))))]
        elif function in words.broadcast:
            found = [spread(arguments)]
        elif function in words.reductions:
            found = reduce_axes(arguments)
    except UnknownError:
        pass
    except (*FAILURES, StopIteration):
        if is_known(arguments):
            problem = f"{function}: sizes do not agree"
    shapes = [check_shape(shape) for shape in found[:MAX_RESULTS]] or [None]
    return shapes, problem


def is_known(arguments: Arguments) -> bool:
    """Tell whether the shapes of all tensors, and all numbers, are known."""
    tensors = iterate_tensors(list(arguments.values()))
    whole = all(each.shape is not None and None not in each.shape for each in tensors)
    return whole and not is_open(arguments.values())


def check_shape(shape: Shape | None) -> Shape | None:
    """Return a shape; None unless all its axes have a length that may be."""
    if shape is None or len(shape) > MAX_RANK:
        return None
    sizes = tuple(size if type(size) is int else None for size in shape)
    return sizes if all(size is None or 0 <= size <= LARGEST for size in sizes) else None


def spread(arguments: Arguments) -> Shape:
    """Return the shape to which all tensors are spread."""
    return broadcast_shapes([shape_of(each) for each in iterate_tensors(list(arguments.values()))])


def reduce_axes(arguments: Arguments) -> Shapes:
    """Return the shape after axes were reduced to one number each."""
    before, dim = first(arguments), arguments.get("dim")
    axes = list(range(len(before))) if dim is None or dim == [] else known(dim)
    return [drop_axes(before, axes, arguments.get("keepdim") is True)]


def find_extreme(arguments: Arguments) -> Shapes:
    """Return the shapes of the greatest or least values: along an axis, or of two tensors."""
    if isinstance(arguments.get("dim"), Tensor):
        return [spread(arguments)]
    found = reduce_axes(arguments)
    return found if arguments.get("dim") is None else [found[0], found[0]]


def like_second(arguments: Arguments) -> Shapes:
    """Return the shape of the second tensor."""
    return [shape_of(list(iterate_tensors(list(arguments.values())))[1])]


def list_shapes(arguments: Arguments) -> list[Shape]:
    """Return the shapes of the tensors in a list."""
    return [shape_of(each) for each in arguments["tensors"]]


def cross(arguments: Arguments) -> Shapes:
    """Return the shapes of the coordinates of a grid."""
    shapes = list_shapes(arguments)
    return [tuple(multiply(shape) for shape in shapes)] * len(shapes)


def spread_all(arguments: Arguments) -> Shapes:
    """Return the shapes of tensors that are spread to one shape."""
    shapes = list_shapes(arguments)
    return [broadcast_shapes(shapes)] * len(shapes)


def concat(arguments: Arguments) -> Shapes:
    """Return the shape of tensors in a row."""
    shapes = list_shapes(arguments)
    shapes = [shape for shape in shapes if shape != (0,)]
    axis = axis_of(arguments, len(shapes[0]))
    sizes = [shape[axis] for shape in shapes]
    total = None if None in sizes else sum(size for size in sizes if size is not None)
    return [(*shapes[0][:axis], total, *shapes[0][axis + 1 :])]


def stack(arguments: Arguments) -> Shapes:
    """Return the shape of tensors along a new axis."""
    shapes = list_shapes(arguments)
    axis = axis_of(arguments, len(shapes[0]) + 1)
    return [(*shapes[0][:axis], len(shapes), *shapes[0][axis:])]


def split(arguments: Arguments) -> Shapes:
    """Return the shapes of parts: of one size, of several, or so many."""
    before = first(arguments)
    axis = axis_of(arguments, len(before))
    length = before[axis]
    sizes = arguments.get("split_sizes", arguments.get("split_size"))
    if isinstance(sizes, list):
        parts = ints(sizes)
    else:
        if length is None and type(arguments.get("chunks")) is int:
            count = min(arguments["chunks"], MAX_RESULTS)
            return [(*before[:axis], None, *before[axis + 1 :])] * count
        if length is None:
            raise UnknownError
        if "chunks" in arguments or "sections" in arguments:
            count = known(arguments.get("chunks", arguments.get("sections")))[0]
            sizes = -(-length // count)
        step = max(known(sizes)[0], 1)
        starts = range(0, max(length, 1), step)
        if len(starts) > MAX_RESULTS:
            raise ValueError("too many parts")
        parts = [min(step, length - start) for start in starts]
    return [(*before[:axis], part, *before[axis + 1 :]) for part in parts]


def unbind(arguments: Arguments) -> Shapes:
    """Return the shapes of all parts along an axis."""
    before = first(arguments)
    axis = axis_of(arguments, len(before))
    count = before[axis]
    if count is None or count > MAX_RESULTS:
        raise UnknownError
    return [(*before[:axis], *before[axis + 1 :])] * count


def select(arguments: Arguments) -> Shapes:
    """Return the shape without an axis."""
    before = first(arguments)
    axis = axis_of(arguments, len(before))
    return [(*before[:axis], *before[axis + 1 :])]


def cut(arguments: Arguments) -> Shapes:
    """Return the shape of a slice."""
    before = first(arguments)
    axis = axis_of(arguments, len(before))
    length, step = before[axis], arguments.get("step", 1)
    start, end = arguments.get("start"), arguments.get("end")
    if length is None or OPEN in (start, end, step):
        return [(*before[:axis], None, *before[axis + 1 :])]
    count = len(range(length)[slice(start, end, step)])
    return [(*before[:axis], count, *before[axis + 1 :])]


def narrow(arguments: Arguments) -> Shapes:
    """Return the shape of a part of a certain length."""
    before = first(arguments)
    axis = axis_of(arguments, len(before))
    return [(*before[:axis], *ints(arguments["length"]), *before[axis + 1 :])]


def take(arguments: Arguments) -> Shapes:
    """Return the shape of what stands at places of an axis."""
    before = first(arguments)
    axis = axis_of(arguments, len(before))
    return [(*before[:axis], *shape_of(arguments["index"]), *before[axis + 1 :])]


def index(arguments: Arguments) -> Shapes:
    """Return the shape of what stands at places of several axes."""
    before = first(arguments)
    places = list(arguments["indices"])
    shapes = [shape_of(each) for each in places if each is not None]
    at = [axis for axis, each in enumerate(places) if each is not None]
    joined = broadcast_shapes(shapes)
    if at != list(range(at[0], at[0] + len(at))):
        return [(*joined, *(size for axis, size in enumerate(before) if axis not in at))]
    return [(*before[: at[0]], *joined, *before[at[0] + len(at) :])]


def embed(arguments: Arguments) -> Shapes:
    """Return the shape of rows of a table."""
    return [(*shape_of(arguments["indices"]), shape_of(arguments["weight"])[-1])]


def linear(arguments: Arguments) -> Shapes:
    """Return the shape of a dense layer."""
    before, weight = first(arguments), shape_of(arguments["weight"])
    check_same(before[-1], weight[-1])
    return [(*before[:-1], weight[0])]


def matmul(arguments: Arguments) -> Shapes:
    """Return the shape of a product of matrices: the last two of the tensors."""
    tensors = list(iterate_tensors(list(arguments.values())))[-2:]
    one, two = map(shape_of, tensors)
    check_same(one[-1], two[-2] if len(two) > 1 else two[-1])
    rows = one[-2:-1]
    columns = two[-1:] if len(two) > 1 else ()
    return [(*broadcast_shapes([one[:-2], two[:-2]]), *rows, *columns)]


def einsum(arguments: Arguments) -> Shapes:
    """Return the shape of a product that is written with letters."""
    left, arrow, right = str(arguments["equation"]).replace(" ", "").partition("->")
    sizes: dict[str, int | None] = {}
    for letters, tensor in zip(left.split(","), arguments["tensors"], strict=True):
        sizes |= dict(zip(letters, shape_of(tensor), strict=True))
    return [tuple(sizes[letter] for letter in right)] if arrow else [None]


def attend(arguments: Arguments) -> Shapes:
    """Return the shape of attention: as many steps as queries, features as values."""
    return [(*first(arguments)[:-1], shape_of(arguments["value"])[-1])]


def recurrent(arguments: Arguments) -> Shapes:
    """Return the shapes of a recurrent layer: all steps, and its states."""
    before, hx = first(arguments), arguments["hx"]
    states = [shape_of(each) for each in (hx if isinstance(hx, (list, tuple)) else [hx])]
    ways = 2 if arguments.get("bidirectional") is True else 1
    size = states[0][-1]
    return [(*before[:-1], None if size is None else size * ways), *states]


def run_cell(arguments: Arguments) -> Shapes:
    """Return the shapes of one step of a recurrent layer."""
    states = arguments["hx"]
    return [shape_of(each) for each in (states if isinstance(states, (list, tuple)) else [states])]


def fill(arguments: Arguments) -> Shapes:
    """Return the shape that is asked for."""
    return [tuple(ints(arguments["size"]))]


def count_up(arguments: Arguments) -> Shapes:
    """Return the shape of numbers from one to another."""
    values = [each for each in arguments.values() if isinstance(each, (int, float))]
    start, end, step = (0, *values, 1) if len(values) == 1 else (*values, 1)[:3]
    return [(max(math.ceil((end - start) / step), 0),)]


def choose_best(arguments: Arguments) -> Shapes:
    """Return the shapes of the greatest values along an axis, and of their places."""
    before = list(first(arguments))
    before[axis_of(arguments, len(before), default=-1)] = ints(arguments["k"])[0]
    return [tuple(before)] * 2


def order(arguments: Arguments) -> Shapes:
    """Return the shapes of sorted values and of their places."""
    return [first(arguments)] * 2


def list_places(arguments: Arguments) -> Shapes:
    """Return the shape of places that only data know."""
    return [(None, len(first(arguments)))]


def keep_boxes(_arguments: Arguments) -> Shapes:
    """Return the shape of boxes that are kept, as many as data tell."""
    return [(None,)]


def normalize(arguments: Arguments) -> Shapes:
    """Return the shapes of a normalisation: its result, mean and deviation."""
    return [first(arguments), None, None]


def one_hot(arguments: Arguments) -> Shapes:
    """Return the shape with an axis for the classes."""
    return [(*first(arguments), *ints(arguments["num_classes"]))]


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("expand_as", "view_as", "reshape_as"), like_second),
    **dict.fromkeys(("split", "split_with_sizes", "chunk", "tensor_split"), split),
    **dict.fromkeys(("matmul", "bmm", "mm", "addmm", "baddbmm", "mv"), matmul),
    **dict.fromkeys(("lstm", "gru", "rnn_tanh", "rnn_relu"), recurrent),
    **dict.fromkeys(("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"), run_cell),
    **dict.fromkeys(("zeros", "ones", "full", "empty", "rand", "randn"), fill),
    **dict.fromkeys(("new_zeros", "new_ones", "new_full", "new_empty"), fill),
    **dict.fromkeys(("max", "min", "median"), find_extreme),
    **dict.fromkeys(("sort", "msort"), order),
    **dict.fromkeys(("native_layer_norm", "native_group_norm", "native_batch_norm"), normalize),
    **dict.fromkeys(("nonzero", "argwhere"), list_places),
    **dict.fromkeys(("nms", "masked_select"), keep_boxes),
    "cat": concat,
    "stack": stack,
    "unbind": unbind,
    "select": select,
    "slice": cut,
    "meshgrid": cross,
    "broadcast_tensors": spread_all,
    "narrow": narrow,
    "index_select": take,
    "gather": like_second,
    "index": index,
    "embedding": embed,
    "linear": linear,
    "einsum": einsum,
    "topk": choose_best,
    "scaled_dot_product_attention": attend,
    "arange": count_up,
    "one_hot": one_hot,
    **AXES_RULES,
    **WINDOW_RULES,
}
