"""Code of Python 2 as code of Python 3, as far as a model needs it.

    print "shape", x.shape          print("shape", x.shape)
    except IOError, error:          except IOError as error:

Requires: a text that is not valid Python, since it was written for Python 2.
Ensures: a text of as many lines; it may still not be valid.
"""

from __future__ import annotations

import ast
import re

PRINT = re.compile(
    r"^(\s*(?:[^#'\"]*?[:;]\s*)?)print(?:[ \t]+(?![=(.\[]|in\b|is\b)([^;#]*)|[ \t]*$)"
)
"""A statement that prints: `print x`, also behind a colon."""

PRINT_CALL = re.compile(r"^(\s*(?:[^#'\"]*?[:;]\s*)?)print[ \t]+(\(.*)$")
"""A statement that prints what begins with a bracket: `print ("a %d") % b`."""

MAX_LINE = 1000

EXCEPT = re.compile(r"^(\s*except\s+[\w.()\s,]+?),\s*(\w+)\s*:")
RAISE = re.compile(r"^(\s*raise\s+[\w.]+)\s*,\s*(.+)$")
OLD_NUMBER = re.compile(r"\b(0[0-7]+|\d+)[lL]\b")
DIVISION = "(lambda a, b: a // b if type(a) is type(b) is int else a / b)()"
MARKS = ("Missing parentheses in call to 'print'", "multiple exception types", "invalid decimal")
"""Parts of what Python 3 says about code of Python 2."""


def is_python2(message: str) -> bool:
    """Tell whether the message about a syntax error is one about code of Python 2."""
    return any(mark in message for mark in MARKS)


def modernize_python2(text: str) -> str:
    r"""Return a text with statements of Python 3 in place of those of Python 2.

    >>> modernize_python2("print 'a', b\nexcept IOError, e:\nif x: print")
    "print('a', b)\nexcept IOError as e:\nif x: print()"
    """
    return "\n".join(map(modernize_line, text.split("\n")))


def parse_python2(text: str) -> ast.Module:
    """Return the syntax tree of a text of Python 2, in which whole numbers divide to whole ones."""
    tree = ast.parse(modernize_python2(text))
    Divider().visit(tree)
    return ast.fix_missing_locations(tree)


class Divider(ast.NodeTransformer):
    """Replaces divisions by those of Python 2."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Replace a division by a call, which evaluates both sides once."""
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        call = ast.parse(DIVISION, mode="eval").body
        if isinstance(call, ast.Call):
            call.args = [node.left, node.right]
        return ast.copy_location(call, node)


def modernize_line(line: str) -> str:
    """Return a line as Python 3 has it; a very long one as it is."""
    if len(line) > MAX_LINE:
        return line
    ending = "\r" if line.endswith("\r") else ""
    line = line.removesuffix("\r")
    line = EXCEPT.sub(r"\1 as \2:", line)
    line = RAISE.sub(r"\1(\2)", line)
    line = OLD_NUMBER.sub(r"\1", line)
    match = PRINT_CALL.match(line) or PRINT.match(line)
    if match is None:
        return line + ending
    printed = (match[2] or "").strip().rstrip(",")
    if printed.startswith(">>"):
        printed = printed.partition(",")[2].strip()
    if printed.count("(") > printed.count(")") or printed.endswith("\\"):
        # It goes on in the next line: what it prints is no matter.
        return line.replace("print ", "print", 1) + ending
    return f"{match[1]}print({printed}){line[match.end() :]}{ending}"
