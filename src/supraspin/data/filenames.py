"""Quantities hidden in file names: `..._at_-0.03T.txt`, `-30.0Deg 0.004T`, `0.0Oe_2.0mA`, `T=4.2K`, `2p5K`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from supraspin.units import to_si

# A minus sign counts as one only where it does not join two words: `run-4K` is 4 K, `at -4K` and `at_-4K` are not.
_NUMBER = r"(?P<number>(?:(?<![0-9A-Za-z)])[-+])?(?<![0-9.A-Za-z])\d+(?:[.p]\d+)?(?:e[-+]?\d+)?)"
_UNIT = r"(?P<unit>[munpµ]?T|m?K|k?Oe|[munpµ]A|A|[munµ]V|[Dd]eg(?:rees)?|°|Gauss|[mk]G)"
_VALUE = re.compile(_NUMBER + r"[ _]?" + _UNIT + r"(?![A-Za-z0-9])")
_KEYED = re.compile(r"(?<![A-Za-z])(?P<key>T|B|H|I|V|L|theta|phi|temp|field|current|bias|angle)\s?=\s?"
                    r"(?P<number>[-+]?\d+(?:[.p]\d+)?(?:e[-+]?\d+)?)[ _]?(?P<unit>[A-Za-zµ°]{1,4})?(?![A-Za-z0-9])")  # fmt: skip
_BARE = re.compile(r"(?<![A-Za-z])at[ _=]+(?P<number>[-+]?\d+(?:\.\d+)?)(?![0-9A-Za-z.])")
_REPEAT = re.compile(r"!\d{4}$")
_BY_UNIT = {"T": "field", "K": "temperature", "A": "current", "rad": "angle", "V": "bias"}
_BY_KEY = {"t": "temperature", "temp": "temperature", "b": "field", "h": "field", "field": "field", "i": "current",
           "current": "current", "v": "bias", "bias": "bias", "l": "separation", "theta": "angle", "phi": "angle",
           "angle": "angle"}  # fmt: skip
_STANDARD = {"temperature": "K", "field": "T", "current": "A", "bias": "V", "separation": "m", "angle": "rad"}


@dataclass(frozen=True)
class InName:
    """A quantity found in a file name, in SI. `sure` is False where the unit was not written."""

    name: str
    value: float
    text: str
    sure: bool = True


def quantities(stem: str) -> dict[str, InName]:
    """What a file name (without its folder) says. A quantity named twice with different values is left out as ambiguous."""
    stem = _REPEAT.sub("", re.sub(r"\.[A-Za-z][A-Za-z0-9]{0,4}$", "", stem))
    found: dict[str, list[InName]] = {}
    for match in _KEYED.finditer(stem):
        name = _BY_KEY[match["key"].lower()]
        unit = match["unit"] or ""
        factor, si = _unit(unit) if unit else (1.0, _STANDARD[name])
        if si == _STANDARD[name]:
            found.setdefault(name, []).append(InName(name, _number(match) * factor, match[0], bool(unit)))
    for match in _VALUE.finditer(stem):
        factor, si = _unit(match["unit"])
        name = _BY_UNIT.get(si, "")
        # A whole number before a bare A or V is as often a sample's name (`2A`).
        if name and (match["unit"] != "A" or "." in match["number"]):
            found.setdefault(name, []).append(InName(name, _number(match) * factor, match[0]))
    return {name: values[0] for name, values in found.items() if len({value.value for value in values}) == 1}


def bare_number(stem: str) -> float | None:
    """The number after `at` that has no unit, as in `NLIV at -0.010000.txt`."""
    match = _BARE.search(_REPEAT.sub("", re.sub(r"\.[A-Za-z][A-Za-z0-9]{0,4}$", "", stem)))
    return float(match["number"]) if match else None


def alignment(stem: str) -> int:
    """+1 for a file name that says parallel, -1 for antiparallel, 0 where it says neither."""
    if re.search(r"anti[-_ ]?parallel|(?<![A-Za-z])AP(?![A-Za-z])", stem, re.IGNORECASE if "anti" in stem.lower() else 0):
        return -1
    return 1 if re.search(r"(?<![A-Za-z])(parallel|Parallel|P)(?![A-Za-z])", stem) else 0


def natural(text: str) -> tuple:
    """Key that sorts `run_2` before `run_10`."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part.lower()) for part in re.split(r"(\d+)", text) if part)


def _number(match: re.Match[str]) -> float:
    return float(match["number"].replace("p", "."))


def _unit(text: str) -> tuple[float, str]:
    from supraspin.errors import UnitError

    try:
        return to_si(text)
    except UnitError:
        return 1.0, ""
