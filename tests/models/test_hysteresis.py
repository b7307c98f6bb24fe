"""Stoner-Wohlfarth: published switching fields, brute-force minimisation, loop areas, the spread of particles, gradients."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from supraspin.backend import jax
from supraspin.fit import fit
from supraspin.models.hysteresis import coercive_field, hysteresis, switching_field

FIELD = np.linspace(-1.5, 1.5, 3001)


def followed(angle: float, fields: np.ndarray) -> np.ndarray:
    """The magnetisation of the energy landscape itself, relaxed step by step along a list of fields, each from the last."""
    grid = np.linspace(-np.pi, np.pi, 8001)[:-1]
    here, out = int(np.argmin(np.abs(grid - angle - (np.pi if fields[0] < 0 else 0)))), []
    for b in fields:
        energy = 0.5 * np.sin(grid) ** 2 - b * np.cos(grid - angle)
        while True:
            around = [(here + k) % grid.size for k in (-1, 0, 1)]
            lowest = around[int(np.argmin(energy[around]))]
            if lowest == here:
                break
            here = lowest
        out.append(np.cos(grid[here] - angle))
    return np.array(out)


def loop(angle: float, direction: float, **changes: float) -> np.ndarray:
    return np.asarray(hysteresis(FIELD, direction, anisotropy_field=1.0, easy_axis_angle=angle, **changes))


@pytest.mark.parametrize(("degrees", "field"), [(5, 0.766431), (20, 0.573649), (45, 0.5), (85, 0.766431)])
def test_published_switching_fields(degrees, field):
    angle = np.radians(degrees)
    t = np.cbrt(np.tan(angle))
    assert float(switching_field(angle)) == pytest.approx(field, abs=6e-7)
    assert float(switching_field(angle)) == pytest.approx(np.sqrt(1 - t**2 + t**4) / (1 + t**2), rel=1e-13)


@pytest.mark.parametrize("degrees", [1, 5, 20, 45, 70, 89])
def test_identity_with_brute_force_minimisation(degrees):
    """The branch that the energy's own minimum takes, and the field at which that minimum is lost."""
    angle, fields = np.radians(degrees), np.linspace(1.5, -1.5, 601)
    wanted = followed(angle, fields)
    edge = fields[np.argmax(np.abs(np.diff(wanted)))]
    assert -edge == pytest.approx(float(switching_field(angle)), abs=6e-3)
    ours = np.asarray(hysteresis(fields, -1.0, anisotropy_field=1.0, easy_axis_angle=angle))
    clear = np.abs(fields + float(switching_field(angle))) > 1e-2
    # A step of the grid of angles turns the moment by 8e-4, and further where the minimum is flat.
    np.testing.assert_allclose(ours[clear], wanted[clear], atol=6e-3)


def test_limit_easy_and_hard_axis():
    """Along the easy axis a square loop of area 4 B_a; across it m = b without hysteresis."""
    up, down = loop(0.0, 1.0), loop(0.0, -1.0)
    assert np.trapezoid(down - up, FIELD) == pytest.approx(4.0, abs=2e-3)
    np.testing.assert_allclose(np.abs(up), 1.0, rtol=1e-12)
    up, down = loop(np.pi / 2, 1.0), loop(np.pi / 2, -1.0)
    np.testing.assert_allclose(up, np.clip(FIELD, -1, 1), atol=1e-6)
    np.testing.assert_allclose(up, down, atol=1e-6)


@pytest.mark.parametrize("degrees", [10, 45, 60, 80])
def test_identity_coercive_field_is_where_the_branch_crosses_zero(degrees):
    angle = np.radians(degrees)
    crossing = FIELD[np.argmax(loop(angle, 1.0) > 0)]
    assert crossing == pytest.approx(float(coercive_field(angle)), abs=1.1e-3)


def test_identity_symmetries():
    """Field and direction reversed turn the sign; the easy axis has no sign and no sense; an offset moves the loop."""
    np.testing.assert_allclose(loop(0.4, 1.0), -loop(0.4, -1.0)[::-1], atol=1e-13)
    for same in (-0.4, np.pi - 0.4, np.pi + 0.4):
        np.testing.assert_allclose(loop(same, 1.0), loop(0.4, 1.0), atol=1e-12)
    np.testing.assert_allclose(
        hysteresis(FIELD + 0.2, 1.0, anisotropy_field=1.0, easy_axis_angle=0.4, field_offset=0.2), loop(0.4, 1.0), atol=1e-12
    )  # fmt: skip


@pytest.mark.parametrize("degrees", [0.5, 20, 60])
@pytest.mark.parametrize("width", [0.02, 0.2])
def test_identity_spread_is_the_mean_over_particles(degrees, width):
    """The mean of sharp loops over log-normal anisotropy fields, 4000 of them at equal probability."""
    angle, fields = np.radians(degrees), np.linspace(-1.2, 1.2, 25)
    share = (np.arange(4000) + 0.5) / 4000
    particles = np.exp(width / float(switching_field(angle)) * norm.ppf(share))
    sharp = hysteresis(fields[:, None] / particles, 1.0, anisotropy_field=1.0, easy_axis_angle=angle)
    value = hysteresis(fields, 1.0, anisotropy_field=1.0, easy_axis_angle=angle, switching_width=width)
    np.testing.assert_allclose(value, np.mean(sharp, axis=1), atol=5e-4)


def test_limit_narrow_spread_is_the_sharp_loop():
    clear = np.abs(FIELD - float(switching_field(0.3))) > 2e-3
    np.testing.assert_allclose(loop(0.3, 1.0, switching_width=1e-5)[clear], loop(0.3, 1.0)[clear], atol=2e-4)


def test_limit_gradients_finite_at_the_jump():
    names = ("anisotropy_field", "easy_axis_angle", "switching_width", "field_offset")
    slope = jax.jit(jax.jacfwd(lambda v, b: hysteresis(b, 1.0, **dict(zip(names, v, strict=True))), argnums=0))
    edge = float(switching_field(0.3))
    fields = np.array([-2.0, -edge, 0.0, edge, 1.0])
    for values in ((1.0, 0.3, 0.05, 0.0), (1.0, 0.3, 0.0, 0.0), (1.0, np.pi / 4, 1e-9, 0.1), (1.0, 0.3, 5.0, 0.0)):
        assert np.all(np.isfinite(np.asarray(slope(np.array(values), fields)))), values


def test_fit_finds_a_measured_loop():
    """Both branches with noise, an offset and a spread, from no start at all: within four of its own errors."""
    truth = {"anisotropy_field": 0.06, "easy_axis_angle": 0.5, "switching_width": 0.004, "field_offset": 0.003}
    field = np.tile(np.linspace(-0.15, 0.15, 76), 2)
    direction = np.repeat([1.0, -1.0], 76)
    y = np.asarray(hysteresis(field, direction, **truth)) + 0.02 * np.random.default_rng(2).normal(size=field.size)
    result = fit("hysteresis", x=(field, direction), y=y, free=["switching_width", "field_offset"], multistart=2)
    for name, value in truth.items():
        p = result.params[name]
        assert abs(p.value - value) < 4 * p.stderr, name
        assert p.stderr < 0.1 * value or name == "field_offset"
