"""Values on the command line: `name=value` with a unit, and windows `low:high`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from supraspin.errors import DataError, OutputError, SupraspinError

_NEGATIVE = re.compile(r"-[\d.]")


def joined(arguments: Sequence[str]) -> list[str]:
    """`--window "-2 mV:2 mV"` as `--window=-2 mV:2 mV`: a minus before a digit is that of a value, never an option."""
    out: list[str] = []
    for i, argument in enumerate(arguments):
        if argument == "--":
            return [*out, *arguments[i:]]
        if _NEGATIVE.match(argument) and out and out[-1].startswith("--") and "=" not in out[-1]:
            out[-1] += f"={argument}"
        else:
            out.append(argument)
    return out


def pairs(option: str, texts: Iterable[str], unit_of: Callable[[str], str]) -> dict[str, float]:
    """`["separation=2.1 um"]` as SI numbers, each in the unit that `unit_of(name)` wants."""
    from supraspin.units import parse_value

    return {name: parse_value(text, unit_of(name)) for name, text in split_pairs(option, texts).items()}


def check_there(paths: Iterable[Path]) -> None:
    """Raises `DataError` for the first path where nothing is: before anything that takes long to load."""
    for path in paths:
        if not path.exists():
            raise DataError(f"{path}: there is no such file or folder")


def settings(texts: Iterable[str]) -> dict[str, float]:
    """The settings of the analyses, `name=value` or `name@file=value`, in SI. Raises `DataError` for a name that none has."""
    from supraspin.analysis.chain import setting_unit
    from supraspin.units import parse_value

    return {name: parse_value(text, setting_unit(name)) for name, text in split_pairs("--set", texts).items()}


def split_pairs(option: str, texts: Iterable[str]) -> dict[str, str]:
    """`["a=1", "b=x"]` as a dict. Raises `SupraspinError` for a text without a name, and for a name given twice."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name, value = name.strip(), value.strip()
        if not (equals and name and value):
            raise SupraspinError(f"{option} {text!r} is not of the form name=value, such as {option} separation='2.1 um'")
        if name in found:
            raise SupraspinError(f"{option} gives {name!r} twice")
        found[name] = value
    return found


def numbers(option: str, text: str, unit: str) -> list[float]:
    """`"0 T, 0.5 T"` as numbers in `unit`. Raises `SupraspinError` where there is none."""
    from supraspin.units import parse_value

    words = [word for word in text.split(",") if word.strip()]
    if not words:
        raise SupraspinError(f"{option} {text!r} names no value; give one or more, apart by commas")
    return [parse_value(word, unit) for word in words]


def window(text: str, unit: str) -> tuple[float, float]:
    """`"-50 mT:50 mT"` in `unit`; an end left out is open."""
    from supraspin.units import parse_value

    low, colon, high = text.partition(":")
    if not colon:
        raise SupraspinError(f"--window {text!r} is not of the form low:high, such as --window -0.1:0.1")
    ends = (parse_value(low, unit) if low.strip() else -math.inf, parse_value(high, unit) if high.strip() else math.inf)
    if not ends[0] < ends[1]:
        raise SupraspinError(f"--window {text!r} is empty; its low end must lie below its high end")
    return ends


def check_file_to_write(path: Path, *suffixes: str) -> Path:
    """`path`, or an `OutputError` when its ending is none of `suffixes` or its folder is missing: before any work is done."""
    if suffixes and path.suffix.lower() not in suffixes:
        raise OutputError(f"{path}: the name of the file must end in {' or '.join(suffixes)}")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: there is no folder {path.parent}")
    if path.is_dir():
        raise OutputError(f"{path} is a folder, not a file")
    return path
