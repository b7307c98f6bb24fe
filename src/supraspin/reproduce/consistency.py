"""What would be consistent where the paper's numbers are at fault: each fault reckoned from the published numbers alone.

Errors are those of the published numbers, carried through by finite differences.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from supraspin.devices.published import number, results
from supraspin.formatting import si, uncertain
from supraspin.reproduce import relations


@dataclass(frozen=True)
class Clash:
    """Two numbers that do not hold together: what one asks for, what is printed, and their distance in joint errors."""

    wanted: str
    printed: str
    apart: float


@dataclass(frozen=True)
class Reckoning:
    """What would be consistent, in words, and the numbers that pull against each other."""

    text: str
    clashes: tuple[Clash, ...] = ()


RECKONINGS: dict[int, Callable[[], Reckoning]] = {}
"""Number of a fault -> what is reckoned of it. Faults of equations and captions have nothing to reckon."""


def reckoning(fault: int) -> Callable[[Callable[[], Reckoning]], Callable[[], Reckoning]]:
    """Enter the decorated function for a fault."""

    def register(function: Callable[[], Reckoning]) -> Callable[[], Reckoning]:
        RECKONINGS[fault] = function
        return function

    return register


@cache
def reckon(fault: int) -> Reckoning | None:
    """What is reckoned of a fault; None where there is nothing to reckon."""
    return RECKONINGS[fault]() if fault in RECKONINGS else None


def carried(function: Callable[..., float], *names: str) -> tuple[float, float]:
    """A function of published numbers, with its error."""
    found = [number(name) for name in names]
    values = [one.value for one in found]
    square = 0.0
    for i, one in enumerate(found):
        up, down = (function(*[v + (sign * one.error if j == i else 0.0) for j, v in enumerate(values)]) for sign in (1, -1))
        square += (0.5 * (up - down)) ** 2
    return function(*values), math.sqrt(square)


def twin(name: str) -> float:
    """What the calibrated twin says of a published number."""
    return next(one.twin for one in results().fitted if one.number == name)


def _clash(what: str, value: float, error: float, unit: str, name: str) -> Clash:
    printed = number(name)
    said = f"{si(printed.value, unit)} ({'at least, ' if printed.bound == 'lower' else ''}Fig. {printed.figure})"
    return Clash(f"{what} {uncertain(value, error, unit)}", said, abs(value - printed.value) / math.hypot(error, printed.error))


@reckoning(4)
def _two_magnetoresistances() -> Reckoning:
    large, small = number("tmr_ratio_A"), number("tmr_ratio_at_small_current_A")
    resistance = number("tmr_resistance_A").value / large.value
    against = {one.number: one.against for one in results().tension}[small.name]
    peaks = [one.twin for one in against if one.number == "zero_bias_peak_A"]
    reconciled = f" Only a peak {peaks[0]:.1f} times the normal conductance high would have both." if peaks else ""
    text = (
        f"10 % at 0.1 µA asks for at least 10 % at 0.02 µA, which stays deeper in the gap; 1.5 % there leaves at most "
        f"{si(small.value * resistance, 'ohm', 2)} of {si(resistance, 'ohm', 2)} at 0.1 µA, not 500 Ω. An unpolarised peak at "
        f"zero bias shunts the smaller current: as high as Fig. 2c is read ({100 * number('zero_bias_peak_A').value:.0f} % of "
        f"the normal conductance) it leaves {100 * twin(small.name):.1f} % in the twin.{reconciled}"
    )
    apart = (large.value - small.value) / math.hypot(large.error, small.error)
    return Reckoning(text, (Clash("TMR at 0.02 µA of at least 10 % (Fig. 3)", "1.5 % (Fig. ED7)", apart),))


@reckoning(5)
def _two_diffusion_constants() -> Reckoning:
    spin, spin_error = carried(relations.spin_diffusivity, "first_zero_crossing_B", "spin_diffusion_length_middle_B")
    charge, charge_error = carried(relations.charge_diffusivity, "critical_field_perpendicular_A", "critical_temperature_A")
    length = number("spin_diffusion_length_middle_B").value
    zero = si(relations.first_zero(charge, length, 0.8e-6), "T", 2)
    slow, fast = uncertain(charge, charge_error, "m^2/s"), uncertain(spin, spin_error, "m^2/s")
    text = (
        f"with D of {slow} from B_c2 the first zero at 0.8 µm stands at {zero}; the zero at 0.125 T needs D of {fast} and a "
        f"lifetime of {si(length**2 / spin, 's')}: {spin / charge:.0f} times that."
    )
    apart = (spin - charge) / math.hypot(spin_error, charge_error)
    return Reckoning(text, (Clash(f"D from B_c2 of {slow}", f"D from the Hanle zero {fast} (Fig. 4d)", apart),))


@reckoning(6)
def _voltage_of_the_current() -> Reckoning:
    resistance, error = carried(lambda change, ratio: change / ratio, "tmr_resistance_A", "tmr_ratio_A")
    peak, gap = math.sqrt(2) * 1e-7 * resistance, relations.nodal_gap(number("critical_temperature_A").value)
    text = (
        f"{uncertain(resistance, error, 'ohm')} at 0.1 µA (rms) make {si(peak, 'V', 2)} at the peak, against a gap of "
        f"{si(gap, 'eV', 2)}: the modulation belongs into every fit of the spectra, as it does here."
    )
    return Reckoning(text)


@reckoning(8)
def _thick_film() -> Reckoning:
    critical = number("critical_temperature_A").value
    needed = relations.screening_length(number("bkt_temperature_A").value)
    film = number("penetration_depth").value ** 2 / number("film_thickness_A").value
    below = 1 - relations.bkt_over_critical(critical, film)
    text = (
        f"Λ = {si(needed, 'm', 2)} at 6.3 K, against {si(film, 'm', 2)} from 69 nm and 11 nm, {needed / film:.0f} times less; "
        f"that film has its T_BKT {100 * below:.2g} % below T_C, that is {si(below * critical, 'K', 2)}, not 0.3 K."
    )
    wanted, error = carried(lambda tc: tc * relations.bkt_over_critical(tc, film), "critical_temperature_A")
    return Reckoning(text, (_clash("T_BKT from the penetration depth,", wanted, error, "K", "bkt_temperature_A"),))


@reckoning(9)
def _criterion() -> Reckoning:
    field, upper, tc = "ordering_field_perpendicular_A", "critical_field_perpendicular_A", "critical_temperature_A"
    length, _ = carried(relations.coherence_length, upper, tc)
    magnetic, _ = carried(relations.magnetic_length, field, upper, tc)
    order, error = carried(relations.ordering_temperature, field, upper, tc)
    back, back_error = carried(relations.ordering_field, "tmr_saturation_temperature_A", upper, tc)
    at_three = relations.ordering_field(3.0, number(upper).value, number(tc).value)
    text = (
        f"B_c2 = 5 T gives ξ0 = {si(length, 'm', 2)}, B_K = 2 T then l_m = {si(magnetic, 'm', 2)} and T_K(0) = "
        f"{si(order, 'K', 2)}. T_K(0) = 2.5 K would put B_K at {si(back, 'T', 2)}, 3 K at {si(at_three, 'T', 2)}."
    )
    clashes = (
        _clash("T_K in zero field from B_K = 2 T,", order, error, "K", "tmr_saturation_temperature_A"),
        _clash("B_K at 1.5 K from T_K of at least 2.5 K,", back, back_error, "T", field),
    )
    return Reckoning(text, clashes)


@reckoning(10)
def _three_channels() -> Reckoning:
    names = ("first_zero_crossing_B", "spin_diffusion_length_short_B", "spin_diffusion_length_middle_B")
    zero, short, middle = (number(name) for name in names)

    def further(field: float, length: float) -> float:
        return relations.further_maximum(relations.spin_diffusivity(field, length), length, 3e-6)

    place, error = carried(further, zero.name, middle.name)
    spin = relations.spin_diffusivity(zero.value, middle.value)
    needed = spin * number("further_maximum_B").value / place
    change = relations.first_zero(spin, middle.value, 3e-6)
    text = (
        f"the zero at 0.8 µm puts the further maximum at 3 µm at {uncertain(place, error, 'T')}, after a change of sign at "
        f"{si(change, 'T', 2)}; 0.4 T needs D of {si(needed, 'm^2/s', 2)}. One material has one spin diffusion length, and the "
        f"two short channels differ by {si(middle.value - short.value, 'm', 2)}."
    )
    apart = (middle.value - short.value) / math.hypot(middle.error, short.error)
    lengths = Clash(f"one λ_s: {si(middle.value, 'm')} at 0.8 µm", f"{si(short.value, 'm')} at 0.6 µm (Fig. 4d)", apart)
    return Reckoning(text, (_clash("further maximum at 3 µm,", place, error, "T", "further_maximum_B"), lengths))
