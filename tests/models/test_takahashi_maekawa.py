"""Spin valve from its resistances: 30 digits, tunnel and transparent limits, identity with the contact formula, permalloy."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from supraspin.fit import fit
from supraspin.models.spin_valve_length import spin_valve_length
from supraspin.models.takahashi_maekawa import electrode_length, takahashi_maekawa

mp.mp.dps = 30
LENGTHS = np.array([0.146, 0.29, 0.52, 1.04, 1.61]) * 1e-6
COPPER = {"channel_resistance": 0.69e-8 / (220e-9 * 320e-9), "spin_resistance_electrode": 17.1e-8 * 5e-9 / (220e-9 * 140e-9)}


def exact(separation, p_f, length, line, r_f, r_i, p_i):
    """The formula as printed, with its quotients."""
    p_f, length, line, r_f, r_i, p_i = (mp.mpf(v) for v in (p_f, length, line, r_f, r_i, p_i))
    r_n, decay = line * length, mp.exp(-mp.mpf(separation) / length)
    electrode, interface = r_f / r_n / (1 - p_f**2), r_i / r_n / (1 - p_i**2)
    carried, lost = p_f * electrode + p_i * interface, electrode + interface
    return 2 * r_n * decay * carried**2 / ((1 + 2 * lost) ** 2 - decay**2)


@pytest.mark.parametrize("separation", [0.0, 1e-10, 0.3e-6, 8e-6])
@pytest.mark.parametrize(("r_f", "r_i"), [(0.03, 0.0), (1e-6, 0.0), (0.03, 0.02), (0.0, 50.0), (3.0, 2.0)])
def test_precise_against_the_printed_form(separation, r_f, r_i):
    wanted = exact(separation, 0.41, 0.66e-6, 1e5, r_f, r_i, 0.23)
    value = takahashi_maekawa(
        separation, polarisation=0.41, spin_diffusion_length=0.66e-6, channel_resistance=1e5, spin_resistance_electrode=r_f,
        interface_resistance=r_i, interface_polarisation=0.23,
    )  # fmt: skip
    assert float(value) == pytest.approx(float(wanted), rel=2e-13)


def test_limit_tunnel_and_transparent():
    """R_i >> R_N: P_i^2 R_N e^-l / 2. R_F << R_N, no interface: R_N (P R_F/(1 - P^2) R_N)^2 / sinh l."""
    length, line = 0.7e-6, 1e5
    r_n, ratio = line * length, LENGTHS / length
    common = {"spin_diffusion_length": length, "channel_resistance": line}
    tunnel = takahashi_maekawa(LENGTHS, interface_resistance=1e9, interface_polarisation=0.3, **common)
    np.testing.assert_allclose(tunnel, 0.5 * 0.09 * r_n * np.exp(-ratio), rtol=1e-7)
    clear = takahashi_maekawa(LENGTHS, polarisation=0.3, spin_resistance_electrode=1e-9, **common)
    np.testing.assert_allclose(clear, r_n * (0.3 * 1e-9 / (0.91 * r_n)) ** 2 / np.sinh(ratio), rtol=1e-6)


@pytest.mark.parametrize(("r_i", "p_i"), [(0.0, 0.0), (0.04, 0.2), (10.0, 0.35)])
def test_identity_with_contacts_as_lengths(r_i, p_i):
    """`spin_valve_length` with r = lambda [R_F/(1 - P_F^2) + R_i/(1 - P_i^2)]/R_N and the mean polarisation of both in series."""
    length, line, r_f, p_f = 0.666e-6, 9.8e4, 0.028, 0.409
    r_n = line * length
    parts = np.array([r_f / (1 - p_f**2), r_i / (1 - p_i**2)])
    mean = parts @ [p_f, p_i] / parts.sum()
    r = length * parts.sum() / r_n
    wanted = spin_valve_length(
        LENGTHS, amplitude=mean**2 * r_n / 2, spin_diffusion_length=length, contact_length_injector=r, contact_length_detector=r
    )  # fmt: skip
    value = takahashi_maekawa(
        LENGTHS, polarisation=p_f, spin_diffusion_length=length, channel_resistance=line, spin_resistance_electrode=r_f,
        interface_resistance=r_i, interface_polarisation=p_i,
    )  # fmt: skip
    np.testing.assert_allclose(value, wanted, rtol=1e-12)


def test_published_copper_by_our_own_fit():
    """Ni-Fe/Cu: 0.666 um and 0.409 from the five published differences, parallel minus antiparallel."""
    difference = np.array([2.75, 1.97, 1.17, 0.65, 0.40]) * 1e-3
    result = fit("takahashi_maekawa", (LENGTHS, difference / 2), fix=COPPER)
    assert result.params["spin_diffusion_length"].value == pytest.approx(0.666e-6, abs=0.003e-6)
    assert result.params["spin_diffusion_length"].stderr == pytest.approx(0.112e-6, abs=0.003e-6)
    assert result.params["polarisation"].value == pytest.approx(0.409, abs=0.002)
    assert result.params["polarisation"].stderr == pytest.approx(0.020, abs=0.002)


def test_published_permalloy_length():
    """0.91 fohm m^2 and 17.1 uohm cm: 5.3 nm, and the spin resistance of the electrode is that product over the area."""
    length = electrode_length(0.91e-15, 17.1e-8)
    assert length == pytest.approx(5.3e-9, abs=0.05e-9)
    area = 220e-9 * 140e-9
    one, other = (
        takahashi_maekawa(LENGTHS, spin_resistance_electrode=r) for r in (0.91e-15 / area, 17.1e-8 * length / area)
    )  # fmt: skip
    np.testing.assert_allclose(one, other, rtol=1e-12)


def test_limit_bounds_are_finite():
    for changes in (
        {"polarisation": 1.0},
        {"polarisation": 0.0},
        {"spin_diffusion_length": 0.0},
        {"interface_polarisation": 1.0},
    ):
        assert np.all(np.isfinite(takahashi_maekawa(LENGTHS, **changes))), changes
