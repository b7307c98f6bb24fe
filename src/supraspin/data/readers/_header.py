"""What the lines above a text table say: names of columns, their units, and facts about the measurement."""

from __future__ import annotations

import re

from supraspin.data.names import is_unit
from supraspin.data.readers._dialect import Dialect

_COMMENT = re.compile(r"^\s*(?:#+|%+|!+|//+|;+|\*+)\s?")
_SIGN = re.compile(r"[:=]")
_LONGEST_KEY = 80


def uncomment(line: str) -> str:
    """The line without the sign that marks it as a comment."""
    return _COMMENT.sub("", line, count=1)


def pair(text: str) -> tuple[str, str] | None:
    """Key and value of a line `key: value` or `key = value`, None where it is none."""
    sign = _SIGN.search(text)
    if sign is None:
        return None
    key, value = text[: sign.start()].strip(), text[sign.end() :].strip()
    return (key, value) if key and value and len(key) <= _LONGEST_KEY and "\t" not in key else None


def column_names(lines: list[str], dialect: Dialect, width: int) -> tuple[list[str] | None, list[str], list[str]]:
    """Names (None where no line gives them), units a column ("" where none is given), and the lines left over."""
    for back in range(1, min(len(lines), 6) + 1):
        cells = _cells(lines[-back], dialect, width)
        if cells is None:
            continue
        rest = lines[:-back] + lines[len(lines) - back + 1 :]
        above = _cells(lines[-back - 1], dialect, width) if back < len(lines) else None
        if above and all(is_unit(_bare(cell)) for cell in cells) and not all(is_unit(cell) for cell in above):
            return above, [_bare(cell) for cell in cells], lines[: -back - 1] + lines[len(lines) - back + 1 :]
        if all(dialect.number(cell) is not None for cell in cells):
            continue
        return cells, [""] * width, rest
    return None, [""] * width, lines


def _bare(cell: str) -> str:
    return cell.strip().strip("()[]").strip()


def _cells(line: str, dialect: Dialect, width: int) -> list[str] | None:
    """Cells of a header line if it has `width` of them, whether or not it is separated as the table is."""
    text = uncomment(line).rstrip("\r\n")
    if not text.strip() or (width > 1 and pair(text) and len(dialect.split(text)) != width):
        return None
    # Names may hold blanks: `B (mT)  dI/dV (uS)`.
    joined = re.sub(r"(?<!\s)\s+(?=[(\[][^()\[\]]*[)\]])", "\x01", text.strip())
    ways = [
        dialect.split(text),
        text.split("\t"),
        next(iter([re.split(r"\s{2,}", text.strip())])),
        joined.split(),
        text.split(","),
    ]
    for cells in ways:
        clean = [cell.replace("\x01", " ").strip().strip('"').strip() for cell in cells]
        if len(clean) == width + 1 and not clean[-1]:
            clean = clean[:-1]
        if len(clean) == width and any(clean):
            return clean
    return None


def metadata(lines: list[str]) -> dict[str, str]:
    """`key: value`, `key = value` and tab-separated `key value key value` lines as text; other lines under `header`."""
    found: dict[str, str] = {}
    plain = []
    for line in lines:
        text = uncomment(line).strip()
        cells = [cell.strip() for cell in text.split("\t")]
        said = pair(text)
        if len(cells) >= 2 and len(cells) % 2 == 0 and all(cells) and not said:
            found.update(zip(cells[::2], cells[1::2], strict=True))
        elif said:
            found[said[0]] = said[1]
        elif text:
            plain.append(text)
    if plain:
        found["header"] = "\n".join(plain)
    return found
