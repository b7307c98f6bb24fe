"""TOML to a validated `Device`: a wrong entry is named with its line, and with what is allowed there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from supraspin.devices.schema import Device
from supraspin.errors import DataError

_LARGEST = 1_000_000
"""Characters beyond which a file is no description of a device."""


def names() -> tuple[str, ...]:
    """Names of the devices that come with the package."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in files(__package__).iterdir() if file.name.endswith(".toml")))


def load(which: str | Path, changes: Mapping[str, Any] | None = None) -> Device:
    """`Device.load`: a device of the package by name, or the one in a TOML file."""
    if str(which) in names():
        return parse((files(__package__) / f"{which}.toml").read_text(encoding="utf-8"), f"{which}.toml", changes)
    path = Path(which)
    if path.suffix != ".toml":
        raise DataError(f"there is no device {str(which)!r}; there are {', '.join(names())}, or name a .toml file of your own")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return parse(text, path.name, changes)


def parse(text: str, where: str, changes: Mapping[str, Any] | None = None) -> Device:
    """The device that a TOML text describes; `changes` sets entries by dotted name, such as `film.thickness`.

    Raises `DataError` with `where`, the line and the entry that is wrong.
    """
    if len(text) > _LARGEST:
        raise DataError(f"{where} has {len(text)} characters; a device takes up to {_LARGEST}")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{where} is not valid TOML: {error}") from error
    for name, value in (changes or {}).items():
        _change(table, name, value)
    try:
        return Device.model_validate(table)
    except ValidationError as error:
        raise DataError(_told(error, text, where, changes or {})) from error


def _change(table: dict[str, Any], name: str, value: Any) -> None:
    *above, last = name.split(".")
    place: Any = table
    for part in above:
        place = _step(place, part, name)
    if isinstance(place, list):
        raise DataError(f"{name!r} names a list; name one of its entries, such as contacts.0.width")
    place[last] = value


def _step(place: Any, part: str, name: str) -> Any:
    if isinstance(place, list):
        if not part.isdecimal() or int(part) >= len(place):
            raise DataError(f"{name!r}: there is no entry {part!r}; the list has entries 0 to {len(place) - 1}")
        return place[int(part)]
    found = place.setdefault(part, {})
    if not isinstance(found, (dict, list)):
        raise DataError(f"{name!r}: {part!r} is a value, not a table")
    return found


def _told(error: ValidationError, text: str, where: str, changes: Mapping[str, Any]) -> str:
    """The first mistake in one line, with how many more there are."""
    # A misspelt entry is also a missing one: the spelling comes first.
    mistakes = sorted(error.errors(include_url=False, include_context=False), key=lambda m: m["type"] != "extra_forbidden")
    first = mistakes[0]
    path = [part for part in first["loc"] if isinstance(part, (str, int))]
    name = ".".join(map(str, path)) or "the device"
    line = None if name in changes else line_of(text, path)
    place = f"{where}, line {line}" if line else where
    more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
    return f"{place}: {name}: {_words(first)}{more}"


def _words(mistake: Mapping[str, Any]) -> str:
    if mistake["type"] == "missing":
        return "is missing"
    if mistake["type"] == "extra_forbidden":
        return f"is not known here; allowed are {', '.join(_allowed(mistake['loc']))}"
    if mistake["type"] == "value_error":
        return str(mistake["msg"]).removeprefix("Value error, ")
    text = str(mistake["msg"]).replace("Input should", "must")
    return text + (f", not {mistake['input']!r}" if isinstance(mistake["input"], (str, int, float)) else "")


def _allowed(loc: Sequence[str | int]) -> list[str]:
    """Names of the entries beside one that is not known."""
    fields: Any = Device
    for part in loc[:-1]:
        if isinstance(part, str):
            found = fields.model_fields[part].annotation
            inner = [kind for kind in (found, *getattr(found, "__args__", ())) if hasattr(kind, "model_fields")]
            fields = inner[0]
    return sorted(fields.model_fields)


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """Line (from 1) of an entry of a TOML text, or of the table it should stand in; None where neither is found."""
    table = [part for part in path[:-1] if isinstance(part, str)]
    wanted = [part for part in path[:-1] if isinstance(part, int)]
    here: list[str] = []
    counts: dict[tuple[str, ...], int] = {}
    best = None
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*(\[\[?)\s*([A-Za-z0-9_.\"-]+)\s*\]\]?", line)
        if head:
            here = [part.strip('"') for part in head[2].split(".")]
            if head[1] == "[[":
                counts[tuple(here)] = counts.get(tuple(here), -1) + 1
        inside = here == table and (not wanted or counts.get(tuple(here), 0) == wanted[-1])
        if head and (inside or here == list(path)):
            best = number
        key = re.match(r"\s*([A-Za-z0-9_\"-]+)\s*=", line)
        if inside and key and path and key[1].strip('"') == path[-1]:
            return number
    return best
