"""Singlet gaps in place of a triplet's: one with nodes, one without, and two of them.

A spectrum knows the size of the gap around the Fermi line, not the spin of the pairs: a singlet with nodes (d-wave, say) has the
density of states of the triplet with the same nodes, so that no spectrum tells them apart. A full gap and two full gaps have
densities of states of their own, and are told (`_gap_signs`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.devices import Device
from supraspin.lab.sample import Sample
from supraspin.verdict._gap_fits import FITS
from supraspin.verdict._gap_signs import lesser_band, misfit, share
from supraspin.verdict._twin_gaps import two_bands
from supraspin.verdict.outcome import Expected, Reading
from supraspin.verdict.reference import measure, reference
from supraspin.verdict.rival import Mark, Rival

if TYPE_CHECKING:
    import xarray as xr

_KIND = ("tunnel_spectrum",)
_SPECTRA = "dI/dV from below 0 to beyond four gaps at a temperature above T_K and below T_c/2, with the modulation told"


def _blind(data: Sequence[xr.Dataset]) -> Reading | str:
    return "a density of states does not know the spin of the pairs"


def _full(device: Device, rng: np.random.Generator) -> Device:
    by = float(np.exp(0.1 * rng.standard_normal()))
    return device.model_copy(update={"film": device.film.model_copy(
        update={"pairing": "s-wave", "broadening": by * device.film.broadening}
    )})  # fmt: skip


def full_gap(key: int) -> list[xr.Dataset]:
    return measure(key, change=_full)


def two_gaps(key: int) -> list[xr.Dataset]:
    rng = np.random.default_rng([key, 0x7467])
    return measure(key, a=Sample(junction_conductance=two_bands(rng)))


def _nodes(rival: Expected) -> Mark:
    return Mark("misfit of a gap with nodes", "1", _KIND, misfit("nodal"), Expected(0.0, FITS, "none"), rival, _SPECTRA)


_ANY = Expected(0.0, math.inf, "any")
_SPIN = tuple(
    Mark(name, "1", _KIND, _blind, Expected(-math.inf, math.inf, paper), Expected(-math.inf, math.inf, singlet), measurement)
    for name, paper, singlet, measurement in (
        ("spin susceptibility of the pairs", "does not fall along the pairs' spins", "vanishes at T = 0",
         "Knight shift (77-Se) or muon spin rotation from above T_c to T_c/10, field along and across the film"),
        ("field that pairs withstand", "beyond the Pauli limit in one direction", "below it, but for spin-orbit coupling",
         "critical field in the plane to far beyond 1.86 T/K T_c, at T_c/10; Ising spin-orbit coupling lets a singlet pass it "
         "too, so that it tells only beside an undoped film of the same thickness"),
        ("spin of the current that pairs carry", "polarised contacts reflect less: no full Andreev blocking", "blocked",
         "Andreev reflection from a polarised contact against the angle between its magnetisation and the film's"),
    )
)  # fmt: skip

NODAL = Rival(
    name="nodal singlet",
    claim="The pairs are singlets whose gap has nodes.",
    against="pairing",
    source="doi:10.1103/PhysRevB.49.1397",
    twin=reference,
    marks=(_nodes(Expected(0.0, FITS, "none: the same density of states")), *_SPIN),
)
FULL = Rival(
    name="full singlet gap",
    claim="The pairs are s-wave singlets with one full gap.",
    against="pairing",
    source="doi:10.1103/PhysRevLett.41.1509",
    twin=full_gap,
    marks=(
        _nodes(_ANY),
        Mark(
            "share of a full gap", "1", _KIND, share("dynes"),
            paper=Expected.exactly(0.0, "none: the spectrum is that of nodes"),
            rival=Expected.exactly(1.0, "all"), measurement=_SPECTRA,
        ),
        Mark(
            "misfit of a full gap", "1", _KIND, misfit("dynes"), paper=_ANY,
            rival=Expected(0.0, FITS, "none"), measurement=_SPECTRA,
        ),
    ),
)  # fmt: skip
TWO = Rival(
    name="two singlet gaps",
    claim="Two bands with full gaps of their own stand for the gap with nodes.",
    against="pairing",
    source="arXiv:1711.09615",
    twin=two_gaps,
    marks=(
        _nodes(_ANY),
        Mark(
            "share of two gaps", "1", _KIND, share("two_gap"),
            paper=Expected.exactly(0.0, "none: the spectrum is that of nodes"),
            rival=Expected.exactly(1.0, "all"), measurement=_SPECTRA,
        ),
        Mark(
            "misfit of two gaps", "1", _KIND, misfit("two_gap"), paper=_ANY,
            rival=Expected(0.0, FITS, "none"), measurement=_SPECTRA,
        ),
        Mark(
            "weight of the lesser band", "1", _KIND, lesser_band, paper=Expected(0.0, 1.0, "any: it is no band"),
            rival=Expected(0.05, 1.0, "seen, at a gap of its own"), measurement=_SPECTRA,
        ),
    ),
)  # fmt: skip
RIVALS = (NODAL, FULL, TWO)
