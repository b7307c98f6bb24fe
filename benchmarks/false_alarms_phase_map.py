"""How often order is claimed on maps without it, how often it is found where it is, and whether the numbers' errors hold.

    python benchmarks/false_alarms_phase_map.py [maps of each kind, 1000]

False alarm: an FM+SC region on a map drawn from `synthetic_map.NULLS` or on noise alone. Power: the share of ordered maps on
which the region is found, against the height of the rise over the noise of a reading. Pulls: (estimate - truth) / error of T_c0,
B_c2(0), xi, D, T_K(0), B_K and l_m over films with imperfections that the fit lacks.
"""

from __future__ import annotations

import math
import sys
import time
from collections import defaultdict
from dataclasses import replace

import numpy as np
from scipy.optimize import brentq

from supraspin.analysis.critical_field.findings import film_findings, fit_criteria
from supraspin.analysis.critical_field.monotonic import lines
from supraspin.analysis.critical_field.normal import normal_state
from supraspin.analysis.phase_map.coherence import criterion
from supraspin.analysis.phase_map.edges import boundaries
from supraspin.analysis.phase_map.findings import order_findings
from supraspin.analysis.phase_map.rise import LEVEL
from supraspin.analysis.result import Finding
from supraspin.errors import FitError
from supraspin.models._pair_breaking import electron_diffusivity

if __package__ in (None, ""):
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent))
from synthetic_map import NULLS, FilmMap, film_map, null, random_film

KINDS = (*NULLS, "noise only")
HEIGHTS = (0.03, 0.05, 0.1, 0.2, 0.4)
NOISES = (0.1, 1.0, 5.0)


def ordered(ds) -> bool:
    """Whether an FM+SC region is claimed on a map."""
    try:
        found = lines(ds, {})
        return boundaries(found, normal_state(found)).order is not None
    except FitError:
        return False


def false_alarms(name: str, count: int, seed: int = 0) -> float:
    """Share of `count` maps of one null on which order is claimed."""
    rng = np.random.default_rng([seed, KINDS.index(name)])
    return float(np.mean([ordered(null(name, rng)) for _ in range(count)]))


def ordered_film(rng: np.random.Generator, height: float, **changes) -> FilmMap:
    """A film with imperfections at random that orders below about half of T_c, measured down to a third of T_K."""
    film = random_film(rng, height=height, **changes)
    film = replace(film, magnetic_length=film.coherence_length / math.sqrt(1 - rng.uniform(0.35, 0.55)))
    return replace(film, low=rng.uniform(0.2, 0.5) * film.ordering_temperature, smear=rng.uniform(0, 0.03))


def power(height: float, noise: float, count: int, seed: int = 0) -> float:
    """Share of `count` films with a rise of `height` (parts of R_N) and white and 1/f noise of `noise` % each that are found."""
    rng = np.random.default_rng([seed, 999])
    seen = []
    for _ in range(count):
        film = ordered_film(rng, height, white=noise, flicker=noise)
        along = str(rng.choice(["temperature", "field"]))
        seen.append(ordered(film_map(rng, film, along=along, lines=20, points=100, gaps=bool(rng.random() < 0.3))))
    return float(np.mean(seen))


def findings(ds, base: float) -> list[Finding]:
    """The numbers of both analyses of a map of a film in a field across it, without their figures and rivals."""
    try:
        found = lines(ds, {})
        seen = boundaries(found, normal_state(found))
        spread = fit_criteria(seen.normal, 0.5)
        told = film_findings(spread, {})
        if seen.order is not None:
            order = seen.order.turned(math.pi / 2)
            told += order_findings(criterion(spread.main, order.points), order, base, math.pi / 2, None, True)
    except FitError:
        return []
    return told


def pulls(count: int, seed: int = 0) -> dict[str, np.ndarray]:
    """(estimate - truth) / statistical error over `count` films in a field across them; NaN where no number is given."""
    rng = np.random.default_rng([seed, 77])
    out: dict[str, list[float]] = defaultdict(list)
    for _ in range(count):
        film = replace(ordered_film(rng, rng.uniform(0.1, 0.5), angle=math.pi / 2), fluctuation=0.0, lag=0.0, thermometer=0.01)
        film = replace(film, largest=film.scale * rng.uniform(0.7, 1.2))
        ds = film_map(rng, film, along=str(rng.choice(["temperature", "field"])), lines=int(rng.integers(10, 30)),
                      points=int(rng.integers(80, 200)), gaps=bool(rng.random() < 0.3))  # fmt: skip
        base = float(np.nanmin(ds["temperature"].values))
        truth = {
            "critical_temperature": film.critical_temperature, "critical_field_perpendicular": film.scale,
            "coherence_length": film.coherence_length, "ordering_temperature": film.ordering_temperature,
            "electron_diffusivity": float(electron_diffusivity(film.critical_temperature, film.coherence_length)),
            "ordering_field": brentq(lambda b, f=film, t=base: float(f.order(b)) - t, 0.0, film.scale),
            "magnetic_length": film.magnetic_length,
        }  # fmt: skip
        told = {one.name: one for one in findings(ds, base)}
        for name, value in truth.items():
            one = told.get(name)
            out[name].append((one.value - value) / one.stderr if one is not None and one.stderr else math.nan)
    return {name: np.array(values) for name, values in out.items()}


def main(count: int = 1000) -> None:
    print(f"order claimed on fewer than {100 * LEVEL:g} % of maps without it; {count} maps of each kind")
    for name in KINDS:
        began = time.perf_counter()
        print(f"  {name:26s} {false_alarms(name, count):.4f}   {time.perf_counter() - began:.0f} s", flush=True)
    print("power against the height of the rise (rows, parts of R_N) and the noise of a reading (columns, % of R_N)")
    print("        " + "".join(f"{noise:8g}" for noise in NOISES))
    for height in HEIGHTS:
        print(f"  {height:5g} " + "".join(f"{power(height, noise, max(count // 10, 20)):8.2f}" for noise in NOISES), flush=True)
    print("pulls: mean, width, inside 68 % and 95 %")
    for name, values in pulls(max(count // 4, 20)).items():
        z = values[np.isfinite(values)]
        inside = [float(np.mean(np.abs(z) < k)) for k in (1, 1.96)]
        print(f"  {name:30s} {z.mean():+.2f} {z.std():.2f} {inside[0]:.2f} {inside[1]:.2f}   ({z.size} of {values.size})")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:2]))
