"""MATLAB 4 files: full matrices one after the other, nothing packed.

Layout: "MAT-File Format", The MathWorks, appendix on level 4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

_FORMS = "f8", "f4", "i4", "i2", "u2", "u1"
_LONGEST_NAME = 256


def looks_like(head: bytes) -> bool:
    """Whether a file begins with the header of a variable: its type in either byte order, and a short name."""
    if len(head) < 20:
        return False
    order, (code, *_, imaginary, length) = _header(head, 0)
    return code // 1000 == (order == ">") and code % 1000 < 60 and imaginary < 2 and 0 < length <= _LONGEST_NAME


def _header(data: bytes, place: int) -> tuple[str, tuple[int, ...]]:
    order = "<" if struct.unpack_from("<I", data, place)[0] < 5000 else ">"
    return order, struct.unpack_from(order + "IIIII", data, place)


def variables(data: bytes) -> Iterator[tuple[str, np.ndarray | str | None]]:
    """Name and value of each variable; None for what is sparse or complex. Raises `ValueError` for a damaged file."""
    place = 0
    while place < len(data):
        if place + 20 > len(data):
            raise ValueError("a header is cut short")
        order, (code, rows, columns, imaginary, length) = _header(data, place)
        form, sort = code // 10 % 10, code % 10
        if code // 1000 not in (0, 1) or form >= len(_FORMS) or sort > 2 or not 0 < length <= _LONGEST_NAME:
            raise ValueError(f"a variable is of the unknown type {code}")
        name = data[place + 20 : place + 20 + length].rstrip(b"\0").decode("latin-1")
        kind = np.dtype(order + _FORMS[form])
        place += 20 + length
        size = rows * columns * kind.itemsize
        if place + size * (2 if imaginary else 1) > len(data):
            raise ValueError(f"{name} is cut short")
        values = np.frombuffer(data, kind, rows * columns, place).reshape((rows, columns), order="F")
        place += size * (2 if imaginary else 1)
        if sort == 1:
            yield name, "".join(map(chr, values[0].astype(int) & 0xFF)) if rows == 1 else None
        else:
            yield name, values if sort == 0 and not imaginary else None
