"""First guesses from the data: least squares started there ends where least squares started at the truth ends."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import least_squares

from supraspin.backend import jax
from supraspin.models._hanle_start import contacts_start, hanle_start, length_start, vortex_start
from supraspin.models.hanle import hanle
from supraspin.models.hanle_contacts import hanle_contacts
from supraspin.models.hanle_vortex import hanle_vortex
from supraspin.models.spin_valve_length import spin_valve_length

MEASURED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "hanle_graphene"
HELD = {"g_factor": 2.0, "resistance_offset": 0.0, "field_offset": 0.0, "saturation_field": np.inf}
POSITIVE = ("spin_lifetime", "diffusivity", "vortex_field", "spin_diffusion_length")


@lru_cache
def program(function, names):
    """Residuals and Jacobian of a model, compiled once for all the data sets of a test."""

    def residual(u, scale, known, coordinates, y, level):
        return (function(*coordinates, **dict(zip(names, u * scale, strict=True)), **known) - y) / level

    return jax.jit(residual), jax.jit(jax.jacfwd(residual))


def polish(function, coordinates, y, start, known):
    """Least squares with the exact Jacobian in units of the start; the parameters and the sum of squares."""
    residual, jacobian = program(function, tuple(start))
    scale = np.array(list(start.values()))
    data = (scale, known, coordinates, y, np.std(y) / 100)
    lower = [1e-6 if name in POSITIVE else -np.inf for name in start]
    found = least_squares(
        lambda u: np.asarray(residual(u, *data)), np.ones(len(start)), lambda u: np.asarray(jacobian(u, *data)), (lower, np.inf),
        x_scale="jac", max_nfev=300,
    )  # fmt: skip
    return dict(zip(start, found.x * scale, strict=True)), 2 * found.cost


def channels(count, seed):
    """Channels with a lifetime and length that their own field range shows: reach 2 to 12 half turns, L/lambda 0.4 to 3."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        lifetime, ratio, separation = 10 ** random.uniform(-10.5, -8.5), random.uniform(0.4, 3), 10 ** random.uniform(-6.3, -5)
        reach = random.uniform(2, 12) * np.pi / (1.7588e11 * lifetime)
        true = {"amplitude": 10 ** random.uniform(-3, 1) * random.choice([-1, 1]), "spin_lifetime": lifetime,
                "diffusivity": (separation / ratio) ** 2 / lifetime}  # fmt: skip
        yield true, separation, np.linspace(-reach, reach, 121), random


def test_start_reaches_the_minimum_parallel_and_antiparallel():
    for true, separation, field, random in channels(25, seed=1):
        coordinates = np.tile(field, 2), np.repeat([1.0, -1.0], field.size)
        clean = np.asarray(hanle(*coordinates, **true, separation=separation, resistance_offset=3 * true["amplitude"]))
        sigma = 0.03 * np.ptp(clean) / 2
        y = clean + sigma * random.standard_normal(clean.size)
        known = {"separation": separation, "g_factor": 2.0, "field_offset": 0.0, "saturation_field": np.inf}
        start = hanle_start(*coordinates, y, **known)
        assert set(start) == {"amplitude", "spin_lifetime", "diffusivity", "resistance_offset"}
        _, here = polish(hanle, coordinates, y, start, known)
        _, there = polish(hanle, coordinates, y, true | {"resistance_offset": 3 * true["amplitude"]}, known)
        assert here <= there * (1 + 1e-6)


def test_start_reaches_the_minimum_single_alignment_off_centre():
    for true, separation, field, random in channels(25, seed=2):
        offset = 0.12 * field[-1]
        clean = np.asarray(hanle(field, **true, separation=separation, field_offset=offset))
        y = clean + 0.01 * np.ptp(clean) * random.standard_normal(clean.size)
        known = {"separation": separation, "g_factor": 2.0, "resistance_offset": 0.0, "saturation_field": np.inf}
        start = hanle_start(field, 1.0, y, **known)
        assert start["field_offset"] == pytest.approx(offset, abs=0.05 * field[-1])
        _, here = polish(hanle, (field,), y, start, known)
        _, there = polish(hanle, (field,), y, true | {"field_offset": offset}, known)
        assert here <= there * (1 + 1e-6)


