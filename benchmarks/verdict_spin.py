"""How often a loop is seen where no magnet is, and how large an effect must be for the rivals of loops and gaps to be told.

    python benchmarks/verdict_spin.py [loops of each kind, 1000] [twins of each size, 20]

False alarm: a loop of `synthetic_loops.NULLS` in which a magnet's plateau or peak counts as seen. Power: the share of twins whose
truth is supported (of a rival) or whose rival is excluded (of the paper), against the size of what tells.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import numpy as np

from supraspin.analysis.switching.pairs import pair, read_sweeps
from supraspin.data import make
from supraspin.devices import Device
from supraspin.lab import Setup, simulate
from supraspin.lab.noise import Noise
from supraspin.lab.sample import Sample
from supraspin.verdict import rival
from supraspin.verdict._loop_shape import shape_of
from supraspin.verdict._loops import SEEN
from supraspin.verdict._twin_gaps import two_bands
from supraspin.verdict._twin_loops import StrayField, anisotropic, lines_in_path, unpolarised
from supraspin.verdict.reference import KIT, drawn, measure

if __package__ in (None, ""):
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent))
from synthetic_loops import NULLS, POINTS, X

LOOPS = ("cooling", "junction", "contact", "junction_warm", "junction_minor")


def seen(name: str, count: int) -> float:
    """Share of null loops in which something is seen."""
    rng = np.random.default_rng([0, sorted(NULLS).index(name)])
    first, second = NULLS[name](rng, (2, count, POINTS))
    hits = 0
    for up, down in zip(first, second, strict=True):
        ds = make("magnetoresistance", field=[0.04 * X, -0.04 * X], resistance=[1e3 + up, 1e3 + down])
        (loop,), _ = pair(read_sweeps(ds))
        hits += shape_of(loop).seen >= SEEN
    return hits / count


def share(twin: Callable[[int], list], name: str, verdict: str, runs: int) -> float:
    """Share of twins with that verdict on a rival."""
    return float(np.mean([rival(name).test(twin(key)).verdict == verdict for key in range(500, 500 + runs)]))


def polarised(device: Device, rng: np.random.Generator, factor: float) -> Device:
    part = device.ordering
    return device.model_copy(update={"ordering": part.model_copy(update={"polarisation": factor * part.polarisation})})


def spectra(key: int, factor: float, pairing: str) -> list:
    """Spectra whose junction wanders by `factor` times its usual noise."""
    rng = np.random.default_rng([key, 1])
    device = drawn(Device.load("A"), rng)
    if pairing == "s-wave":
        device = device.model_copy(update={"film": device.film.model_copy(update={"pairing": "s-wave"})})
    setup = Setup.of(device).but(junction_noise=Noise(density=2e-4 * factor, flicker=1e-4 * factor))
    if pairing == "two bands":
        setup = setup.but(sample=Sample(junction_conductance=two_bands(rng)))
    return [simulate(setup, "tunnel_spectrum", key=key, **KIT["spectra"].options)]


def main(count: int = 1000, runs: int = 20) -> None:
    print(f"something is seen in loops without magnets ({count} of each kind)")
    for name in NULLS:
        print(f"  {name:12s} {seen(name, count):.4f}")
    print(f"power ({runs} twins each)")
    for size in (0.001, 0.003, 0.01, 0.03):
        twin = partial(measure, a=Sample(path_resistance=lines_in_path), change=partial(anisotropic, share=size), only=LOOPS)
        print(f"  lines change by {100 * size:g} %: contact AMR supported {share(twin, 'contact AMR', 'supported', runs):.2f}")
    for size in (0.05, 0.1, 0.2, 0.5):
        twin = partial(measure, a=Sample(path_resistance=StrayField(size)), change=unpolarised, only=LOOPS)
        told = share(twin, "stray-field vortices", "supported", runs)
        print(f"  domains of {size:g} T: stray-field vortices supported {told:.2f}")
    for size in (0.005, 0.01, 0.02, 0.05, 1.0):
        twin = partial(measure, change=partial(polarised, factor=size), only=LOOPS)
        told = [
            share(twin, name, "excluded", runs) for name in ("contact AMR", "stray-field vortices", "proximity ferromagnetism")
        ]
        print(f"  film polarised {size:g} times as much: contact AMR, stray field, proximity excluded {told}")
    for factor in (1.0, 10.0, 30.0, 100.0):
        told = [share(partial(spectra, factor=factor, pairing="nodal"), name, "excluded", runs) for name in _GAPS]
        true = [share(partial(spectra, factor=factor, pairing=truth), name, "supported", runs)
                for name, truth in zip(_GAPS, ("s-wave", "two bands"), strict=True)]  # fmt: skip
        print(f"  spectra {factor:g} times as noisy: full gap, two gaps excluded {told} of nodes, supported {true} of their own")


_GAPS = ("full singlet gap", "two singlet gaps")

if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:3]))
