"""What every model must be, whoever wrote it: run over all of `MODELS`, a file dropped into `models/` included."""

from __future__ import annotations

import inspect
import math
import re
import sys
from functools import cache

import numpy as np
import pytest
import xarray as xr

from supraspin.backend import jax, jnp
from supraspin.model import MODELS, Model
from supraspin.quantities import QUANTITIES
from supraspin.units import to_si

SPANS = {"field": 0.5, "bias": 4e-3, "temperature": 10.0, "separation": 5e-6, "depth": 1e-8, "current": 1e-6, "angle": 3.0}
"""Ends of a usual sweep of each coordinate, SI; another coordinate runs to 1."""
POSITIVE = {"temperature", "separation", "depth", "distance", "thickness", "time", "counts"}

every_model = pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)


def sweep(model: Model, points: int = 7) -> np.ndarray:
    """A usual sweep (points,) of the model's coordinate, never exactly 0 and dense around it."""
    end = SPANS.get(model.x.name, 1.0)
    if model.x.name in POSITIVE:
        return np.linspace(0.11 * end, end, points)
    return end * np.sinh(4 * np.linspace(-0.93, 1, points)) / np.sinh(4)


def interior(model: Model) -> dict[str, float]:
    """The defaults, moved off bounds, 0 and infinity, where terms are switched off and derivatives one-sided."""
    inside = {}
    for name, par in model.parameters.items():
        value = par.default if math.isfinite(par.default) else LARGE.get(par.unit, 100.0)
        if value == 0 and par.lower < 0 < par.upper:
            value = min(TYPICAL.get(par.unit, 0.1), 0.5 * par.upper)
        elif value in (par.lower, par.upper):
            step = 0.1 * (par.upper - par.lower) if math.isfinite(par.upper - par.lower) else TYPICAL.get(par.unit, 0.1)
            value = par.lower + step if value == par.lower else par.upper - step
        inside[name] = value
    return inside


TYPICAL = {"eV": 1e-4, "V": 1e-4, "K": 0.3, "T": 0.1, "s": 1e-11, "m": 1e-7, "m^2/s": 1e-3, "S": 0.1, "ohm": 1.0, "1": 0.3}
"""A step of a usual size for each unit, where the bounds do not give one."""
LARGE = {"K": 10.0, "T": 1.0}
"""What stands for a default of infinity, which switches a term off."""


@cache
def compiled(name: str):
    """Values (n,) and derivatives (n, parameters) of a model, from x (n,) and its parameters as one array."""
    model = MODELS[name]

    def curve(x, values):
        return model.function(x, **dict(zip(model.parameters, values, strict=True)))

    return jax.jit(curve), jax.jit(jax.jacfwd(curve, argnums=1))


def test_every_model_is_found_by_its_name_alone():
    fresh = type(MODELS)()
    assert sorted(fresh._files()) == sorted(name for name in MODELS if MODELS[name].function.__module__.startswith("supraspin."))


@every_model
def test_contract_described(model: Model):
    assert inspect.getdoc(model.function), "the function needs a docstring"
    assert len(model.summary) > 10
    assert model.summary.endswith(".")
    file = sys.modules[model.function.__module__].__doc__
    assert file, "the file needs a docstring with the equation"
    assert "=" in file, "the docstring of the file states the equation"


@every_model
def test_contract_reference(model: Model):
    assert re.match(r"(doi:10\.\d{4,}/\S+|arXiv:\d{4}\.\d{4,5})", model.reference), model.reference


@every_model
def test_contract_names_and_units(model: Model):
    for name, unit in [(a.name, a.unit) for a in (*model.axes, model.y)] + [(n, p.unit) for n, p in model.parameters.items()]:
        assert name in QUANTITIES, f"{name} is missing from QUANTITIES"
        assert QUANTITIES[name].unit == unit
        assert to_si(unit) == (1.0, unit)


@every_model
def test_contract_defaults_within_bounds(model: Model):
    assert model.free, "a model without a free parameter fits nothing"
    for name, par in model.parameters.items():
        assert par.lower < par.upper, name
        assert par.lower <= par.default <= par.upper, name
        assert name in model.free or par.held


