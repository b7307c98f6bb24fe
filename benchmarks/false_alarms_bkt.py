"""How often a BKT transition is claimed in V-I curves that have none, and how often it is found where there is one.

    python benchmarks/false_alarms_bkt.py [families of each kind, 1000]

False alarm: a temperature T_BKT, or a lower limit of it, for a family drawn from `synthetic_bkt.NULLS`. Power: the share of
films with a transition for which it is claimed, against the noise, with the pulls of T_BKT.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import numpy as np

from supraspin.analysis.bkt.curves import make_curve
from supraspin.analysis.bkt.family import Family, make_family
from supraspin.analysis.bkt.levels import noise_of
from supraspin.analysis.bkt.resistance import fit_resistance
from supraspin.analysis.bkt.verdict import LEVEL, Verdict, judge

if __package__ in (None, ""):
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent))
from synthetic_bkt import NULLS, Film, bulk, film, resistance

FLOORS = (2e-9, 20e-9, 100e-9, 500e-9, 2e-6, 10e-6, 50e-6, 200e-6)
RESISTANCES: dict[str, dict[str, float]] = {
    "as it is": {}, "noise x 10": {"floor": 0.05, "relative": 1e-2}, "thermometer 4 mK": {"thermometer": 4e-3},
    "finite-size tail x 10": {"tail": 2e-3}, "lead 5 ohm": {"lead": 5.0}, "b = 3": {"bkt_constant": 3.0},
}  # fmt: skip


def verdict(curves) -> tuple[Family, Verdict]:
    """What the analysis makes of a family of (temperature, current, voltage)."""
    made = [make_curve(i, v, t) for t, i, v in curves]
    family = make_family(sorted((curve for curve in made if curve is not None), key=lambda curve: curve.temperature))
    return family, judge(family)


def false_alarms(name: str, count: int, seed: int = 0) -> float:
    """Share of `count` families of one null for which T_BKT or a lower limit of it is claimed."""
    rng = np.random.default_rng([seed, sorted(NULLS).index(name)])
    return sum(verdict(NULLS[name](rng))[1].status in ("crossing", "above") for _ in range(count)) / count


def leaps_claimed(count: int, seed: int = 0) -> tuple[float, float]:
    """Of bulk transitions: share claimed as BKT, and share called abrupt."""
    rng = np.random.default_rng([seed, 99])
    found = [verdict(bulk(rng))[1].status for _ in range(count)]
    return sum(s in ("crossing", "above") for s in found) / count, found.count("abrupt") / count


def detection(what: Film, count: int, seed: int = 0) -> tuple[float, np.ndarray, np.ndarray]:
    """Share of films claimed, and for those pulls (n,) with the statistical error and deviations over the total error (n,)."""
    rng = np.random.default_rng([seed, 7])
    pulls, whole = [], []
    for _ in range(count):
        family, said = verdict(film(rng, what))
        if said.status == "crossing" and family.crossing is not None:
            off = family.crossing.temperature - what.bkt_temperature
            error = family.crossing.stderr
            pulls.append(off / error)
            whole.append(off / np.sqrt(error**2 + family.systematic**2 + family.crossing.interpolation**2))
    return len(pulls) / count, np.array(pulls), np.array(whole)


def by_resistance(count: int, seed: int = 0, **changes) -> tuple[np.ndarray, np.ndarray]:
    """Pulls (n,) of T_BKT from `count` R(T) curves, with the statistical error and with the total one."""
    rng = np.random.default_rng([seed, 13])
    pulls, whole = [], []
    for _ in range(count):
        t, r = resistance(rng, **changes)
        found = fit_resistance(t, r, noise_of(t, r), rivals=False)
        if found.bkt_temperature is not None and found.stderr is not None:
            off = found.bkt_temperature - changes.get("bkt_temperature", 6.3)
            pulls.append(off / found.stderr)
            whole.append(off / np.hypot(found.stderr, found.systematic))
    return np.array(pulls), np.array(whole)


def main(count: int = 1000) -> None:
    print(f"{'families without a transition':<32}{'claimed':>9}   of {count}; level {LEVEL:.0%}")
    for name in NULLS:
        began = time.perf_counter()
        rate = false_alarms(name, count)
        print(f"{name:<32}{rate:>9.2%}   {1e3 * (time.perf_counter() - began) / count:.1f} ms a family")
    claimed, abrupt = leaps_claimed(count)
    print(f"{'bulk transition, 1 to about 6':<32}{claimed:>9.2%}   called abrupt {abrupt:.1%}\n")
    print(f"{'films with a transition':<40}{'found':>8}{'pull':>8}{'width':>8}{'within 1 sigma total':>22}")
    for floor in FLOORS:
        line(f"noise {1e9 * floor:g} nV", replace(Film(), floor=floor), count // 4)
    line("lead 0.2 ohm", replace(Film(), lead=0.2), count // 4)
    line("finite-size tail x 10", replace(Film(), tail=2e-3), count // 4)
    line("heating x 7", replace(Film(), heating=1.0), count // 4)
    line("thermometer 5 mK", replace(Film(), thermometer=5e-3), count // 4)
    line("2 % noise of the voltage", replace(Film(), relative=0.02), count // 4)
    line("free vortices: a jump of a", replace(Film(), vortices=1.0), count // 4)
    line("the same, coarse steps", replace(Film(), vortices=1.0, temperatures=tuple(np.linspace(5.95, 6.65, 12))), count // 4)
    print(f"\n{'T_BKT from R(T)':<40}{'known':>8}{'pull':>8}{'width':>8}{'within 1 sigma total':>22}")
    for name, changes in RESISTANCES.items():
        pulls, whole = by_resistance(count // 4, **changes)
        told = f"{pulls.size / (count // 4):>8.0%}{pulls.mean():>8.2f}{pulls.std():>8.2f}{np.mean(np.abs(whole) < 1):>22.0%}"
        print(f"{name:<40}{told}")


def line(name: str, what: Film, count: int) -> None:
    share, pulls, whole = detection(what, count)
    if pulls.size:
        print(f"{name:<40}{share:>8.0%}{pulls.mean():>8.2f}{pulls.std():>8.2f}{np.mean(np.abs(whole) < 1):>22.0%}")
    else:
        print(f"{name:<40}{share:>8.0%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
