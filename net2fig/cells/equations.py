"""The equations of a cell, written from the graph that is drawn.

Ensures: there is an equation for each node with a symbol, in an order in which all symbols are
known; none says anything that the graph does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from net2fig.cells.cell import Cell
from net2fig.cells.topology import ALL, JOIN, CellNode

ATOM, PRODUCT, SUM = range(3)


class Term(Struct, frozen=True):
    """A part of a formula, and how tightly it holds together."""

    text: str
    rank: int = ATOM

    def within(self, rank: int) -> str:
        """Return the text, in parentheses where it holds together less tightly than asked."""
        return self.text if self.rank <= rank else f"({self.text})"


class Equation(Struct, frozen=True):
    """What a symbol is equal to, and the node that computes it."""

    node: CellNode
    right: str

    @property
    def text(self) -> str:
        """The equation."""
        return f"{self.node.symbol} = {self.right}"


def write_equations(cell: Cell) -> list[Equation]:
    """Return the equations of a cell."""
    writer = _Writer(cell)
    nodes = [node for node in order_nodes(cell) if node.symbol]
    return [Equation(node, writer.compute(node).text) for node in nodes]


def order_nodes(cell: Cell) -> Iterator[CellNode]:
    """Yield the nodes in an order in which each follows all that it reads, else as they stand."""
    done = {port.id for port in cell.topology.port if not port.is_output}
    waiting = list(cell.topology.node)
    while waiting:
        node = next(node for node in waiting if done.issuperset(cell.read_by(node.id)))
        waiting.remove(node)
        done.add(node.id)
        yield node


class _Writer:
    """Writes what nodes compute."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.is_convolution = cell.topology.product == "conv"

    def refer(self, id: str) -> Term:
        """Return what other equations call a node: its symbol, or what it computes."""
        port, node = self.cell.port(id), self.cell.node(id)
        symbol = port.symbol if port else node.symbol if node else ""
        if symbol:
            return Term(symbol)
        assert node is not None, f"{id!r} is a port without a symbol"
        return self.compute(node)

    def operands(self, node: CellNode) -> list[Term]:
        """Return what a node reads."""
        return [self.refer(id) for id in self.cell.read_by(node.id)]

    def compute(self, node: CellNode) -> Term:
        """Return what a node computes."""
        return WRITERS[node.op](self, node)

    def join_inputs(self, node: CellNode) -> Iterator[str]:
        """Yield the tensors that a node reads, those of a join one by one."""
        for id in self.cell.read_by(node.id):
            read = self.cell.node(id)
            if read is not None and read.op == JOIN:
                yield from self.join_inputs(read)
            else:
                yield id

    def weigh(self, node: CellNode) -> Term:
        """Return the sum of products with weights, and the bias."""
        sign = " ∗ " if self.is_convolution else " "
        terms = [
            f"{node.weights[id]}{sign}{self.refer(id).within(ATOM)}"
            for id in self.join_inputs(node)
        ]
        return self.add_bias(node, terms)

    def apply(self, node: CellNode, term: Term) -> Term:
        """Return the function of a node; the term where that changes nothing."""
        function = self.cell.acts.get(node.id, "")
        return term if function == "linear" else call(self.cell.write_function(function), term)

    def add_bias(self, node: CellNode, terms: list[str]) -> Term:
        """Return the sum of terms and of the bias, if the layer has one."""
        bias = [node.bias[0]] if node.bias and "use_bias" in self.cell.flags else []
        every = [*terms, *bias]
        return Term(" + ".join(every), SUM if len(every) > 1 else PRODUCT)


def write_gate(writer: _Writer, node: CellNode) -> Term:
    """Return a function of a weighted sum."""
    return writer.apply(node, writer.weigh(node))


def write_curve(writer: _Writer, node: CellNode) -> Term:
    """Return a function of what is read."""
    return writer.apply(node, writer.operands(node)[0])


def write_product(writer: _Writer, node: CellNode) -> Term:
    """Return a product of units."""
    return Term(" ◦ ".join(term.within(ATOM) for term in writer.operands(node)), PRODUCT)


def write_sum(writer: _Writer, node: CellNode) -> Term:
    """Return a sum."""
    return Term(" + ".join(term.text for term in writer.operands(node)), SUM)


def write_projection(writer: _Writer, node: CellNode) -> Term:
    """Return the product of steps with a matrix, and the bias."""
    (operand,) = writer.operands(node)
    return writer.add_bias(node, [f"{operand.within(ATOM)} {node.weights[ALL]}"])


def write_match(writer: _Writer, node: CellNode) -> Term:
    """Return the dot products of queries with keys."""
    query, key = writer.operands(node)
    return Term(f"{query.within(ATOM)} {raise_term(key.within(ATOM))}", PRODUCT)


