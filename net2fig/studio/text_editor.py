"""One text of TOML, and what changes in it: each method returns the whole new text.

Nothing is checked here: `edit` compares the data of the new text with what was wanted.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from net2fig.studio.spans import (
    ARRAY,
    BLANK,
    COMMENT,
    HEADER,
    KEY,
    TABLE,
    Item,
    Path,
    Statement,
    Value,
    scan,
)
from net2fig.toml import key_to_toml, to_toml


def find_in(data: Any, path: Path) -> Any:
    """Return what is at a path in data; None if nothing is."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


class TextEditor:
    """Changes one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.statements = scan(text)
        self.line_end = "\r\n" if "\r\n" in text else "\n"

    def replace(self, *changes: tuple[int, int, str]) -> str:
        """Return the text with spans replaced."""
        text = self.text
        for start, end, new in sorted(changes, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def find(self, path: Path) -> tuple[Value | None, Path, tuple[Item, ...]]:
        """Return the deepest value that is written on the way to a path.

        With it come the rest of the path and the items that lead to it.
        """
        for each in self.statements:
            if each.kind == KEY and each.path == path[: len(each.path)]:
                value, rest, way = each.value, path[len(each.path) :], []
                while value and rest:
                    item = next((i for i in value.items if i.key == rest[: len(i.key)]), None)
                    if item is None:
                        break
                    way.append(item)
                    value, rest = item.value, rest[len(item.key) :]
                return value, rest, tuple(way)
        return None, path, ()

    # Setting

    def set(self, path: Path, value: Any) -> str:
        """Return the text with a value set."""
        there, rest, _ = self.find(path)
        if there and not rest:
            if there.kind == ARRAY and isinstance(value, list):
                return self.set_list(path, there, value)
            return self.replace((there.start, there.end, to_toml(value)))
        if there:
            return self.insert_inline(there, f"{_dotted(rest)} = {to_toml(value)}")
        return self.insert_line(path, value)

    def set_list(self, path: Path, there: Value, wanted: list[Any]) -> str:
        """Return the text with another list: items that stay keep their places and comments."""
        old = find_in(tomllib.loads(self.text), path)
        kept = [each for each in old if each in wanted]
        if kept != wanted[: len(kept)] or not all(isinstance(each, str) for each in old):
            return self.replace((there.start, there.end, to_toml(wanted)))
        text = self.text
        for number in reversed(range(len(old))):
            if old[number] not in wanted:
                text = TextEditor(text).unset((*path, number))
        for each in wanted[len(kept) :]:
            editor = TextEditor(text)
            value, _, _ = editor.find(path)
            assert value
            text = editor.insert_inline(value, to_toml(each))
        return text

    def insert_inline(self, there: Value, new: str) -> str:
        """Return the text with an item more at the end of an array or of an inline table."""
        if there.kind not in (ARRAY, TABLE):
            return self.text
        if not there.items:
            pad = " " if there.kind == TABLE else ""
            gap = self.text[there.start + 1 : there.end - 1]
            if gap.strip():
                return self.replace((there.start + 1, there.start + 1, new))
            return self.replace((there.start + 1, there.end - 1, f"{pad}{new}{pad}"))
        last = there.items[-1]
        before = self.text[: last.start]
        line = before.rpartition("\n")[2]
        is_own_line = not line.strip() and there.start < len(before) - len(line)
        lead = self.line_end + line if is_own_line else " "
        if last.comma is not None:
            return self.replace((last.comma + 1, last.comma + 1, f"{lead}{new},"))
        return self.replace((last.value.end, last.value.end, f",{lead}{new}"))

    def insert_line(self, path: Path, value: Any) -> str:
        """Return the text with a line more, in the deepest table that has a header."""
        headers = [
            each.path
            for each in self.statements
            if each.kind == HEADER and each.path == path[: len(each.path)] != path
        ]
        table = max(headers, key=len, default=())
        rest = path[len(table) :]
        siblings = [each for each in self.statements if _is_sibling(each, table, path)]
        line = f"{_dotted(rest)} = {to_toml(value)}"
        if not table and len(rest) > 1 and not siblings:
            new = f"[{_dotted(rest[:1])}]{self.line_end}{_dotted(rest[1:])} = {to_toml(value)}"
            return self.insert_block(len(self.text), new)
        at = self.find_line_for(table, rest, siblings)
        return self.insert_at(at, line + self.line_end)

    def find_line_for(self, table: Path, rest: Path, siblings: list[Statement]) -> int:
        """Return where the line of a key goes: behind its default, its siblings, or the last."""
        section = self.section(table)
        default = re.compile(rf"#\s?{re.escape(_dotted(rest))}\s*=")
        for each in section:
            words = self.text[each.start : each.end].lstrip()
            if words.startswith("#["):
                break
            if each.kind == COMMENT and default.match(words):
                return each.end
        keys = [each for each in section if each.kind in (KEY, HEADER)]
        if siblings or keys:
            return (siblings or keys)[-1].end
        # A text that begins with comments: those that stand right above a header belong to it.
        header = next((each for each in self.statements if each.kind == HEADER), None)
        if header is None:
            return len(self.text)
        above = self.comments_above(header)
        first = self.text[: self.statements[0].end]
        is_schema = above[:1] == [self.statements[0]] and first.startswith("#:schema")
        return above[0].end if is_schema else (above or [header])[0].start

    def section(self, table: Path) -> list[Statement]:
        """Return the header of a table and what stands below it, up to the next header."""
        found: list[Statement] = []
        is_inside = not table
        for each in self.statements:
            if each.kind == HEADER:
                is_inside = each.path == table
            if is_inside:
                found.append(each)
        return found

    def comments_above(self, statement: Statement) -> list[Statement]:
        """Return the comments right above a statement."""
        number = self.statements.index(statement)
        first = number
        while first and self.statements[first - 1].kind == COMMENT:
            first -= 1
        return list(self.statements[first:number])

    def insert_at(self, at: int, lines: str) -> str:
        """Return the text with lines more; the line before them is ended."""
        start = "" if not at or self.text[at - 1] == "\n" else self.line_end
        return self.replace((at, at, start + lines))

    def insert_block(self, at: int, block: str) -> str:
        """Return the text with a block more, a blank line before it."""
        before = self.text[:at]
        gap = self.line_end if before.strip() and not re.search(r"\n[ \t\r]*\n\Z", before) else ""
        return self.insert_at(at, gap + block + self.line_end)

    def append(self, path: Path, fields: Mapping[str, Any]) -> str:
        """Return the text with a table more at the end of an array."""
        there, rest, _ = self.find(path)
        if there and not rest:
            return self.insert_inline(there, to_toml(fields))
        pairs = [f"{key_to_toml(key)} = {to_toml(value)}" for key, value in fields.items()]
        block = self.line_end.join((f"[[{_dotted(path)}]]", *pairs))
        own = [
            each
            for each in self.statements
            if each.kind in (KEY, HEADER) and each.path[: len(path)] == path
        ]
        return self.insert_block(own[-1].end if own else len(self.text), block)

    # Unsetting

    def unset(self, path: Path) -> str:
        """Return the text without a value or a table."""
        there, rest, way = self.find(path)
        if there and not rest and way:
            container, _, _ = self.find(path[: -len(way[-1].key)])
            assert container
            return self.remove_item(container, way[-1])
        if isinstance(path[-1], int):
            return self.remove_section(path)
        gone = [
            each
            for each in self.statements
            if each.kind in (KEY, HEADER) and each.path[: len(path)] == path
        ]
        return self.remove_statements(gone)

    def remove_statements(self, gone: Iterable[Statement]) -> str:
        """Return the text without statements; their comments stay, bare headers go with them."""
        changes = [self.removal(each) for each in gone]
        editor = TextEditor(self.replace(*changes))
        for table in {each.table for each in gone if each.kind == KEY and each.table}:
            section = editor.section(table)
            if [each.kind for each in section if each.kind != BLANK] != [HEADER]:
                continue
            header = section[0]
            if header.comment is None and not header.is_array and not editor.comments_above(header):
                editor = TextEditor(editor.remove_with_gap(header.start, header.end))
        return editor.text

    def removal(self, statement: Statement) -> tuple[int, int, str]:
        """Return the change that removes a statement but not its comment."""
        if statement.comment is None:
            return statement.start, statement.end, ""
        return statement.start, statement.comment, ""

    def remove_with_gap(self, start: int, end: int) -> str:
        """Return the text without a span, and without the blank line that set it apart."""
        number = next((n for n, each in enumerate(self.statements) if each.start == start), 0)
        before = self.statements[number - 1] if number else None
        if before and before.kind == BLANK:
            start = before.start
        return self.replace((start, end, ""))

    def remove_section(self, path: Path) -> str:
        """Return the text without a table of an array, with the comments right above it."""
        own = [
            each
            for each in self.statements
            if each.kind in (KEY, HEADER) and each.path[: len(path)] == path
        ]
        if not own:
            return self.text
        above = self.comments_above(own[0])
        return self.remove_with_gap((above or own)[0].start, own[-1].end)

    def remove_item(self, container: Value, item: Item) -> str:
        """Return the text without an item of an array or of an inline table, and its comma."""
        number = container.items.index(item)
        if container.kind == TABLE:
            if len(container.items) == 1:
                return self.replace((container.start, container.end, "{}"))
            if number:
                return self.replace((container.items[number - 1].value.end, item.value.end, ""))
            return self.replace((item.start, container.items[1].start, ""))
        end = item.value.end
        changes = [(item.start, end, "")]
        if item.comma is not None:
            changes = (
                [(item.start, item.comma + 1, "")]
                if item.comma == end
                else [*changes, (item.comma, item.comma + 1, "")]
            )
            end = item.comma + 1
        elif number and not self.text[container.items[number - 1].value.end : item.start].strip(
            " \t,"
        ):
            changes = [(container.items[number - 1].value.end, item.value.end, "")]
        line_start = self.text.rfind("\n", 0, item.start) + 1
        line_end = self.text.find("\n", end)
        is_own_line = line_start > container.start and line_end != -1
        if is_own_line and self.text[line_start : item.start].strip() == "":
            if self.text[end:line_end].strip() == "" and len(changes) == 1:
                changes = [(line_start, line_end + 1, "")]
        elif len(changes) == 1 and item.comma is not None:
            space = len(self.text[end:]) - len(self.text[end:].lstrip(" \t"))
            changes = [(item.start, end + space, "")]
        return self.replace(*changes)

    # Renaming

    def rename(self, path: Path, name: str) -> str:
        """Return the text with another last step of a path, wherever it is written."""
        changes: list[tuple[int, int, str]] = []
        new = key_to_toml(name)
        at = len(path) - 1
        for each in self.statements:
            if each.kind not in (KEY, HEADER) or each.path[: len(path)] != path:
                continue
            steps = len(each.path) - len(each.keys) if each.kind == KEY else None
            number = at - steps if steps is not None else _count_names(each.path[:at])
            if 0 <= number < len(each.keys):
                changes.append((*each.keys[number], new))
        _, rest, way = self.find(path)
        if not changes and not rest and way:
            changes.append((*way[-1].keys[-1], new))
        return self.replace(*changes)


def _is_sibling(statement: Statement, table: Path, path: Path) -> bool:
    """Tell whether a statement sets another key of the same table with dots."""
    parent = path[:-1]
    return (
        statement.kind == KEY
        and statement.table == table
        and len(parent) > len(table)
        and statement.path[: len(parent)] == parent
    )


def _count_names(path: Path) -> int:
    return sum(isinstance(step, str) for step in path)


def _dotted(path: Path) -> str:
    return ".".join(key_to_toml(str(step)) for step in path)