def test_start_reaches_the_minimum_with_vortices():
    reached = 0
    for true, separation, field, random in channels(20, seed=3):
        true = true | {"vortex_field": field[-1] * random.uniform(0.05, 0.4)}
        clean = np.asarray(hanle_vortex(field, **true, separation=separation))
        y = clean + 0.01 * np.ptp(clean) * random.standard_normal(clean.size)
        known = HELD | {"separation": separation}
        _, here = polish(hanle_vortex, (field,), y, vortex_start(field, 1.0, y, **known), known)
        _, there = polish(hanle_vortex, (field,), y, true, known)
        reached += here <= there * (1 + 1e-4)
    assert reached >= 18  # vortex field and diffusion trade: a fit adds its own multi-start


def test_start_uses_known_contacts_and_offers_free_ones():
    for true, separation, field, random in channels(10, seed=4):
        contacts = {"contact_length_injector": 0.6 * separation, "contact_length_detector": 2 * separation}
        clean = np.asarray(hanle_contacts(field, **true, separation=separation, **contacts))
        y = clean + 0.01 * np.ptp(clean) * random.standard_normal(clean.size)
        known = HELD | {"separation": separation}
        start = contacts_start(field, 1.0, y, **known, **contacts)
        _, here = polish(hanle_contacts, (field,), y, start, known | contacts)
        _, there = polish(hanle_contacts, (field,), y, true, known | contacts)
        assert here <= there * (1 + 1e-6)
        assert contacts_start(field, 1.0, y, **known)["contact_length_detector"] == separation


def test_start_of_the_length_dependence():
    random = np.random.default_rng(5)
    for length in (0.2e-6, 0.8e-6, 4e-6):
        separation = np.array([0.2, 0.5, 1.0, 1.7, 2.5]) * 1e-6
        for contacts in ({}, {"contact_length_injector": 0.3e-6, "contact_length_detector": 0.3e-6}):
            clean = np.asarray(spin_valve_length(separation, amplitude=-0.02, spin_diffusion_length=length, **contacts))
            y = clean * (1 + 1e-3 * random.standard_normal(separation.size))
            start = length_start(separation, y, **contacts)
            found, _ = polish(spin_valve_length, (separation,), y, start, contacts)
            assert start["spin_diffusion_length"] == pytest.approx(length, rel=0.1)
            assert found["spin_diffusion_length"] == pytest.approx(length, rel=0.03)
            assert found["amplitude"] == pytest.approx(-0.02, rel=0.03)


def test_start_of_useless_data_is_empty_or_finite():
    field = np.linspace(-1, 1, 30)
    assert hanle_start(field, 1.0, np.full(30, np.nan)) == {}
    assert hanle_start(np.zeros(30), 1.0, field) == {}
    assert hanle_start(np.array([]), 1.0, np.array([])) == {}
    assert length_start(np.zeros(3), np.ones(3)) == {}
    for y in (np.zeros(30), np.ones(30), 1e150 * field, np.where(field > 0, np.nan, 1e-12 * field)):
        for start in (hanle_start, vortex_start, contacts_start):
            assert all(np.isfinite(value) for value in start(field, 1.0, y).values())


@pytest.mark.skipif(not MEASURED.is_dir(), reason="measured data (../shared/data) are not on this machine")
@pytest.mark.parametrize(
    ("name", "separation", "lifetime", "diffusivity"),
    [("figure_4a", 2.1e-6, 514e-12, 0.0188), ("figure_4b", 5.5e-6, 452e-12, 0.0144)],
)
def test_published_graphene_hanle_curves(name, separation, lifetime, diffusivity):
    """Difference of parallel and antiparallel, no contact correction, no offset: lifetime and D of the quick reanalysis."""
    field, parallel, antiparallel = np.genfromtxt(MEASURED / f"{name}.tsv", delimiter="\t", skip_header=1).T
    y = (parallel - antiparallel) / 2
    known = HELD | {"separation": separation}
    found, _ = polish(hanle, (field,), y, hanle_start(field, 1.0, y, **known), known)
    assert found["spin_lifetime"] == pytest.approx(lifetime, rel=0.01)
    assert found["diffusivity"] == pytest.approx(diffusivity, rel=0.03)
