"""How often R(T) is called what it is not, how small a rise is still found, and whether the errors cover.

    python benchmarks/false_alarms_resistance.py [--curves 1000] [--quick]

Nulls: curves without a superconductor must not be called superconducting; transitions that do not rise again must not be called
re-entrant, nor go in two steps. The level claimed is 1 %. Power: the share of films with a rise of a given height that is called
re-entrant, against height over noise, and of transitions that are found at all, against noise. Errors: pulls and coverage of
T_C, RRR, T_K, height and of warming against cooling; and of T_C where the readings end 3 to 12 % above it. A single jump of the
reading is no null of one sweep, since a sharp transition looks the same: counted is how often it is called a transition without
the flag that says so. `synthetic_resistance.py` makes the curves.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

from supraspin.analysis.resistance.curve import curve
from supraspin.analysis.resistance.findings import anomaly
from supraspin.analysis.resistance.flags import verdict_flags
from supraspin.analysis.resistance.lagging import lag
from supraspin.analysis.resistance.mean import channel
from supraspin.analysis.resistance.transition_steps import two_steps
from supraspin.analysis.resistance.transition_verdict import LEVELS, transition
from synthetic_resistance import NULLS, Film, film, null

EFFECTS: dict[str, Callable[[np.random.Generator], dict[str, float]]] = {
    "white noise": lambda rng: {},
    "1/f noise": lambda rng: {"flicker": 10 ** rng.uniform(-2, 1)},
    "creeping offset": lambda rng: {"creep": rng.choice([-1, 1]) * 10 ** rng.uniform(-1, 1.3)},
    "fluctuation tail": lambda rng: {"fluctuation": 10 ** rng.uniform(-4, -1.5)},
    "incomplete": lambda rng: {"floor": rng.uniform(0.05, 0.7)},
    "lagging thermometer": lambda rng: {"delay": rng.uniform(0, 30)},
    "lead offset": lambda rng: {"lead": 10 ** rng.uniform(0, 2)},
    "short normal state": lambda rng: {},
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
    made = Film(count=int(rng.choice([200, 600, 2000])), **{**usual, **EFFECTS[effect](rng)})
    return shortened(rng, made) if effect == "short normal state" else made


def shortened(rng: np.random.Generator, made: Film, widths: tuple[float, float] = (4.0, 12.0)) -> Film:
    """The same film with readings that end 3 to 12 % above T_C, some widths (standard deviations of T_C) above it."""
    tc = made.critical_temperature
    end = rng.uniform(0.03, 0.12) * tc
    return replace(made, high=tc + end, width=end / rng.uniform(*widths))


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
    tc = {x: brentq(lambda t, x=x: plain.resistance(np.array([t]))[0] - plain.lead - x * plain.normal, 5, 8) for x in LEVELS}
    hot = 1 + 7 * (273.15 / 300.0) ** 1.5
    late = -2 * truth.delay * (12.0 - truth.low) / 1199
    out: dict[str, list[float]] = {name: [] for name in (*map(_level, LEVELS), "shift", "RRR", "T_K", "height")}
    for _ in range(films):
        found = channel("film", cooled_and_warmed(rng, truth), None, 273.15)
        for x in LEVELS:
            if (value := found.level(x)) is not None:
                out[_level(x)].append((value.value - tc[x]) / value.stderr)
        if (shift := lag(found)) is not None:
            out["shift"].append((shift.shift.value - late) / shift.shift.stderr)
        for ratio in found.ratios:
            out["RRR"].append((ratio.value - hot) / ratio.stderr)
        if found.reentrant:
            said = {one.name: one for one in anomaly(found)}
            onset, height = said["upturn_temperature"], said["anomaly_height"]
            out["T_K"].append((onset.value - truth.ordering_temperature) / (onset.stderr or np.inf))
            tops = [seen.rising.top for _, seen in found.seen if seen.rising is not None]
            high = float(np.mean([truth.height * (1 - (top / truth.ordering_temperature) ** 2) for top in tops]))
            out["height"].append((height.value - high) / (height.stderr or np.inf))
    return {name: np.array(values) for name, values in out.items()}


def short_pulls(films: int, seed: int, widths: tuple[float, float] = (4.0, 12.0)) -> tuple[float, dict[str, np.ndarray]]:
    """Share found and pulls of T_C of films whose readings end 3 to 12 % above it, with noise up to 1 % and few readings."""
    rng = np.random.default_rng(seed)
    out: dict[str, list[float]] = {_level(x): [] for x in LEVELS}
    seen = 0
    for _ in range(films):
        usual = replace(any_film(rng, "white noise"), lead=10 ** rng.uniform(-2, 0.6), white=10 ** rng.uniform(-2, 0))
        truth = replace(shortened(rng, usual, widths), count=int(rng.choice([60, 120, 600])), slope=rng.uniform(-0.01, 0.01))
        found = transition(curve(*film(rng, truth, int(rng.choice([-1, 1])))))
        seen += found.found
        for x, point in (found.crossings or {}).items():
            tc = truth.critical_temperature + truth.width * ndtri(x)
            out[_level(x)].append((point.temperature - tc) / point.stderr)
    return seen / films, {name: np.array(values) for name, values in out.items()}


def _level(x: float) -> str:
    return f"T_C {100 * x:.0f} %"


def detection(noise: float, curves: int, seed: int, high: float = 12.0) -> float:
    """Share of films to `high` that are called superconducting at all, with white noise (and half of 1/f) in parts of R_N."""
    rng = np.random.default_rng(seed)
    truth = Film(white=100 * noise, flicker=50 * noise, high=high, count=300)
    return float(np.mean([transition(curve(*film(rng, truth))).found for _ in range(curves)]))


def jumps(curves: int, seed: int) -> tuple[float, float]:
    """Of metals whose reading jumps once: the share called superconducting, and the share called so without a flag."""
    rng = np.random.default_rng(seed)
    called = silent = 0
    for _ in range(curves):
        found = channel("metal", [curve(*null("jump", rng))], None, 273.15)
        called += found.superconducts
        silent += found.superconducts and all(flag.code != "transition_or_jump" for flag in verdict_flags(found))
    return called / curves, silent / curves


def told(found: dict[str, np.ndarray]) -> None:
    """Print mean, width and coverage of pulls."""
    for name, p in found.items():
        inside = [100 * float(np.mean(np.abs(p) < z)) for z in (1.0, 1.96)]
        print(f"  {name:<9}{p.mean():+7.2f}{p.std():9.2f}{inside[0]:9.1f}{inside[1]:10.1f}{p.size:9d}")


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
    print("called superconducting at all, by noise (in R_N), readings to 12 K and to 7.2 K, T_C = 6.6 K:")
    for noise in (0.01, 0.03, 0.1, 0.2, 0.3):
        print(
            f"  {noise:<6.0%}{100 * detection(noise, count // 10, 6):8.0f} %{100 * detection(noise, count // 10, 7, 7.2):8.0f} %"
        )
    called, silent = jumps(count, 8)
    print(f"a single jump of the reading: called superconducting {100 * called:.1f} %, without a flag {100 * silent:.2f} %")
    print("pulls:        mean    width   in 68 %   in 95 %   number")
    told(pulls(max(count // 4, 10), 5))
    for widths in ((3.2, 4.0), (4.0, 12.0)):
        found, pulled = short_pulls(max(count // 2, 20), 9, widths)
        print(f"readings to 3 to 12 % above T_C, {widths[0]:g} to {widths[1]:g} widths: found {100 * found:.0f} %")
        told(pulled)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