def raise_term(text: str) -> str:
    """Return the transpose of a symbol."""
    return f"{text}^ᵀ"


def write_scale(writer: _Writer, node: CellNode) -> Term:
    """Return a quotient by the root of the depth."""
    (operand,) = writer.operands(node)
    depth = writer.cell.sizes.get("depth", "")
    return Term(f"{operand.within(PRODUCT)} / √{depth}", PRODUCT)


def write_mask(writer: _Writer, node: CellNode) -> Term:
    """Return a sum with a mask, which is −∞ at what is hidden."""
    (operand,) = writer.operands(node)
    return Term(f"{operand.within(PRODUCT)} + M", SUM)


def write_softmax(writer: _Writer, node: CellNode) -> Term:
    """Return the softmax of a term."""
    (operand,) = writer.operands(node)
    return call("softmax", operand)


def write_weighing(writer: _Writer, node: CellNode) -> Term:
    """Return the product of the attention with the values."""
    scores, values = writer.operands(node)
    return Term(f"{scores.within(ATOM)} {values.within(ATOM)}", PRODUCT)


def write_heads(writer: _Writer, node: CellNode) -> Term:
    """Return all heads side by side."""
    (operand,) = writer.operands(node)
    heads = writer.cell.counts.get("heads", 1)
    stem = operand.text.removesuffix("_i")
    if heads == 1:
        return Term(f"{stem}_1")
    between = ", " if heads == 2 else " … "
    last = heads if heads < 10 else f"{{{heads}}}"
    return Term(f"[{stem}_1{between}{stem}_{last}]")


def write_pairs(writer: _Writer, node: CellNode) -> Term:
    """Return the sum of each query and each key."""
    query, key = writer.operands(node)
    return Term(f"{query.text}_i + {key.text}_j", SUM)


def write_score(writer: _Writer, node: CellNode) -> Term:
    """Return the product with a vector."""
    (operand,) = writer.operands(node)
    return Term(f"{operand.within(ATOM)} {node.weights[ALL]}", PRODUCT)


def write_gain(writer: _Writer, node: CellNode) -> Term:
    """Return the product with a number."""
    (operand,) = writer.operands(node)
    return Term(f"{node.weights[ALL]} {operand.within(PRODUCT)}", PRODUCT)


def write_layer(writer: _Writer, node: CellNode) -> Term:
    """Return what a layer makes of a sequence."""
    inner = writer.cell.inner
    return call(inner.label.replace(" ", "") if inner else "layer", writer.operands(node)[0])


def call(function: str, term: Term) -> Term:
    """Return a function of a term."""
    return Term(f"{function}({term.text})")


def write_average(writer: _Writer, node: CellNode) -> Term:
    """Return the mean of what is read."""
    return Term(f"({write_sum(writer, node).text}) / {len(writer.operands(node))}", PRODUCT)


def write_beside(writer: _Writer, node: CellNode) -> Term:
    """Return what is read, side by side."""
    return Term(f"[{', '.join(term.text for term in writer.operands(node))}]")


def write_same(writer: _Writer, node: CellNode) -> Term:
    """Return what is read, as it is."""
    (operand,) = writer.operands(node)
    return operand


WRITERS: Mapping[str, Callable[[_Writer, CellNode], Term]] = {
    "gate": write_gate,
    "linear": _Writer.weigh,
    "activation": write_curve,
    "multiply": write_product,
    "add": write_sum,
    "complement": lambda writer, node: Term(f"1 − {writer.operands(node)[0].within(PRODUCT)}", SUM),
    "project": write_projection,
    "match": write_match,
    "scale": write_scale,
    "mask": write_mask,
    "softmax": write_softmax,
    "weigh": write_weighing,
    "concat": write_heads,
    "repeat": write_same,
    "pairs": write_pairs,
    "curve": write_curve,
    "score": write_score,
    "total": lambda writer, node: call("sum", writer.operands(node)[0]),
    "gain": write_gain,
    "layer": write_layer,
    "reverse": lambda writer, node: call("reverse", writer.operands(node)[0]),
    "average": write_average,
    "beside": write_beside,
}
"""How an equation writes an operation."""


def refer_to(cell: Cell, node: CellNode) -> str:
    """Return what equations call the result of a node: its symbol, or what it computes."""
    return _Writer(cell).refer(node.id).text


def compute(cell: Cell, node: CellNode) -> str:
    """Return what a node computes, as an equation if it has a symbol."""
    right = _Writer(cell).compute(node).text
    return f"{node.symbol} = {right}" if node.symbol else right
