"""Bytes of a text file to text, whatever the encoding."""

from __future__ import annotations

from pathlib import Path

from supraspin.errors import DataError


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark shows as a NUL in every other byte."""
    sample = head[: len(head) // 2 * 2]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0) / (len(sample) / 2), sample[1::2].count(0) / (len(sample) / 2)
    if odd > 0.8 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.8 and odd < 0.1 else None


def _encoding(head: bytes) -> str | None:
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return _wide(head)


def looks_like_text(head: bytes) -> bool:
    """Whether these first bytes of a file can be text."""
    if _encoding(head) is not None:
        return True
    control = sum(byte < 32 and byte not in (9, 10, 11, 12, 13, 26) for byte in head)
    return b"\x00" not in head and control <= 0.02 * len(head)


def decode(path: Path) -> str:
    """The whole file as text. Raises `DataError` for bytes that are no text."""
    data = path.read_bytes()
    encoding = _encoding(data[:8192])
    try:
        if encoding:
            return data.decode(encoding)
        if b"\x00" in data:
            raise DataError(f"{path.name} has NUL bytes within its text; it is damaged or binary")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("latin-1")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not valid {encoding}: damaged at byte {error.start}") from error
