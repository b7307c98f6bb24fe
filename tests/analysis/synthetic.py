"""Synthetic measurements whose truth is known, and a readable view of what an analysis says of them."""

from __future__ import annotations

import numpy as np

from supraspin.analysis import Analysis, analyze
from supraspin.data import make
from supraspin.models import andreev, dynes, exchange_split, hanle, mcmillan, nodal, two_gap

MODELS = {f.__name__: f for f in (andreev, dynes, exchange_split, mcmillan, nodal, two_gap)}

FIELD = np.linspace(-0.2, 0.2, 161)
SPIN = {"amplitude": 12.0, "spin_lifetime": 350e-12, "diffusivity": 1.5e-2, "separation": 2.5e-6}
NOISE = 0.06

BIAS = np.linspace(-4e-3, 4e-3, 241)
NORMAL = 20e-6


def spin_valve(seed, *, pair=True, background=None, field=FIELD, noise=NOISE, per_sweep=None, signs=None, **changes):
    """Hanle curves with white noise; `background(field, alignment)` is added, ohm."""
    rng = np.random.default_rng(seed)
    truth = SPIN | changes
    signs = signs or ((1, -1) if pair else (1,))
    curves = [np.asarray(hanle(field, float(s), **truth)) + rng.normal(0, noise, field.size) for s in signs]
    if background is not None:
        curves = [curve + background(field, s) for curve, s in zip(curves, signs, strict=True)]
    return make(
        "hanle",
        field=field,
        nonlocal_resistance=curves,
        per_sweep={"alignment": list(signs), **(per_sweep or {})},
        source="h.tsv",
    )


def junction(
    seed, model="dynes", temperatures=(0.4, 9.0), *, background=None, noise=0.1e-6, bias=BIAS, hot=0.0, told=True, per_sweep=None,
    critical_temperature=6.5, **changes,
):  # fmt: skip
    """Tunnel spectra with white noise; the electrons are no colder than `hot`; `background(bias)` multiplies them."""
    rng = np.random.default_rng(seed)
    own = {"gap": 1e-3, "broadening": 4e-5, "normal_conductance": NORMAL, "critical_temperature": critical_temperature} | changes
    shape = 1.0 if background is None else background(bias)
    curves = [
        shape * np.asarray(MODELS[model](bias, temperature=max(t, hot), **own)) + rng.normal(0, noise, bias.size)
        for t in temperatures
    ]
    known = ({"temperature": list(temperatures)} if told else {}) | (per_sweep or {})
    return make("tunnel_spectrum", bias=bias, conductance=curves, per_sweep=known, source="t.csv")


def one(ds, **settings) -> Analysis:
    (result,) = analyze(ds, settings=settings)
    return result


def codes(result: Analysis) -> set[str]:
    return {flag.code for flag in result.flags}


def pull(result: Analysis, name: str, truth: float) -> float:
    found = result.finding(name)
    assert found.stderr is not None
    return (found.value - truth) / found.stderr


def ranking(result: Analysis, start: str) -> list[str]:
    """Models in the order of the table whose title begins with `start`."""
    (table,) = [t for t in result.tables if t.title.startswith(start)]
    return [row[0] for row in table.rows]
