"""Exact derivatives of the Hanle models: against 30-digit differences, and finite at every default and bound."""

from math import inf

import mpmath as mp
import numpy as np
import pytest

from supraspin.backend import jax, jnp
from supraspin.models.hanle import hanle
from supraspin.models.hanle_contacts import hanle_contacts
from supraspin.models.hanle_vortex import hanle_vortex
from supraspin.models.spin_valve_length import spin_valve_length
from supraspin.quantities import MU_B_OVER_HBAR

mp.mp.dps = 40
COMMON = {"amplitude": 1.3, "spin_lifetime": 2.1e-10, "diffusivity": 8e-3, "separation": 1.4e-6, "g_factor": 1.9,
          "field_offset": 0.004, "resistance_offset": 0.2, "saturation_field": 0.31}  # fmt: skip
CASES = {
    "hanle": (hanle, COMMON),
    "hanle_vortex": (hanle_vortex, COMMON | {"vortex_field": 0.06}),
    "hanle_contacts": (hanle_contacts, COMMON | {"contact_length_injector": 0.7e-6, "contact_length_detector": 1.9e-6}),
}
TUNNEL = {"contact_length_injector": inf, "contact_length_detector": inf}
DEFAULTS = {
    "hanle": (hanle, COMMON | {"saturation_field": inf, "field_offset": 0.0, "resistance_offset": 0.0}),
    "hanle_vortex": (hanle_vortex, COMMON | {"saturation_field": inf, "field_offset": 0.0, "vortex_field": inf}),
    "hanle_contacts": (hanle_contacts, COMMON | {"saturation_field": inf} | TUNNEL),
    "spin_valve_length": (spin_valve_length, {"amplitude": 1.0, "spin_diffusion_length": 1e-6} | TUNNEL),
}


def exact(field, alignment, p):
    """Any of the three models in multiple precision, from a dict of mpmath numbers."""
    b = mp.mpf(field) - p["field_offset"]
    length = mp.sqrt(p["diffusivity"] * p["spin_lifetime"])
    ratio = p["separation"] / length
    x0, xl = (length / p.get(f"contact_length_{end}", mp.inf) for end in ("injector", "detector"))

    def spin(w):
        s = mp.sqrt(1 + 1j * w)
        return p["amplitude"] * mp.re(2 / (2 * (s + (x0 + xl) / 2) * mp.exp(ratio * s) + x0 * xl * mp.sinh(ratio * s) / s))

    zero, curve = spin(mp.mpf(0)), spin(mp.mpf(MU_B_OVER_HBAR) * p["g_factor"] * b * p["spin_lifetime"])
    if "vortex_field" in p:
        share = mp.exp(-abs(b) / p["vortex_field"])
        curve = share * zero + (1 - share) * curve
    sine = min(abs(b) / p["saturation_field"], mp.mpf(1))
    return p["resistance_offset"] + alignment * curve * (1 - sine**2) + zero * sine**2


@pytest.mark.parametrize("alignment", [1.0, -1.0])
@pytest.mark.parametrize("name", CASES)
def test_precise_value_and_gradient(name, alignment):
    function, parameters = CASES[name]
    for field in (0.0, 0.011, -0.09, 0.27, 0.4):
        value = float(function(field, alignment, **parameters))
        gradient = jax.grad(lambda p: function(field, alignment, **p))(parameters)  # noqa: B023
        high = {key: mp.mpf(number) for key, number in parameters.items()}
        assert value == pytest.approx(float(exact(field, alignment, high)), rel=1e-12)
        for key, number in high.items():
            step = abs(number) * mp.mpf("1e-12")
            above, below = (exact(field, alignment, high | {key: number + sign * step}) for sign in (1, -1))
            difference = (above - below) / (2 * step)
            assert float(gradient[key]) * float(number) == pytest.approx(float(difference * number), rel=1e-11, abs=1e-13), key


@pytest.mark.parametrize("name", DEFAULTS)
def test_gradient_is_finite_where_terms_are_off(name):
    function, parameters = DEFAULTS[name]
    x = np.array([0.0, 1e-9, 0.02, -0.3, 5.0]) if name != "spin_valve_length" else np.array([0.0, 1e-6])
    jacobian = jax.jacfwd(lambda p: function(x, **p))({key: jnp.asarray(v, float) for key, v in parameters.items()})
    for key, column in jacobian.items():
        assert np.all(np.isfinite(np.asarray(column))), key
    plain = np.asarray(function(x, **{key: v for key, v in parameters.items() if np.isfinite(v)}))
    traced = np.asarray(jax.jit(lambda p: function(x, **p))(parameters))
    if name != "hanle_vortex":
        np.testing.assert_allclose(traced, plain, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", [*CASES, "spin_valve_length"])
def test_gradient_is_finite_at_the_lower_bounds(name):
    function, parameters = CASES.get(name, DEFAULTS["spin_valve_length"])
    x = np.array([0.004, 0.0, 0.1, -2.0]) if name != "spin_valve_length" else np.array([0.0, 1e-6])
    bounded = [key for key in parameters if key not in ("amplitude", "g_factor", "field_offset", "resistance_offset")]
    for zero in bounded:
        at_bound = {key: jnp.asarray(0.0 if key == zero else v, float) for key, v in parameters.items()}
        value, jacobian = function(x, **at_bound), jax.jacfwd(lambda p: function(x, **p))(at_bound)
        assert np.all(np.isfinite(np.asarray(value))), zero
        assert all(np.all(np.isfinite(np.asarray(column))) for column in jacobian.values()), zero
