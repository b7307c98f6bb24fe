"""Reading a unit as people write it.

A unit written in a file header or on the command line (`mOhm`, `2e^2/h`, `Oe`, `uV`) is turned into those of `QUANTITIES`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from tokenize import TokenError

from supraspin.errors import UnitError
from supraspin.quantities import CONDUCTANCE_QUANTUM

# Spellings that instruments and people use and pint does not know, or reads as something else.
_ALIASES = {
    "ohms": "ohm", "Ohms": "ohm", "Ohm": "ohm", "Ω": "ohm", "\u2126": "ohm", "OHM": "ohm", "V/A": "ohm",
    "mOhm": "milliohm", "mΩ": "milliohm", "m\u2126": "milliohm", "mohm": "milliohm", "mOhms": "milliohm",
    "kOhm": "kiloohm", "kΩ": "kiloohm", "k\u2126": "kiloohm", "kohm": "kiloohm", "kOhms": "kiloohm",
    "MOhm": "megaohm", "MΩ": "megaohm", "M\u2126": "megaohm", "Mohm": "megaohm",
    "uOhm": "microohm", "µΩ": "microohm", "μΩ": "microohm", "µ\u2126": "microohm",
    "Oersted": "Oe", "oersted": "Oe", "Oe": "Oe", "oe": "Oe", "kOe": "kOe", "G": "gauss", "Gauss": "gauss", "kG": "kilogauss",
    "Tesla": "T", "tesla": "T", "Kelvin": "K", "kelvin": "K", "Volts": "V", "Volt": "V", "volts": "V", "Amps": "A", "Amp": "A",
    "amps": "A", "Seconds": "s", "sec": "s", "secs": "s", "deg": "degree", "Deg": "degree", "degrees": "degree", "°": "degree",
    "arb. units": "1", "arb.units": "1", "a.u.": "1", "arb": "1", "none": "1", "": "1", "#": "1", "%": "percent",
    "at.%": "percent", "at%": "percent", "at. %": "percent", "1": "1",
    "2e^2/h": "2e2h", "2e2/h": "2e2h", "2e²/h": "2e2h", "G0": "2e2h", "G_0": "2e2h",
    "e^2/h": "e2h", "e2/h": "e2h", "e²/h": "e2h",
    "1/Ohm": "S", "1/ohm": "S", "A/V": "S", "mho": "S", "Siemens": "S", "siemens": "S",
}  # fmt: skip
_OWN = {"2e2h": (CONDUCTANCE_QUANTUM, "S"), "e2h": (CONDUCTANCE_QUANTUM / 2, "S"), "1": (1.0, "1"), "percent": (0.01, "1"),
        "Oe": (1e-4, "T"), "kOe": (0.1, "T"), "gauss": (1e-4, "T"), "kilogauss": (0.1, "T")}  # fmt: skip
# The unit that each physical dimension has in this package, as pint writes the dimension.
_TARGETS = ("T", "K", "V", "A", "ohm", "S", "rad", "m", "s", "eV", "m^2/s", "1/V", "1/V^2", "Hz", "W", "F", "ohm*m", "Pa", "1/m",
            "kg",
            "T/K", "V/A^2", "1/K", "ohm/m")  # fmt: skip


# What pint lets through for text that is no unit, besides its own errors.
_PINT_LEAKS = (ValueError, TypeError, AttributeError, AssertionError, ArithmeticError, SyntaxError, TokenError)


@lru_cache
def _registry():
    import pint

    return pint.UnitRegistry(cache_folder=None)


@lru_cache(maxsize=512)
def to_si(unit: str) -> tuple[float, str]:
    """Factor to, and name of, the package's unit for a unit as people write it: `to_si("mOhm") == (0.001, "ohm")`.

    Oersted and gauss become tesla (B = mu0 H in vacuum). Raises `UnitError` for a unit that is not known.
    """
    text = unit.strip()
    text = _ALIASES.get(text, text)
    if text in _OWN:
        return _OWN[text]
    import pint

    registry = _registry()
    clean = re.sub(r"[µμ]", "u", text).replace("²", "^2").replace("Ω", "ohm").replace("\u2126", "ohm")
    if not re.fullmatch(r"[A-Za-z0-9_./*^() -]+", clean) or len(clean) > 60 or "**" in clean or re.search(r"\^\s*-?\d{2}", clean):
        raise UnitError(f"unit {unit!r} is not known; write it like mV, Oe, kOhm, uS, 2e^2/h")
    try:
        quantity = registry.Quantity(1.0, clean)
        for target in _TARGETS:
            if quantity.is_compatible_with(target):
                if quantity.units == registry.Unit("degC"):
                    break
                return float(quantity.to(target).magnitude), target
        if quantity.dimensionless:
            return float(quantity.to("").magnitude), "1"
    except (pint.PintError, *_PINT_LEAKS) as error:
        raise UnitError(f"unit {unit!r} is not known; write it like mV, Oe, kOhm, uS, 2e^2/h") from error
    raise UnitError(f"unit {unit!r} has no place here; the units in use are {', '.join(_TARGETS)}")


def parse_value(text: str, unit: str) -> float:
    """A number with an optional unit, `"2.1 um"` or `"514e-12"`, in `unit`. Raises `UnitError`."""
    match = re.fullmatch(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?inf)\s*(\S.*?)?\s*", text)
    if match is None:
        raise UnitError(f"{text!r} is not a number with an optional unit, such as 2.1e-6 or '2.1 um'")
    value = float(match[1])
    if match[2] is None:
        return value
    factor, si = to_si(match[2])
    if si != unit and not ({si, unit} == {"V", "eV"}):
        raise UnitError(f"{text!r} is in {si}, but {unit} is wanted")
    return value * factor
