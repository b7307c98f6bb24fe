"""Do hinted measurements bring the odds that they promise?

    python benchmarks/evidence_hints.py [SIMULATED MEASUREMENTS] [CASE ...]

For two models that data cannot tell apart, readings are simulated at settings of `weigh`'s choice, from draws of the posterior of
the one and of the other, and ln B is computed of old and new readings together, less that of the old: its mean beside the
expected one.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

import numpy as np

from supraspin.fit.bayes import Part, weigh
from supraspin.fit.bayes.evidence import evidence
from supraspin.fit.bayes.hints import side_of_weight
from supraspin.fit.bayes.joint import join
from supraspin.fit.bayes.weighing import Weighing
from supraspin.fit.design.settings import candidates
from supraspin.fit.rival import find_rival
from supraspin.model import MODELS

BIAS = np.linspace(-3e-3, 3e-3, 121)
FIELD = np.linspace(-0.3, 0.3, 121)
WARM = {"temperature": 3.5}
PEAK, PAIR = "dynes+peak_conductance+peak_width", "dynes+ysr_conductance+ysr_energy+ysr_width"
VALVE = {"separation": 0.8e-6, "contact_length_injector": 1.5e-6, "contact_length_detector": 1.5e-6}
CASES = {
    "s-wave, warm": (
        ("dynes", "nodal"), BIAS, {"gap": 1e-3, "broadening": 2e-4, **WARM}, 0.05, WARM,
        {"sweeps": [4.0], "temperature": [3.2, 2.8]},
    ),
    "pair, warm": (
        (PAIR, PEAK), BIAS,
        {"gap": 1e-3, "broadening": 8e-5, "temperature": 1.5, "ysr_conductance": 0.2, "ysr_energy": 1e-4, "ysr_width": 4e-5},
        0.02, {"temperature": 1.5}, {"sweeps": [4.0], "temperature": [1.0]},
    ),
    "Hanle, contacts": (
        ("hanle_contacts", "hanle"), FIELD,
        {"amplitude": 1.0, "spin_lifetime": 1.7e-10, "diffusivity": 6.5e-3, **VALVE}, 0.02, VALVE,
        {"sweeps": [4.0], "field": [0.6], "separation": [0.4e-6]},
    ),
}  # fmt: skip
"""Models, the first of which is the truth, coordinate, truth, noise, what the fits hold, and settings to ask about."""


def simulated(names: tuple[str, str], x: np.ndarray, truth: Mapping[str, float], noise: float, seed: int) -> np.ndarray:
    clean = MODELS[names[0].partition("+")[0]].function(x, **truth)
    return np.asarray(clean) + noise * np.random.default_rng(seed).standard_normal(x.size)


def check(found: Weighing, names: tuple[str, str], x, y, noise: float, held: Mapping[str, float], hint, count: int):
    """Mean and standard error of the ln B that a measurement at a hint adds, per true model."""
    out = {}
    problem = found.weights[0].whole.parts[0].problem
    piece = problem.pieces[0]
    (setting,) = candidates(problem.model, piece, dict(piece.constants), noise, {hint.setting: [hint.value]})
    for true, rival in (names, names[::-1]):
        side = side_of_weight(next(w for w in found.weights if w.model == true), piece)
        before = found.log_odds(true, rival)[0]
        gains = []
        for i in range(count):
            rng = np.random.default_rng([i, 7])
            clean = side.predict(side.draws[i % len(side.draws)], setting)[0]
            new = clean + setting.sigma * rng.standard_normal(clean.size)
            more = {name: value * setting.changed.get(name, 1.0) for name, value in held.items()}
            gains.append(
                _both(names, (x, y, held, noise), (setting.coordinates[0], new, more, setting.sigma), true, rival) - before
            )
        out[true] = float(np.mean(gains)), float(np.std(gains, ddof=1) / np.sqrt(count))
    return out


def _both(names, old, new, true: str, other: str) -> float:
    """ln B of old and new readings together."""
    from supraspin.data import make

    sets = []
    for x, y, known, noise in (old, new):
        kind = "hanle" if "separation" in known else "tunnel_spectrum"
        reading = "nonlocal_resistance" if kind == "hanle" else "conductance"
        coordinate = "field" if kind == "hanle" else "bias"
        ds = make(kind, **{coordinate: x, reading: y}, per_sweep=known)
        sets.append(ds.assign(error=(ds[reading].dims, np.broadcast_to(noise, ds[reading].shape).copy())))
    found = {}
    for name in names:
        rival = find_rival(name)
        whole = join([Part(rival.model, sets, options={"sigma": "error", "free": list(rival.freed)})])
        found[name] = evidence(whole, count=1000, nest=False)[0].log_evidence
    return found[true] - found[other]


def main(count: int = 16, *chosen: str) -> None:
    for case in chosen or CASES:
        names, x, truth, noise, held, at = CASES[case]
        y = simulated(names, x, truth, noise, 3)
        began = time.perf_counter()
        found = weigh(list(names), (x, y), sigma=noise, fix=held, at=at)
        print(f"{case}: {found.verdict} ({time.perf_counter() - began:.1f} s)", flush=True)
        for hint in found.hints:
            print(f"  {hint}", flush=True)
            for true, (mean, error) in check(found, names, x, y, noise, held, hint, count).items():
                expected = hint.if_first if true == hint.models[0] else hint.if_second
                print(f"    if {true} is true: {expected:.1f} expected, {mean:.1f} ± {error:.1f} simulated", flush=True)


if __name__ == "__main__":
    main(*(int(a) if a.isdigit() else a for a in sys.argv[1:]))
