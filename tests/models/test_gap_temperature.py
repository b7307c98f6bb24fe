"""The gap equation: mpmath on its integral form, published tables, both ends."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from supraspin.backend import jax
from supraspin.models._gap import GAP_TO_TC, gap_ratio
from supraspin.models.gap_temperature import gap_temperature

ratio = {symmetry: jax.jit(lambda t, s=symmetry: gap_ratio(t, s)) for symmetry in ("s-wave", "nodal")}


def thermal_term(d, t):
    """int_0^inf [1 - tanh(E/2t)]/E dx, E = sqrt(x^2 + d^2), energies in k_B T_c."""

    def integrand(x):
        e = mp.sqrt(x * x + d * d)
        return 2 / (mp.exp(e / t) + 1) / e

    return mp.quad(integrand, [0, d, d + 2 * t, d + 8 * t, d + 40 * t], maxdegree=5)


def mismatch(ratio, t, symmetry):
    """ln(Delta_0/Delta) - <w int [1 - tanh]/E>, w = 1 or 2 cos^2: the gap equation at T less the one at T = 0.

    With nodes the average over the angle comes first: <2 cos^2 Re 1/sqrt(E^2 - d^2 cos^2)> is (4/pi) (K - E)(E^2/d^2)/d
    below the gap and (4/pi) (K - E)(d^2/E^2) E/d^2 above.
    """
    if symmetry == "s-wave":
        return -mp.log(ratio) - thermal_term(ratio * mp.pi * mp.exp(-mp.euler), t)
    d = ratio * 2 * mp.pi * mp.exp(-mp.euler - mp.mpf(1) / 2)

    def integrand(e):
        m, scale = ((e / d) ** 2, 1 / d) if e < d else ((d / e) ** 2, e / d**2)
        return 2 / (mp.exp(e / t) + 1) * scale * (mp.ellipk(m) - mp.ellipe(m))

    cuts = sorted({mp.mpf(0), d, d + t, d + 8 * t, d + 40 * t, *(n * t for n in (2, 8, 30) if n * t < 0.8 * d)})
    return -mp.log(ratio) - 4 / mp.pi * mp.quad(integrand, cuts, maxdegree=6)


@pytest.mark.parametrize(
    ("symmetry", "t"), [("s-wave", t) for t in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999)] + [("nodal", t) for t in (0.1, 0.5, 0.9)]
)
def test_precise_gap_equation(symmetry, t):
    """The equation changes sign within 1e-9 of our solution."""
    with mp.workdps(16):
        ours = mp.mpf(float(ratio[symmetry](t)))
        low, high = (mismatch(ours * (1 + mp.mpf(side) * 1e-9), mp.mpf(t), symmetry) for side in (-1, 1))
        assert low > 0 > high


def test_published_table_and_ratios():
    """Muehlschlegel, Z. Phys. 155, 313 (1959), reduced gap of the s-wave superconductor; 1.764 and 2.140 for Delta(0)/k_B T_c."""
    table = {0.2: 0.9999, 0.3: 0.9971, 0.4: 0.9850, 0.5: 0.9569, 0.6: 0.9070, 0.7: 0.8288, 0.8: 0.7110, 0.9: 0.5263, 0.98: 0.2436}
    for t, expected in table.items():
        assert float(ratio["s-wave"](t)) == pytest.approx(expected, abs=6e-5), t
    assert GAP_TO_TC["s-wave"] == pytest.approx(1.764, abs=5e-4)
    assert GAP_TO_TC["nodal"] == pytest.approx(2.140, abs=5e-4)


def test_limit_near_the_critical_temperature():
    """sqrt(1 - t) with Delta^2 = 8 pi^2 (1 - t)/(7 zeta(3)) (k_B T_c)^2, and 4/3 of that for line nodes."""
    zeta3 = 1.2020569031595942
    for symmetry, factor in (("s-wave", 1.0), ("nodal", 4 / 3)):
        slope = np.sqrt(factor * 8 * np.pi**2 / (7 * zeta3)) / GAP_TO_TC[symmetry]
        assert float(ratio[symmetry](1 - 1e-6)) == pytest.approx(slope * 1e-3, rel=2e-6)
    assert np.sqrt(8 * np.pi**2 / (7 * zeta3)) / GAP_TO_TC["s-wave"] == pytest.approx(1.7367, abs=1e-4)


def test_limit_cold_and_normal():
    """Full at T = 0, falling as t^3 with line nodes and exponentially without; nothing at and above T_c."""
    t = np.array([0.0, 0.005, 1.0, 1.2])
    np.testing.assert_allclose(ratio["s-wave"](t), [1, 1, 0, 0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(np.asarray(ratio["nodal"](t))[[0, 2, 3]], [1, 0, 0], rtol=0, atol=1e-12)
    fall = 1 - np.asarray(ratio["nodal"](np.array([0.005, 0.01, 0.04])))
    np.testing.assert_allclose(fall[1:] / fall[0], [8, 512], rtol=5e-3)
    # 1 - Delta/Delta_0 = 3 zeta(3) (k_B T/Delta_0)^3 from the linear density of states at the nodes
    assert fall[0] == pytest.approx(3 * 1.2020569031595942 * (0.005 / GAP_TO_TC["nodal"]) ** 3, rel=1e-3)


def test_gradient_is_finite_and_right():
    slope = {s: jax.jit(jax.vmap(jax.grad(lambda t, s=s: gap_ratio(t, s)))) for s in ratio}
    for symmetry, own in slope.items():
        assert np.all(np.isfinite(own(np.array([0.0, 0.01, 0.02, 0.5, 0.999, 1.0, 1.5]))))
        for t in (0.2, 0.6, 0.95):
            sides = [float(ratio[symmetry](t + k * 1e-3)) for k in (-2, -1, 1, 2)]
            difference = (sides[0] - 8 * sides[1] + 8 * sides[2] - sides[3]) / 12e-3
            assert float(own(np.array([t]))[0]) == pytest.approx(difference, rel=1e-6, abs=1e-9)


def test_identity_model_is_gap_times_ratio():
    """The registered model: gap and T_c scale it, harmonic 1 and above are the nodal state, traced or not."""
    temperature = np.array([0.0, 2.0, 5.0, 8.0])
    traced = jax.jit(lambda h: gap_temperature(temperature, gap=2e-3, critical_temperature=7.0, harmonic=h))
    for harmonic, symmetry in ((0.0, "s-wave"), (1.0, "nodal"), (2.0, "nodal")):
        expected = 2e-3 * np.asarray(ratio[symmetry](temperature / 7.0))
        np.testing.assert_allclose(
            gap_temperature(temperature, gap=2e-3, critical_temperature=7.0, harmonic=harmonic), expected, rtol=1e-12
        )
        np.testing.assert_allclose(traced(harmonic), expected, rtol=1e-12)
