"""Loops: one moment at 0 K is Stoner-Wohlfarth's, a strong ferromagnet keeps its magnetisation, a paramagnet has no loop."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from supraspin import moments
from supraspin.errors import ModelError
from supraspin.models.hysteresis import coercive_field, hysteresis
from supraspin.moments.mean_field import langevin
from supraspin.quantities import KB

EASY = 1e-4
ANISOTROPY_FIELD = 2 * EASY / moments.MU_B


@pytest.mark.parametrize("degrees", [5, 20, 45, 80])
def test_published_loop_of_stoner_and_wohlfarth(degrees):
    """Coercive field within the grid of fields (0.02), remanence cos psi; magnetisation but at the jumps."""
    psi = np.radians(degrees)
    system = moments.System(np.zeros((1, 1, 10, 10)), "vector", anisotropy=EASY)
    fields = moments.loop_fields(1.2 * ANISOTROPY_FIELD, 121)
    loop = moments.field_sweep(
        system, fields, 0.0, sweeps=300, step=0.03, direction=(np.sin(psi), 0, np.cos(psi)), rng=np.random.default_rng(1)
    )
    found = moments.loop_numbers(loop)
    assert found.coercive_field / ANISOTROPY_FIELD == pytest.approx(float(coercive_field(psi)), abs=0.022)
    assert found.remanence == pytest.approx(np.cos(psi), abs=2e-3)
    assert found.coercive_field_error is None
    exact = np.asarray(hysteresis(fields, loop["direction"].values, anisotropy_field=ANISOTROPY_FIELD, easy_axis_angle=psi))
    off = np.abs(loop["magnetisation"].values[0] - exact) > 0.02
    assert np.count_nonzero(off) <= 4  # about the two jumps
    assert np.all(np.abs(loop["magnetisation"]) <= 1 + 1e-12)


def test_limit_remanence_of_a_strong_ferromagnet_and_its_slow_sweep(square_lattice):
    fields = moments.loop_fields(8.0, 81)
    system = square_lattice(10, copies=4)
    fast = moments.field_sweep(system, fields, 0.6, sweeps=4, rng=np.random.default_rng(2))
    slow = moments.field_sweep(system, fields, 0.6, sweeps=100, rng=np.random.default_rng(2))
    quick, calm = moments.loop_numbers(fast), moments.loop_numbers(slow)
    assert quick.remanence == pytest.approx(1, abs=1e-3)
    assert calm.remanence == pytest.approx(1, abs=1e-3)
    assert 0.5 < calm.coercive_field < quick.coercive_field


def test_rejects_a_loop_of_free_moments():
    """No coercive field and no remanence within 4 errors, and the Langevin curve all along."""
    system = moments.System(np.zeros((40, 1, 30, 30)), "vector", moment=3.0)
    fields = moments.loop_fields(4.0, 21)
    loop = moments.field_sweep(system, fields, 1.5, sweeps=120, step=1.5, rng=np.random.default_rng(3))
    found = moments.loop_numbers(loop)
    assert abs(found.coercive_field) < 4 * found.coercive_field_error
    assert abs(found.remanence) < 4 * found.remanence_error
    x = 3 * moments.MU_B * fields / (KB * 1.5)
    mean, error = loop["magnetisation"].mean("realisation"), loop["magnetisation"].std("realisation", ddof=1) / np.sqrt(40)
    pulls = (mean - np.sign(x) * langevin(np.abs(x))) / error
    assert np.abs(pulls).max() < 4.5  # Student's t of 39 degrees of freedom, 41 fields: level 3e-3


def test_limit_no_reversal_is_a_limit(square_lattice):
    loop = moments.field_sweep(square_lattice(6, 5.0), moments.loop_fields(2.0, 11), 0.5, rng=np.random.default_rng(4))
    found = moments.loop_numbers(loop)
    assert found.coercive_field is None
    assert found.flags[0].numbers == {"above": 2.0}
    assert found.remanence == pytest.approx(1)


def test_identity_couplings_may_follow_the_field(square_lattice):
    """Couplings that vanish below 3 T leave no loop there."""
    system = square_lattice(6, copies=8)

    def couplings_at(field):
        return system.couplings * (abs(field) > 3)

    fields = moments.loop_fields(5.0, 21)
    loop = moments.field_sweep(system, fields, 0.5, sweeps=60, couplings_at=couplings_at, rng=np.random.default_rng(5))
    found = moments.loop_numbers(loop)
    assert abs(found.remanence) < 4 * found.remanence_error + 0.01


class Killed(Exception):
    pass


def test_a_killed_sweep_goes_on_to_the_same_numbers(square_lattice, tmp_path):
    system = square_lattice(6, copies=2, kind="vector")
    fields, path = moments.loop_fields(3.0, 9), tmp_path / "loop.nc"
    whole = moments.field_sweep(system, fields, 0.5, rng=np.random.default_rng(6))

    def kill(done, total):
        if done == 7:
            raise Killed

    with pytest.raises(Killed):
        moments.field_sweep(system, fields, 0.5, rng=np.random.default_rng(6), checkpoint=path, interval=0, progress=kill)
    calls = []
    again = moments.field_sweep(
        system, fields, 0.5, rng=np.random.default_rng(6), checkpoint=path, progress=lambda a, b: calls.append(a)
    )
    assert calls[0] == 8
    xr.testing.assert_identical(whole, again)


def test_rejects_what_is_no_loop(square_lattice):
    system = square_lattice(3)
    up = moments.field_sweep(system, [0.0, 1.0, 2.0, 3.0, 4.0], 1.0, rng=np.random.default_rng(7))
    with pytest.raises(ModelError, match="loop goes"):
        moments.loop_numbers(up)
    with pytest.raises(ModelError, match="saturated or random"):
        moments.field_sweep(system, [1.0], 1.0, start="cold", rng=np.random.default_rng(7))
