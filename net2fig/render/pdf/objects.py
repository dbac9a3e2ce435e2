"""The file of a PDF: numbered objects, streams, strings, and the table of where they stand.

Ensures: the same objects give the same bytes, as long as zlib packs alike.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping

HEAD = b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n"
"""The version, and bytes that tell programs that the file is not text."""

ESCAPED = str.maketrans({"\\": r"\\", "(": r"\(", ")": r"\)"})
"""What has a meaning in a string."""

Entries = Mapping[str, str]
"""The entries of a dictionary, as they are written."""


class Objects:
    """The objects of one file; a number may be given out before its object is there."""

    def __init__(self) -> None:
        self.bodies: list[bytes | None] = []

    def reserve(self) -> int:
        """Return the number of an object that is set later."""
        self.bodies.append(None)
        return len(self.bodies)

    def set(self, number: int, body: bytes) -> None:
        """Set an object."""
        self.bodies[number - 1] = body

    def add(self, entries: Entries) -> int:
        """Add a dictionary and return its number."""
        number = self.reserve()
        self.set(number, format_dictionary(entries))
        return number

    def add_stream(
        self, data: bytes, entries: Entries | None = None, *, packed: bool = False
    ) -> int:
        """Add a stream and return its number; data that are `packed` are not packed again."""
        known = dict(entries or {})
        if not packed:
            data = zlib.compress(data, 9)
            known["Filter"] = "/FlateDecode"
        known["Length"] = str(len(data))
        number = self.reserve()
        self.set(number, format_dictionary(known) + b"\nstream\n" + data + b"\nendstream")
        return number

    def write(self, root: int, info: int) -> bytes:
        """Return the file, with its catalogue and its information."""
        file = bytearray(HEAD)
        places = []
        for number, body in enumerate(self.bodies, 1):
            assert body is not None, f"object {number} was never set"
            places.append(len(file))
            file += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        digest = hashlib.sha256(file).hexdigest()[:32]
        count = len(places) + 1
        trailer = format_dictionary(
            {
                "Size": str(count),
                "Root": refer(root),
                "Info": refer(info),
                "ID": f"[<{digest}> <{digest}>]",
            }
        )
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        start = len(file)
        file += b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n" % (count, table)
        return bytes(file) + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % start


def refer(number: int) -> str:
    """Return a reference to an object."""
    return f"{number} 0 R"


def format_dictionary(entries: Entries) -> bytes:
    """Return a dictionary.

    >>> format_dictionary({"Type": "/Page"})
    b'<< /Type /Page >>'
    """
    inner = " ".join(f"/{key} {value}" for key, value in entries.items())
    return f"<< {inner} >>".encode("latin-1")


def format_string(text: str) -> str:
    r"""Return a text as a string: plain, or in UTF-16 where it has other signs.

    >>> format_string("a (b)"), format_string("×")
    ('(a \\\\(b\\\\))', '<FEFF00D7>')
    """
    if text.isascii():
        return f"({text.translate(ESCAPED)})"
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
