"""How often R(T) is called what it is not, how small a rise is still found, and whether the errors cover.

    python benchmarks/false_alarms_resistance.py [--curves 1000] [--quick]

Nulls: curves without a superconductor must not be called superconducting; transitions that do not rise again must not be called
re-entrant, nor go in two steps. The level claimed is 1 %. Power: the share of films with a rise of a given height that is called
re-entrant, against height over noise. Errors: pulls and coverage of T_C, RRR, T_K and height. `synthetic_resistance.py` makes the
curves.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.optimize import brentq

from supraspin.analysis.resistance.curve import curve
from supraspin.analysis.resistance.findings import anomaly
from supraspin.analysis.resistance.mean import channel
from supraspin.analysis.resistance.transition_steps import two_steps
from supraspin.analysis.resistance.transition_verdict import transition
from synthetic_resistance import NULLS, Film, film, null

EFFECTS: dict[str, Callable[[np.random.Generator], dict[str, float]]] = {
    "white noise": lambda rng: {},
    "1/f noise": lambda rng: {"flicker": 10 ** rng.uniform(-2, 1)},
    "creeping offset": lambda rng: {"creep": rng.choice([-1, 1]) * 10 ** rng.uniform(-1, 1.3)},
    "fluctuation tail": lambda rng: {"fluctuation": 10 ** rng.uniform(-4, -1.5)},
    "incomplete": lambda rng: {"floor": rng.uniform(0.05, 0.7)},
    "lagging thermometer": lambda rng: {"delay": rng.uniform(0, 30)},
    "lead offset": lambda rng: {"lead": 10 ** rng.uniform(0, 2)},
}
CALIBRATED = Film(height=0.3, low=1.4, high=320.0, slope=0.0, flicker=0.1, thermometer=0.004, delay=4.0)


def superconducting_nulls(name: str, curves: int, seed: int) -> float:
    """Share of the null curves of a sort that are called superconducting."""
    rng = np.random.default_rng(seed)
    return float(np.mean([transition(curve(*null(name, rng))).found for _ in range(curves)]))


def any_film(rng: np.random.Generator, effect: str) -> Film:
    """A film drawn at random, without a rise, with one imperfection."""
    tc = rng.uniform(2, 9)
    usual = {
        "critical_temperature": tc, "width": 10 ** rng.uniform(-2, -0.3), "lead": 10 ** rng.uniform(-2, 1.3),
        "white": 10 ** rng.uniform(-2, 0.7), "thermometer": 10 ** rng.uniform(-4, -2), "low": tc * rng.uniform(0.05, 0.6),
        "high": tc * rng.uniform(1.4, 3),
    }  # fmt: skip
    return Film(count=int(rng.choice([200, 600, 2000])), **{**usual, **EFFECTS[effect](rng)})


def film_nulls(effect: str, curves: int, seed: int) -> tuple[float, float, float]:
    """Of films that go straight to their floor: the share found, called re-entrant, called two-step."""
    rng = np.random.default_rng(seed)
    seen = []
    for _ in range(curves):
        one = curve(*film(rng, any_film(rng, effect), int(rng.choice([-1, 1]))))
        found = transition(one)
        seen.append((found.found, found.reentrant, found.found and two_steps(one, found) is not None))
    share = np.mean(seen, axis=0)
    return float(share[0]), float(share[1]), float(share[2])


def power(height: float, noise: float, curves: int, seed: int) -> float:
    """Share of films called re-entrant whose resistance rises by `height` R_N, with white noise (and half of 1/f) in R_N."""
    rng = np.random.default_rng(seed)
    truth = Film(height=height, white=100 * noise, flicker=50 * noise)
    return float(np.mean([transition(curve(*film(rng, truth, int(rng.choice([-1, 1]))))).reentrant for _ in range(curves)]))


def two_step_power(apart: float, curves: int, seed: int) -> float:
    """Share of films called two-step of which halves have T_C `apart` widths from one another."""
    rng = np.random.default_rng(seed)
    upper = Film(width=0.1)
    lower = replace(upper, critical_temperature=upper.critical_temperature - apart * upper.width)
    called = 0
    for _ in range(curves):
        t, r = film(rng, upper)
        one = curve(t, 0.5 * r + 0.5 * lower.resistance(t))
        found = transition(one)
        called += found.found and two_steps(one, found) is not None
    return called / curves


def cooled_and_warmed(rng: np.random.Generator, truth: Film) -> list:
    """Cooling and warming sweeps of a film to 320 K: most points below 12 K, phonons above."""
    sweeps = []
    for direction in (-1, 1):
        low = replace(truth, high=12.0, count=1200)
        t, r = film(rng, low, direction)
        hot = np.linspace(12.5, truth.high, 600)[::direction]
        above = truth.lead + truth.normal * (1 + 7 * (hot / 300.0) ** 1.5) + truth.white * rng.normal(size=hot.size)
        above += truth.flicker * rng.normal()
        parts = ((hot, above), (t, r)) if direction < 0 else ((t, r), (hot, above))
        sweeps.append(curve(*(np.concatenate(x) for x in zip(*parts, strict=True)), direction=direction))
    return sweeps


def pulls(films: int, seed: int, truth: Film = CALIBRATED) -> dict[str, np.ndarray]:
    """(estimate - truth) / error of the headline numbers over films with lead resistance, 1/f noise, noisy late thermometers."""
    rng = np.random.default_rng(seed)
    plain = replace(truth, height=0.0)
    tc = brentq(lambda t: plain.resistance(np.array([t]))[0] - plain.lead - 0.5 * plain.normal, 5.0, 8.0)
    hot = 1 + 7 * (273.15 / 300.0) ** 1.5
    out: dict[str, list[float]] = {"T_C": [], "RRR": [], "T_K": [], "height": []}
    for _ in range(films):
        found = channel("film", cooled_and_warmed(rng, truth), None, 273.15)
        value = found.level(0.5)
        if value is not None:
            out["T_C"].append((value.value - tc) / value.stderr)
        for ratio in found.ratios:
            out["RRR"].append((ratio.value - hot) / ratio.stderr)
        if found.reentrant:
            said = {one.name: one for one in anomaly(found)}
            onset, height = said["ordering_temperature"], said["anomaly_height"]
            out["T_K"].append((onset.value - truth.ordering_temperature) / (onset.stderr or np.inf))
            tops = [seen.rising.top for _, seen in found.seen if seen.rising is not None]
            high = float(np.mean([truth.height * (1 - (top / truth.ordering_temperature) ** 2) for top in tops]))
            out["height"].append((height.value - high) / (height.stderr or np.inf))
    return {name: np.array(values) for name, values in out.items()}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--curves", type=int, default=1000)
    arguments.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    count = 20 if (wishes := arguments.parse_args()).quick else wishes.curves
    began = time.perf_counter()
    print(f"{count} curves each\ncalled superconducting:")
    for name in NULLS:
        print(f"  {name:<22}{100 * superconducting_nulls(name, count, 1):7.2f} %")
    print("transitions that do not rise again:      found   re-entrant   two-step")
    for effect in EFFECTS:
        found, risen, two = film_nulls(effect, count, 2)
        print(f"  {effect:<36}{100 * found:7.1f} %{100 * risen:9.2f} %{100 * two:9.2f} %")
    noises = (0.001, 0.01, 0.03)
    print("called re-entrant, by height and noise (in R_N):" + "".join(f"{n:>10.1%}" for n in noises))
    for height in (0.02, 0.04, 0.08, 0.2, 0.4):
        print(f"  {height:<46.0%}" + "".join(f"{100 * power(height, n, count // 10, 3):8.0f} %" for n in noises))
    print("called two-step, by distance of the two T_C over their width:")
    for apart in (2, 4, 6, 10, 20):
        print(f"  {apart:<6}{100 * two_step_power(apart, count // 10, 4):8.0f} %")
    print("pulls:        mean    width   in 68 %   in 95 %   number")
    for name, p in pulls(max(count // 4, 10), 5).items():
        inside = [100 * float(np.mean(np.abs(p) < z)) for z in (1.0, 1.96)]
        print(f"  {name:<8}{p.mean():+8.2f}{p.std():9.2f}{inside[0]:9.1f}{inside[1]:10.1f}{p.size:9d}")
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
