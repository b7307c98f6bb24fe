"""Marks that several rivals share, with what the paper expects of them; each rival adds what it expects itself."""

from __future__ import annotations

import math

from supraspin.verdict import _cooling, _currents, _field, _switching, _valve
from supraspin.verdict.outcome import Expected
from supraspin.verdict.rival import Mark

_COOLING = "R(T) in zero field from 1.5 T_c down to below T_K/2, cooling and warming"
_LOOPS = "loops of the tunnel junction below T_K at 0.1 µA or less, in steps of a tenth of the smaller coercive field, both ways"
_MAP = "R(T) from 1.2 T_c down at fields from 0 to beyond B_c2, in steps of B_K/8 or less"


def rise(rival: Expected) -> Mark:
    return Mark(
        "return of R in zero field", "1", ("resistance_temperature",), _cooling.rise,
        Expected(0.03, 1.0, "below T_K the resistance returns"), rival, _COOLING,
    )  # fmt: skip


RETURNS = Expected(0.03, 1.0, "the resistance returns")
"""What all that would explain the return of the resistance must have."""


def floor(rival: Expected) -> Mark:
    return Mark(
        "R in between", "1", ("resistance_temperature",), _cooling.floor,
        Expected(-0.05, 0.08, "between T_K and T_c the film superconducts"), rival, _COOLING,
    )  # fmt: skip


def memory_of_order() -> Mark:
    """The same as the paper expects: a rival that has order too."""
    return memory(Expected(2e-3, 1.0, "the moments order, and so switch"))


def sharpness(rival: Expected) -> Mark:
    return Mark(
        "onset of the return", "1", ("resistance_temperature",), _cooling.sharpness,
        Expected(0.0, 1.0, "order sets in at a temperature, (1 - T/T_K)^beta with beta up to 1"), rival, _COOLING,
    )  # fmt: skip


def warm_field(rival: Expected) -> Mark:
    return Mark(
        "R in a field above T_c", "1", ("resistance_temperature", "magnetoresistance"), _field.warm,
        Expected(-0.005, 0.3, "the normal metal knows no field; fluctuations that it breaks raise R"), rival,
        "a map that reaches 1.5 T_c, in fields up to k_B T/mu_B (4 T at 3 K) or more",
    )  # fmt: skip


def contacts(rival: Expected) -> Mark:
    return Mark(
        "return of R with other contacts", "1", ("resistance_temperature",), _cooling.contacts,
        Expected(0.7, 1.0, "order is all over the film, whatever contacts see it"), rival,
        "R(T) in zero field with another pair of voltage contacts (an entry `contacts` in the header of each file)",
    )  # fmt: skip


def against_current(rival: Expected) -> Mark:
    return Mark(
        "R against current", "1", ("iv_curve", "resistance_temperature"), _currents.against_current,
        Expected(-0.04, 0.04, "the ordered regions are ohmic until the superconductor breaks"), rival,
        "V(I) at T_K/2 or below, from a hundredth of the critical current up to it, both ways",
    )  # fmt: skip


def memory(rival: Expected) -> Mark:
    return Mark(
        "memory in the junction's loops", "1", ("magnetoresistance",), _switching.memory,
        Expected(2e-3, 1.0, "the film's moments and the contact's switch at different fields, by 1.5 % or more"), rival, _LOOPS,
    )  # fmt: skip


NO_MEMORY = Expected(-1e-3, 1e-3, "nothing in the film remembers a field; a contact's own magnetoresistance is smaller than that")


def trend(rival: Expected) -> Mark:
    return Mark(
        "course of B_K with T", "1", ("resistance_temperature", "magnetoresistance"), _field.trend,
        Expected(-math.inf, 0.0, "the warmer, the less field is needed to end the order"), rival, _MAP,
    )  # fmt: skip


def start(rival: Expected) -> Mark:
    return Mark(
        "R in zero field", "1", ("resistance_temperature", "magnetoresistance"), _field.start,
        Expected(0.9, 1.1, "order is strongest in zero field"), rival, _MAP,
    )  # fmt: skip


def direction(rival: Expected) -> Mark:
    return Mark(
        "direction of the field", "1", ("resistance_temperature", "magnetoresistance"), _field.direction,
        Expected(math.log(1.3), math.inf, "order ends with the superconductor, which a field along the film hurts less"), rival,
        "maps with the field along the film and across it, each down to T_K/2 and beyond B_K",
    )  # fmt: skip


def odd_share(rival: Expected) -> Mark:
    return Mark(
        "oddness in the current", "1", ("nonlocal_bias",), _valve.odd_share,
        Expected(0.0, 0.1, "dV/dI of an injected spin is the same for both signs of the current"), rival,
        "non-local resistance against direct currents of both signs, in both alignments",
    )  # fmt: skip


def precession(rival: Expected) -> Mark:
    return Mark(
        "contrast in a field across", "1", ("hanle",), _valve.precession,
        Expected(-0.6, 0.6, "spins precess and dephase"), rival,
        "Hanle curves of parallel and antiparallel electrodes, to ten times the field of the first zero",
    )  # fmt: skip
