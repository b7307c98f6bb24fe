"""How often a peak at zero bias is claimed in tunnel spectra that have none, and how often one is found that is there.

    python benchmarks/false_alarms_peak.py [spectra of each kind, 400]

False alarm: a fit of the right gap with a peak takes part in the comparison (`with_peaks` lets it in). Power: the share of
spectra of a nodal gap with a Gaussian peak for which one does, against its height over the noise of a reading.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from supraspin.analysis.tunnelling.peaks import with_peaks
from supraspin.analysis.tunnelling.rivals import fit_gap
from supraspin.analysis.tunnelling.spectra import prepare, to_dataset
from supraspin.data import make
from supraspin.model import MODELS

BIAS = np.linspace(-4e-3, 4e-3, 241)
NORMAL = 20e-6
WARM = 1.5
TWO = {"gap": 1.3e-3, "gap_2": 0.7e-3, "weight": 0.5, "broadening_2": 4e-5}


def spectrum(rng: np.random.Generator, model: str, noise: float, **changes):
    """A cold and a normal spectrum: white noise (a part of the normal conductance), bias offset, sloping background."""
    own = {"gap": 1e-3, "broadening": 6e-5, "normal_conductance": NORMAL, "critical_temperature": 6.5} | changes
    offset, slope = rng.uniform(-3e-5, 3e-5), rng.uniform(-20, 20)
    shape = MODELS[model].function
    curves = []
    for t in (WARM, 9.0):
        parts = own if t == WARM else {k: v for k, v in own.items() if not k.startswith(("peak", "ysr"))}
        clean = (1 + slope * BIAS) * np.asarray(shape(BIAS - offset, temperature=t, **parts))
        curves.append(clean + noise * NORMAL * rng.normal(size=BIAS.size))
    return make("tunnel_spectrum", bias=BIAS, conductance=curves, per_sweep={"temperature": [WARM, 9.0]})


def claims(rng: np.random.Generator, model: str, noise: float, **changes) -> bool:
    ready = prepare(spectrum(rng, model, noise, **changes))
    data = to_dataset([ready.spectra[0]], ready.window, [WARM])
    return len(with_peaks(model, fit_gap(model, ready.spectra[0], ready.window, WARM, {}), data)) > 1


def false_alarms(model: str, count: int, seed: int = 0) -> float:
    rng = np.random.default_rng([seed, sorted(MODELS).index(model)])
    changes = TWO if model == "two_gap" else {}
    return sum(claims(rng, model, float(10 ** rng.uniform(-3.5, -1.5)), **changes) for _ in range(count)) / count


def power(ratio: float, count: int, seed: int = 0) -> float:
    """Of peaks `ratio` times as high as the noise of a reading, a Gaussian of 0.2 mV inside a nodal gap of 1 mV."""
    rng = np.random.default_rng([seed, 5])
    return sum(
        claims(rng, "nodal", 0.01, peak_conductance=0.01 * ratio * NORMAL, peak_width=2e-4) for _ in range(count)
    ) / count  # fmt: skip


def main(count: int = 400) -> None:
    for model in ("dynes", "nodal", "two_gap"):
        began = time.perf_counter()
        rate = false_alarms(model, count)
        print(f"{model:<12} without a peak: claimed in {rate:.2%} of {count}; {(time.perf_counter() - began) / count:.2f} s each")
    for ratio in (1, 2, 3, 5, 10):
        print(f"nodal, a peak {ratio:>2} times the noise: found in {power(ratio, count // 8):.0%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
