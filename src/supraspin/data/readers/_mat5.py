"""The elements of a MATLAB 5 to 7 file, read without trust: a length that does not fit into its surroundings is an error.

Only numeric and logical arrays, text, and structures of them are taken; cells, objects and sparse arrays come as None.
Layout: "MAT-File Format", The MathWorks, chapter 1.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_TEXTS = {1: "latin-1", 2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
_MATRIX, _COMPRESSED = 14, 15
_CHAR, _STRUCT, _COMPLEX = 4, 2, 0x0800
_DEEPEST = 4
Value = np.ndarray | str | dict | None


@dataclass
class Budget:
    """Bytes that may still be unpacked."""

    left: int


def variables(data: bytes, budget: Budget) -> Iterator[tuple[str, Value]]:
    """Name and value of each variable. Raises `ValueError` for a damaged file and `OverflowError` where the budget ends."""
    if len(data) < 128 or data[126:128] not in (b"IM", b"MI"):
        raise ValueError("the header is cut short")
    order = "<" if data[126:128] == b"IM" else ">"
    place = 128
    while place + 8 <= len(data):
        kind, size = struct.unpack_from(order + "II", data, place)
        body = memoryview(data)[place + 8 : place + 8 + size]
        if len(body) < size:
            raise ValueError("it is cut short")
        if kind == _COMPRESSED:
            body = memoryview(_unpack(body, order, budget))
            kind, size = struct.unpack_from(order + "II", body, 0) if len(body) >= 8 else (0, 0)
            body = body[8 : 8 + size]
        if kind != _MATRIX or len(body) < size:
            raise ValueError(f"an element of type {kind} stands where a variable should")
        found = _matrix(body, order)
        if found is not None:
            yield found
        place += 8 + struct.unpack_from(order + "I", data, place + 4)[0]
    if place != len(data):
        raise ValueError("it is cut short")


def _unpack(body: memoryview, order: str, budget: Budget) -> bytes:
    """A variable unpacked no further than its own header says, and not at all where that is beyond the budget."""
    unpacker = zlib.decompressobj()
    try:
        head = unpacker.decompress(body, 8)
        size = struct.unpack(order + "II", head)[1] if len(head) == 8 else 0
        if size > budget.left:
            raise OverflowError
        budget.left -= size
        return head + unpacker.decompress(unpacker.unconsumed_tail, size) if size else head
    except zlib.error as error:
        raise ValueError(str(error)) from error


def _element(body: memoryview, place: int, order: str) -> tuple[int, memoryview, int]:
    """Type and content of the element at `place`, and the place of the next one."""
    if place + 8 > len(body):
        raise ValueError("an element is cut short")
    kind, size = struct.unpack_from(order + "II", body, place)
    if kind >> 16:  # short form: length, type and up to four bytes together
        size, kind = kind >> 16, kind & 0xFFFF
        if size > 4:
            raise ValueError("a short element is too long")
        return kind, body[place + 4 : place + 4 + size], place + 8
    content = body[place + 8 : place + 8 + size]
    if len(content) < size:
        raise ValueError("an element is cut short")
    return kind, content, place + 8 + size + (-size % 8)


def _numbers(kind: int, content: memoryview, order: str) -> np.ndarray:
    if kind not in _NUMBERS:
        raise ValueError(f"numbers of type {kind} are not known")
    form = np.dtype(order + _NUMBERS[kind])
    return np.frombuffer(content, form, count=len(content) // form.itemsize)


def _matrix(body: memoryview, order: str, depth: int = 0) -> tuple[str, Value] | None:
    if not len(body):
        return "", None
    kind, content, place = _element(body, 0, order)
    flags = int(_numbers(kind, content, order)[:1].sum())
    sort, is_complex = flags & 0xFF, bool(flags & _COMPLEX)
    if sort == 17:  # what MATLAB keeps for itself: no dimensions, no name
        return None
    kind, content, place = _element(body, place, order)
    shape = tuple(int(n) for n in _numbers(kind, content, order))
    kind, content, place = _element(body, place, order)
    name = bytes(content).decode("utf-8", "replace")
    if any(n < 0 for n in shape) or len(shape) < 2:
        raise ValueError(f"{name} has the shape {shape}")
    if sort == _STRUCT:
        return name, _structure(body, place, order, depth) if shape == (1, 1) and depth < _DEEPEST else None
    if (not 6 <= sort <= 15 and sort != _CHAR) or is_complex:
        return name, None
    kind, content, _ = _element(body, place, order) if place < len(body) else (2, memoryview(b""), 0)
    if sort == _CHAR:
        coding = _TEXTS.get(kind, "latin-1")
        coding += "" if coding in ("latin-1", "utf-8") else "-le" if order == "<" else "-be"
        return name, bytes(content).decode(coding, "replace") if shape[0] == 1 else None
    values = _numbers(kind, content, order)
    if values.size != np.prod(shape, dtype=object):
        raise ValueError(f"{name} has {values.size} values, but the shape {shape}")
    return name, values.reshape(shape, order="F")


def _structure(body: memoryview, place: int, order: str, depth: int) -> dict[str, Value]:
    kind, content, place = _element(body, place, order)
    width = int(_numbers(kind, content, order)[:1].sum())
    _, content, place = _element(body, place, order)
    if not 0 < width <= 256:
        raise ValueError(f"the names of a structure are {width} characters long")
    names = [bytes(content[i : i + width]).split(b"\0")[0].decode("utf-8", "replace") for i in range(0, len(content), width)]
    found: dict[str, Value] = {}
    for name in names:
        kind, content, place = _element(body, place, order)
        if kind != _MATRIX:
            raise ValueError(f"the field {name} is of type {kind}")
        field = _matrix(content, order, depth + 1)
        found[name] = field[1] if field else None
    return found
