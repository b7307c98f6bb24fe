"""Curves with kinks and jumps in a batch: where no step lowers chi-square any more a fit ends, and not before."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from small import FIELD, OHM, gaussian, lorentzian, taken

from supraspin.backend import jnp
from supraspin.fit import fit_batch
from supraspin.model import Field, Resistance, model

X = np.linspace(-1, 1, 61)
batch, marquardt = (import_module(f"supraspin.fit.{name}") for name in ("batch", "marquardt"))


@taken
@model(x=FIELD, y=OHM, reference="test")
def knee(field, *, slope: Resistance = 1.0, centre: Field = 0.05):
    """A line that sets in with a square root: chi-square has a kink wherever its onset passes a reading."""
    return slope * jnp.sqrt(jnp.maximum(field - centre, 1e-30))


@taken
@model(x=FIELD, y=OHM, reference="test")
def jump(field, *, amplitude: Resistance = 1.0, centre: Field = 0.05):
    """A line with a jump, of which the derivative shows the line only."""
    return jnp.where(field > centre, amplitude, 0.0) + 0.3 * (field - centre)


def noisy(entry, count, noise=0.02, seed=0, **truth):
    rng = np.random.default_rng(seed)
    return np.asarray(entry.function(X, **truth)) + noise * rng.normal(size=(count, X.size))


def without_rule(monkeypatch):
    monkeypatch.setattr(marquardt, "SHORT", 0.0)
    marquardt.programs.cache_clear()


@pytest.fixture(autouse=True)
def compiled_anew():
    yield
    marquardt.programs.cache_clear()


def test_limit_a_fit_ends_on_a_kink(monkeypatch):
    ys = noisy(knee, 200, slope=1.0, centre=X[33] - 1e-3)
    start = {"slope": 0.7, "centre": 0.0}
    found = fit_batch(knee, X, ys, start=start)
    assert found.converged.all()
    assert np.abs(found.values["centre"] - X[33]).max() < 0.05
    without_rule(monkeypatch)
    longer = fit_batch(knee, X, ys, start=start)
    assert not longer.converged.all()
    both = longer.converged
    assert both.sum() > 50
    assert np.all(found.chi_square[both] <= longer.chi_square[both] * (1 + 1e-7))


@pytest.mark.parametrize("entry", [lorentzian, gaussian], ids=lambda entry: entry.name)
def test_identity_no_smooth_curve_ends_on_a_short_step(entry, monkeypatch):
    """From starts a factor of two off, with noise and without, with another curve than the model's, and at any size."""
    rng = np.random.default_rng(1)
    ended = []
    real = batch._collect

    def seen(entry, names, state, *rest):
        ended.append(state.status.copy())
        return real(entry, names, state, *rest)

    monkeypatch.setattr(batch, "_collect", seen)
    for size in (1e-9, 1.0, 1e6):
        for noise, other in ((0.0, 0.0), (1e-6, 0.0), (0.1, 0.0), (0.01, 0.5)):
            ys = size * (noisy(entry, 60, noise, amplitude=1.0, centre=0.1, width=0.2) + other * X**2)
            start = {"amplitude": size * rng.uniform(0.5, 2, 60), "centre": 0.1 + rng.uniform(-0.1, 0.1, 60), "width": 0.3}
            fit_batch(entry, X, ys, start=start)
    assert not np.any(np.concatenate(ended) == marquardt.KINKED)


def test_limit_a_curve_with_a_jump_gets_a_second_chance():
    """Where the derivative misleads, a fit may end anywhere: it starts once more from the middle of what the others found."""
    ys = noisy(jump, 16, amplitude=1.0, centre=0.05)
    far = np.arange(16) >= 12
    start = {"amplitude": 1.0, "centre": np.where(far, -0.3, 0.051)}
    found = fit_batch(jump, X, ys, start=start, max_steps=150)
    assert found.converged.all()
    # Without one, a curve ends at a chi-square 70 times as large.
    assert np.all(found.chi_square < 10 * np.median(found.chi_square[~far]))
