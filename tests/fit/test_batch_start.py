"""Starts of many curves: few guesses, all curves found, whatever their size and however much they differ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small import lorentzian

from supraspin.fit import fit_batch
from supraspin.fit.representatives import REPRESENTATIVES

X = np.linspace(-1, 1, 121)
COUNT = 400


def counted():
    """The Lorentzian with a guess from the data, and the list of its calls."""
    calls = []

    def guess(field, *, y, **known):
        calls.append(known)
        at = int(np.argmax(np.abs(y - np.median(y))))
        return {"amplitude": y[at], "centre": field[at], "width": 0.1}

    return replace(lorentzian, guess=guess), calls


def curves(seed=0):
    rng = np.random.default_rng(seed)
    truth = {
        "amplitude": 10 ** rng.uniform(-6, 3, COUNT) * rng.choice([-1, 1], COUNT),
        "centre": rng.uniform(-0.7, 0.7, COUNT),
        "width": rng.uniform(0.04, 0.3, COUNT),
    }
    clean = np.asarray(lorentzian.function(X, **{k: v[:, None] for k, v in truth.items()}))
    return truth, clean + 0.01 * np.abs(truth["amplitude"])[:, None] * rng.normal(size=clean.shape)


@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_few_guesses_serve_many_curves(missing):
    model, calls = counted()
    truth, ys = curves()
    ys[np.random.default_rng(1).random(ys.shape) < missing] = np.nan
    result = fit_batch(model, X, ys)
    assert len(calls) <= REPRESENTATIVES
    assert result.converged.all()
    for name, value in truth.items():
        pull = (result.values[name] - value) / result.stderr[name]
        assert np.all(np.abs(pull) < 6), name
        assert 0.85 < pull.std() < 1.15, name


def test_each_of_a_few_curves_is_looked_at():
    model, calls = counted()
    _, ys = curves()
    ys[3] = np.nan
    result = fit_batch(model, X, ys[:10])
    assert len(calls) == 9
    assert result.converged.sum() == 9


def test_one_kind_of_curve_needs_one_guess():
    model, calls = counted()
    clean = np.asarray(lorentzian.function(X, amplitude=2.0, centre=0.1, width=0.1))
    ys = clean + 0.01 * np.random.default_rng(2).normal(size=(COUNT, len(X)))
    assert fit_batch(model, X, ys).converged.all()
    assert len(calls) <= 3


def test_identity_starts_do_not_depend_on_the_clock():
    _, ys = curves()
    first, second = (fit_batch(counted()[0], X, ys) for _ in range(2))
    np.testing.assert_array_equal(first.values["centre"], second.values["centre"])


def test_guess_knows_what_is_held_on_its_curve():
    model, calls = counted()
    _, ys = curves()
    offsets = np.linspace(0, 1, COUNT)
    fit_batch(model, X, ys, fix={"resistance_offset": offsets})
    assert {call["resistance_offset"] for call in calls} <= set(offsets)