@every_model
def test_contract_shape_kept_and_finite(model: Model):
    x = sweep(model)
    row = np.asarray(model(x))
    column = np.asarray(model(x[:, None]))
    assert row.shape == (7,)
    assert column.shape == (7, 1)
    assert row.dtype == np.float64
    assert np.all(np.isfinite(row))
    np.testing.assert_allclose(column[:, 0], row, rtol=1e-9, atol=1e-300)
    assert np.asarray(model(float(x[2]))).shape == ()


@every_model
def test_contract_finite_at_zero_and_far_out(model: Model):
    end = SPANS.get(model.x.name, 1.0)
    points = np.array([1e-6, 1.0, 20.0]) * end if model.x.name in POSITIVE else np.array([-20.0, -1e-6, 0.0, 1e-6, 20.0]) * end
    assert np.all(np.isfinite(np.asarray(model(points))))


@every_model
def test_contract_points_are_independent(model: Model):
    """A value does not depend on the other points of its sweep, so that the user's grid changes nothing."""
    x = sweep(model, 11)
    np.testing.assert_allclose(np.asarray(model(x[[3]])), np.asarray(model(x))[[3]], rtol=1e-7)


@every_model
def test_contract_accepts_what_users_have(model: Model):
    x = sweep(model)
    expected = np.asarray(model(x))
    for given in (list(x), xr.DataArray(x, dims="point"), jnp.asarray(x)):
        np.testing.assert_allclose(np.asarray(model(given)), expected, rtol=1e-12)


@every_model
def test_contract_gradient_finite(model: Model):
    """Every parameter has a finite derivative at the defaults, and in the interior of its bounds it is the slope."""
    x, names, inside = jnp.asarray(sweep(model)), list(model.parameters), interior(model)
    curve, jacobian = compiled(model.name)
    start = jnp.asarray(list(inside.values()))
    slopes = np.asarray(jacobian(x, start))
    assert slopes.shape == (len(x), len(names))
    assert np.all(np.isfinite(slopes)), [n for n, column in zip(names, slopes.T, strict=True) if not np.all(np.isfinite(column))]
    for k, name in enumerate(names):
        step = 1e-5 * (abs(inside[name]) or TYPICAL.get(model.parameters[name].unit, 0.1))
        ends = [np.asarray(curve(x, start.at[k].add(sign * step))) for sign in (1, -1)]
        scale = max(np.max(np.abs(slopes[:, k])), np.max(np.abs(ends[0])) * 1e-9 / step)
        np.testing.assert_allclose(slopes[:, k], (ends[0] - ends[1]) / (2 * step), atol=2e-4 * scale, err_msg=name)


@every_model
def test_contract_gradient_finite_at_the_defaults(model: Model):
    """Only what a fit frees by default: a held parameter that switches its term off may have no derivative there."""
    x = jnp.asarray(sweep(model))
    defaults = {name: model.parameters[name].default for name in model.free}
    jacobian = jax.jacfwd(lambda values: model.function(x, **values))(defaults)
    for name, column in jacobian.items():
        assert np.all(np.isfinite(np.asarray(column))), name


@every_model
def test_contract_every_parameter_matters(model: Model):
    """A parameter that no point of the curve feels is a mistake, such as a term that was left out."""
    x, inside = jnp.asarray(sweep(model)), interior(model)
    curve, _ = compiled(model.name)
    base = np.asarray(curve(x, jnp.asarray(list(inside.values()))))
    for name, value in inside.items():
        par = model.parameters[name]
        others = (value * 1.05, value * 0.95, value + 5 * TYPICAL.get(par.unit, 0.1), par.lower)
        curves = [
            np.asarray(curve(x, jnp.asarray(list({**inside, name: other}.values()))))
            for other in others
            if par.lower <= other <= par.upper and math.isfinite(other)
        ]
        assert any(not np.allclose(moved, base, rtol=1e-9, atol=0) for moved in curves), name


@every_model
def test_contract_rejects_unknown_parameter(model: Model):
    with pytest.raises(Exception, match=f"{model.name} has no parameter 'no_such_thing'; it has "):
        model(sweep(model), no_such_thing=1.0)
