"""Numbers as a physicist writes them: `514 ps`, `514 ± 12 ps`, `1.88e-2 m²/s`.

The value decides the SI prefix, the error decides the digits. Units that take no prefix in print (m^2/s, 1/V, pure
numbers) get a power of ten where a plain number would be unreadable.
"""

from __future__ import annotations

import math

ABSENT = "–"
"""Written where there is no number."""
_PREFIXES = {-18: "a", -15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}
_ALL = (-18, 12)
# Unit -> smallest and largest power of ten with a prefix in use: nobody writes kiloseconds or megakelvin.
_PREFIXED = {
    "s": (-18, 0), "T": (-12, 0), "K": (-9, 0), "m": (-15, 3), "V": _ALL, "A": _ALL, "ohm": _ALL, "S": _ALL, "eV": _ALL,
    "Hz": _ALL, "W": _ALL, "F": _ALL, "Pa": _ALL,
}  # fmt: skip
_PRINTED = {
    "1": "", "ohm": "Ω", "m^2/s": "m²/s", "1/V": "V⁻¹", "1/V^2": "V⁻²", "1/m": "m⁻¹", "ohm*m": "Ω m", "ohm/m": "Ω/m",
}  # fmt: skip


def printed_unit(unit: str) -> str:
    """A unit of the package as it is printed: `ohm` -> `Ω`, `1` -> nothing."""
    return _PRINTED.get(unit, unit)


def scale(value: float, unit: str) -> tuple[int, str]:
    """Power of ten to divide `value` by, and the printed unit with its prefix: `scale(2e-3, "T") == (-3, "mT")`."""
    name = printed_unit(unit)
    if value == 0 or not math.isfinite(value) or unit not in _PREFIXED:
        return 0, name
    lowest, highest = _PREFIXED[unit]
    power = min(max(3 * (_order(value) // 3), lowest), highest)
    return power, _PREFIXES[power] + name


def si(value: float | None, unit: str, digits: int = 3) -> str:
    """`value` with `digits` significant digits and an SI prefix: `si(514e-12, "s") == "514 ps"`."""
    if value is None:
        return ABSENT
    if not math.isfinite(value) or value == 0:
        return _join(f"{value:g}".replace("inf", "∞"), printed_unit(unit))
    value = float(f"{value:.{digits - 1}e}")  # 999.9 ps must become 1.00 ns, not 1000 ps
    power, name = scale(value, unit)
    exponent = _exponent(value, power, unit)
    mantissa = value / 10.0 ** (power + exponent)
    return _join(_fixed(mantissa, digits - 1 - _order(mantissa)) + _ten(exponent), name)


def uncertain(value: float | None, stderr: float | None, unit: str, *, systematic: float | None = None) -> str:
    """Value and error, cut at the error's second digit: `uncertain(514.2e-12, 12.1e-12, "s") == "514 ± 12 ps"`.

    Without a usable error this is `si`. `systematic` follows at the same decimal: `514 ± 12 ± 73 ps`.
    """
    errors = [error for error in (stderr, systematic) if error is not None and _usable(error)]
    if value is None or not math.isfinite(value) or not errors:
        return si(value, unit)
    numbers, exponent, name, _ = _aligned(value, errors, unit)
    if stderr is None or not _usable(stderr):
        numbers[1] += " (systematic)"
    text = " ± ".join(numbers)
    return _join(f"({text}){_ten(exponent)}" if exponent else text, name)


def concise(value: float | None, stderr: float | None, unit: str) -> str:
    """The same in the compact form of tables: `514(12) ps`, `5.140(12) ns`, `15.4(2.1) mT`."""
    if value is None or not math.isfinite(value) or stderr is None or not _usable(stderr):
        return si(value, unit)
    (central, error), exponent, name, decimals = _aligned(value, [stderr], unit)
    bracket = error if decimals <= 0 or float(error) >= 1 else error.replace(".", "").lstrip("0")
    return _join(f"{central}({bracket}){_ten(exponent)}", name)


def _usable(error: float) -> bool:
    return math.isfinite(error) and error > 0


def _aligned(value: float, errors: list[float], unit: str) -> tuple[list[str], int, str, int]:
    """Value and errors cut at the second digit of the first error, their power of ten, unit and number of decimals."""
    leading = float(f"{errors[0]:.1e}")
    largest = max(abs(round(value, 1 - _order(leading))), leading, *errors)
    power, name = scale(largest, unit)
    exponent = _exponent(largest, power, unit)
    decimals = 1 - _order(leading) + power + exponent
    numbers = [value, leading, *errors[1:]]
    return [_fixed(number / 10.0 ** (power + exponent), decimals) for number in numbers], exponent, name, decimals


def _order(value: float) -> int:
    return int(f"{abs(value):.14e}".split("e")[1])


def _exponent(value: float, power: int, unit: str) -> int:
    """Power of ten to print beside the unit's prefix, 0 where the plain number reads well."""
    order = _order(value) - power
    lowest = -3 if unit == "1" or unit in _PREFIXED else -1
    return 0 if lowest <= order <= 4 else order


def _fixed(number: float, decimals: int) -> str:
    text = f"{round(number, decimals):.{max(decimals, 0)}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _ten(exponent: int) -> str:
    return f"e{exponent}" if exponent else ""


def _join(number: str, unit: str) -> str:
    return f"{number} {unit}" if unit else number
