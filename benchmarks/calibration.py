"""Are the errors of a fit right? Synthetic data sets of every model, fitted in its default use.

    python benchmarks/calibration.py [MODEL ...]

For each model one curve with its default parameters gets fresh Gaussian noise some hundreds of times; every data set is
fitted from the model's own first guess, with the noise estimated from the data, and the pull (estimate - truth) / error of each
free parameter should have mean 0 and width 1, and the 68 and 95 % intervals should hold the truth that often.
`tests/test_calibration.py` holds this for every model, one dropped into the folder of the models included.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from supraspin.fit import fit_batch
from supraspin.fit.profile import levels
from supraspin.model import MODELS, Model


@dataclass(frozen=True)
class Use:
    """How a model is used: `count` data sets of `points` points, noise over the swing of the curve, changes of the truth.

    `span` are the ends of the sweep, SI, where the usual sweep does not serve; `why` says in a line what is not the
    default, and why.
    """

    points: int = 121
    noise: float = 0.01
    count: int = 800
    truth: dict[str, float] = field(default_factory=dict)
    span: tuple[float, float] | None = None
    why: str = ""


COLD = {"temperature": 0.3}
USES = {
    "hanle_vortex": Use(
        points=201, noise=0.002, why="noise of 0.2 %: at 1 % amplitude, D and the vortex field lie in a bent valley"
    ),
    "critical_field_perpendicular": Use(span=(0.3, 6.4), why="below T_c, where a critical field can be read at all"),
    "critical_field_film_perpendicular": Use(span=(0.3, 6.4), why="as critical_field_perpendicular"),
    "critical_field_ising": Use(
        points=61, count=400, span=(0.3, 6.4), why="as critical_field_perpendicular; 61 points for speed"
    ),
    "critical_field_whh": Use(count=400, why="fewer data sets, for speed"),
    "transition": Use(
        truth={"critical_temperature": 6.5875},
        span=(6.0, 9.0),
        why="about the transition, T_c between two readings: chi-square has a kink where T_c passes one",
    ),
    "effective_medium": Use(span=(0.0, 1.0), why="a share runs from 0 to 1"),
    "power_law_vi": Use(span=(-2e-6, 2e-6), why="a sweep through zero current"),
    "halperin_nelson": Use(span=(6.25, 6.7), why="about T_BKT"),
    "halperin_nelson_crossover": Use(span=(6.2, 8.2), why="about the transition"),
    "bkt_exponent": Use(
        points=61, count=400, span=(6.0, 6.4), why="about T_BKT; colder, a sample's critical current cuts the power law off"
    ),
    "exchange_split": Use(truth=COLD, count=600, why="0.3 K: at 1.5 K, 5.4 kT = 0.7 meV hides a splitting of 0.2 meV"),
    "mcmillan": Use(truth=COLD, count=500, why="0.3 K: at 1.5 K the smaller gap and its coupling reach down to 0"),
    "andreev": Use(
        points=51,
        noise=0.005,
        truth=COLD,
        count=320,
        why="0.3 K: at 1.5 K the broadening reaches down to 0; 51 points, because a curve is slow, and 0.5 % noise, so that "
        "points 0.24 mV apart tell where the edge is",
    ),
}
KNOWN = ("temperature",)
"""Free by default, but held as an experimentalist holds it, who reads it off the cryostat."""
TWO_SIDED = {"field": 0.5, "bias": None, "angle": math.pi}
"""Coordinates swept through 0, and how far, in SI; None: four times the largest energy among the parameters."""


@dataclass(frozen=True)
class Calibration:
    """Pulls of one parameter: mean, width, and the share of intervals that hold the truth."""

    model: str
    parameter: str
    relative_error: float
    mean: float
    width: float
    inside_68: float
    inside_95: float
    count: int


def sweep(model: Model, points: int) -> np.ndarray:
    """A usual sweep (points,) of the model's coordinate, SI."""
    same = ("eV", "V") if model.x.unit == "V" else (model.x.unit,)
    sizes = [abs(model.defaults[name]) for name in model.free if model.parameters[name].unit in same and model.defaults[name]]
    size = max(sizes, default=1.0)
    if model.x.name in TWO_SIDED:
        reach = TWO_SIDED[model.x.name] or 4 * size
        return np.linspace(-reach, reach, points)
    if model.x.name == "temperature":
        return np.linspace(0.05 * size, 1.1 * size, points)
    return np.linspace(0.2 * size, 5 * size, points)


def calibrate(model: Model, seed: int = 0) -> tuple[list[Calibration], int, float]:
    """Calibration of each free parameter, the number of fits that did not converge, and the time, s."""
    use = USES.get(model.name, Use())
    x = np.linspace(*use.span, use.points) if use.span else sweep(model, use.points)
    truth = {**model.defaults, **use.truth}
    held = {name: truth[name] for name in KNOWN if name in model.free}
    clean = np.asarray(model(x, **held, **{name: v for name, v in use.truth.items() if name not in held}))
    noise = use.noise * np.ptp(clean)
    ys = clean + noise * np.random.default_rng([seed, crc32(model.name.encode())]).normal(size=(use.count, len(x)))
    began = time.perf_counter()
    result = fit_batch(model, x, ys, fix=held)
    seconds = time.perf_counter() - began
    z = levels(len(x) - len(result.names), False)
    lines = []
    for name in result.names:
        pull = ((result.values[name] - truth[name]) / result.stderr[name])[result.converged]
        error = float(np.median(result.stderr[name][result.converged])) / (abs(truth[name]) or math.nan)
        inside = (float(np.mean(np.abs(pull) <= level)) for level in (z.z68, z.z95))
        lines.append(Calibration(model.name, name, error, float(pull.mean()), float(pull.std()), *inside, len(pull)))
    return lines, int(np.sum(~result.converged)), seconds


def main() -> None:
    wanted = [MODELS[name] for name in sys.argv[1:]] or list(MODELS.values())
    print("| model | parameter | relative error | pull mean | pull width | in 68 % | in 95 % | data sets | failed | time (s) |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for model in wanted:
        lines, failed, seconds = calibrate(model)
        for i, line in enumerate(lines):
            relative = f"{line.relative_error:.2g}" if math.isfinite(line.relative_error) else "truth is 0"
            tail = f"{line.count} | {failed} | {seconds:.1f}" if i == 0 else " | | "
            print(
                f"| {line.model if i == 0 else ''} | {line.parameter} | {relative} | {line.mean:+.3f} | {line.width:.3f} | "
                f"{100 * line.inside_68:.1f} | {100 * line.inside_95:.1f} | {tail} |",
                flush=True,
            )
    print()
    for name, use in USES.items():
        if name in {model.name for model in wanted}:
            print(f"- {name}: {use.why}.")


if __name__ == "__main__":
    main()
