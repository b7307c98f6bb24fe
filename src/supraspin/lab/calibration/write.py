"""The optimum into the TOML of a device, line by line: comments, order and units stay, and each line says what decided it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from supraspin.devices.published import Against, PublishedNumber, Relation, Tension
from supraspin.devices.reading import line_of
from supraspin.errors import UnitError
from supraspin.lab.calibration.consistent import Calibration
from supraspin.quantities import QUANTITIES
from supraspin.units import parse_value

_LINE = re.compile(r'^(\s*[A-Za-z0-9_-]+\s*=\s*)("[^"]*"|[^#]*?)(\s*#.*)?$')
_MARK = "# fitted to "


def rewritten(text: str, values: Mapping[str, float], reasons: Mapping[str, Sequence[str]]) -> str:
    """A device file with other values of entries (SI, by dotted name), each with the names of the numbers that decided it.

    Raises `ValueError` for an entry that has no line of its own.
    """
    lines = text.splitlines()
    for name, value in values.items():
        path = [int(part) if part.isdecimal() else part for part in name.split(".")]
        place = line_of(text, path)
        found = None if place is None else _LINE.match(lines[place - 1])
        if place is None or found is None:
            raise ValueError(f"{name} has no line of its own")
        comment = (found[3] or "").strip()
        kept = "" if not comment or comment.startswith(_MARK) else f"  {comment}"
        lines[place - 1] = f"{found[1]}{_written(found[2], value)}  {_MARK}{', '.join(reasons[name])}{kept}"
    return "\n".join(lines) + "\n"


def _written(old: str, value: float) -> str:
    """A value as the old one was written: with its unit, if it had one; five digits."""
    if not old.startswith('"'):
        return f"{value:.5g}"
    unit = re.sub(r"^[\s+-]*[0-9.]+(?:[eE][+-]?[0-9]+)?", "", old.strip('"')).strip()
    return f'"{value / parse_value(f"1 {unit}", _si(unit)):.5g} {unit}"'


def _si(unit: str) -> str:
    """The SI unit of the package that a unit can be read in."""
    for wanted in dict.fromkeys(quantity.unit for quantity in QUANTITIES.values()):
        try:
            parse_value(f"1 {unit}", wanted)
        except UnitError:
            continue
        return wanted
    raise ValueError(f"no quantity has the unit {unit!r}")


def reasons(fitted: Calibration) -> dict[str, list[str]]:
    """Kept numbers that constrain each fitted parameter, by name."""
    kept = [one for one, keep in zip(fitted.numbers, fitted.kept, strict=True) if keep]
    return {name: [one.name for one in kept if name in one.constrains] for name in fitted.solution.parameters}


def results(fitted: Sequence[Calibration], pulls: Sequence[Tension], between: Sequence[Relation]) -> str:
    """What the calibration found, as the TOML that `supraspin.devices.published` reads."""
    out = ["# Written by `python -m supraspin.lab.calibration --write`: what the twin says of each published number.", ""]
    for one in fitted:
        for number, keep, value in zip(one.numbers, one.kept, one.solution.predicted, strict=True):
            out += ["[[fitted]]", f'number = "{number.name}"', f"kept = {str(keep).lower()}", *_pull(number, value), ""]
    for tension in pulls:
        out += ["[[tension]]", *_told(tension)]
        for other in tension.against:
            out += ["[[tension.against]]", *_told(other)]
    for relation in between:
        out += ["[[relation]]", f'name = "{relation.name}"', f"fault = {relation.fault}", f'device = "{relation.device}"',
                f'unit = "{relation.unit}"', f"left = {relation.left:.4g}", f"right = {relation.right:.4g}",
                f'text = "{relation.text}"', ""]  # fmt: skip
    return "\n".join(out)


def _told(one: Tension | Against) -> list[str]:
    return [f'number = "{one.number}"', f"twin = {one.twin:.4g}", f"pull = {one.pull:.3g}", ""]


def _pull(number: PublishedNumber, value: float) -> list[str]:
    return [f"twin = {value:.5g}", f"pull = {number.pull(value):.3f}"]
