r"""In-plane upper critical field of an Ising superconductor, limited by the spins alone.

Spin-orbit coupling Delta_so of opposite sign in the two valleys holds the spins out of the plane, and a field in the plane,
h = g mu_B B/2, has to turn them (Lu et al., Science 350, 1353 (2015); Saito et al., Nat. Phys. 12, 144 (2016)):

    ln(1/t) = 2 pi t \sum_{n \ge 0} [1/w_n - f(w_n)],   f(w) = 1 / (w + h^2 / (w + Delta_so^2 / (w + Gamma))),   t = T/T_c,

w_n = (2n + 1) pi t, energies in k_B T_c. Without scattering between the valleys, Gamma = 0, that is their

    ln(1/t) = (h^2 / rho^2) Re[psi(1/2 + i rho/(2 pi t)) - psi(1/2)],   rho^2 = h^2 + Delta_so^2.

- Delta_so -> 0: paramagnetic limit. Below 0.56 T_c the transition is then of first order, and the curve is the field of
  supercooling, B_Pauli/sqrt(2) at T = 0.
- Gamma = 0 and Delta_so >> k_B T_c: B_c2 is in proportion to Delta_so up to a logarithm, and diverges slowly as T -> 0.
- Gamma >> Delta_so (strong scattering between the valleys; Ilic, Meyer and Houzet, PRL 119, 117001 (2017)): pair breaking with
  alpha = h^2 Gamma / Delta_so^2, so that B_c2 is in proportion to sqrt(B_so B_Pauli) with mu_B B_so = Delta_so^2 / Gamma.

Neither orbital pair breaking nor Rashba coupling is in it. Temperatures below T_c/10000 read as that.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy import constants

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Energy, Held, Positive, Temperature, model
from supraspin.models._matsubara import HEAD, edge_terms, head_places, solve_field
from supraspin.models._pair_breaking import above_zero
from supraspin.models._precession import is_off
from supraspin.quantities import KB

MU_B = constants.value("Bohr magneton in eV/T")
_COLDEST = 1e-4
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)


def _excess(h, t, spin_orbit, scattering, *, clean):
    """Right side less left side of the gap equation, in k_B T_c; rises with h."""
    cut = 2 * np.pi * HEAD * t
    h2, so2 = h**2, spin_orbit**2
    if clean:
        rho2 = h2 + so2
        integral = h2 / (2 * rho2) * jnp.log1p(rho2 / cut**2)
        upper, lower = [h2], [cut * (cut**2 + rho2), 3 * cut**2 + rho2, 3 * cut, 1.0]

        def lost(w):
            return h2[..., None] / (w * (w**2 + rho2[..., None]))
    else:
        slope, inner = h2 * scattering, h2 + so2

        def lost(w):
            a, b, c = (v[..., None] for v in (h2, scattering, inner))
            return a * (w + b) / (w * (w**3 + b * w**2 + c * w + a * b))

        # ln w from the edge to a thousand times the largest energy, beyond which h^2/w^3 is left
        span = jnp.log(1e3 * (cut + h + spin_orbit + scattering) / cut)
        w = cut[..., None] * jnp.exp(0.5 * span[..., None] * (_NODES + 1))
        integral = 0.5 * span * jnp.sum(_WEIGHTS * w * lost(w), -1) + h2 / (2 * (cut * jnp.exp(span)) ** 2)
        upper = [h2 * (cut + scattering), h2]
        lower = [
            cut * (cut**3 + scattering * cut**2 + inner * cut + slope),
            4 * cut**3 + 3 * scattering * cut**2 + 2 * inner * cut + slope,
            6 * cut**2 + 3 * scattering * cut + inner,
            4 * cut + scattering,
            1.0,
        ]
    step = 2 * np.pi * t
    head = step * jnp.sum(lost(head_places(np.pi * t)), -1)
    return head + integral + edge_terms(upper, lower, step) + jnp.log(t)


def _solve(t, spin_orbit, scattering, *, clean):
    # a lower bound from 1/w - f <= h^2/w^3, then the equation linear in h^2, which bounds h from below as well
    logarithm = -jnp.log(t)
    lowest = 0.9 * jnp.sqrt(logarithm * 4.6917) * t
    linear = (_excess(lowest, t, spin_orbit, scattering, clean=clean) + logarithm) / lowest**2
    return solve_field(
        partial(_excess, clean=clean), jnp.sqrt(logarithm / linear), lowest, 4 * (1 + spin_orbit), (t, spin_orbit, scattering)
    )


@jax.jit
def _clean_field(t, spin_orbit):
    return _solve(*jnp.broadcast_arrays(t, spin_orbit, 0.0), clean=True)


@jax.jit
def _scattered_field(t, spin_orbit, scattering):
    return _solve(*jnp.broadcast_arrays(t, spin_orbit, scattering), clean=False)


def _start(temperature, y, **known: float) -> dict[str, float]:
    """T_c and the spin-orbit energy from a grid: the energy sets the height and, less so, the shape."""
    temperature, y = (a.ravel() for a in np.broadcast_arrays(np.asarray(temperature, float), np.asarray(y, float)))
    good = np.isfinite(temperature) & np.isfinite(y)
    temperature, y = temperature[good], y[good]
    if not y.size or y.max() <= 0:
        return {}
    warmest = temperature[y > 0.02 * y.max()].max()
    ratios = np.array([1.002, 1.006, 1.015, 1.03, 1.06, 1.1, 1.2, 1.4, 1.8])
    warm = np.atleast_1d(known.get("critical_temperature", warmest * ratios))
    energy = np.atleast_1d(known.get("spin_orbit_energy", KB * warmest * np.geomspace(0.1, 1e3, 25)))
    warm, energy = (grid.ravel()[:, None] for grid in np.meshgrid(warm, energy, indexing="ij"))
    held = {name: value for name, value in known.items() if name in ("g_factor", "intervalley_scattering")}
    curves = critical_field_ising(temperature, critical_temperature=warm, spin_orbit_energy=energy, **held)
    best = int(np.argmin(np.sum((np.asarray(curves) - y) ** 2, axis=1)))
    found = {"critical_temperature": warm[best, 0], "spin_orbit_energy": energy[best, 0]}
    return {name: float(value) for name, value in found.items() if name not in known and value > 0}


@model(x=Axis("temperature", "K"), y=Axis("critical_field", "T"), reference="doi:10.1126/science.aab2277", guess=_start)
def critical_field_ising(
    temperature, *, critical_temperature: Temperature = 6.6, spin_orbit_energy: Energy = 5e-3, g_factor: Held[Positive] = 2.0,
    intervalley_scattering: Held[Energy] = 0.0,
) -> jax.Array:  # fmt: skip
    """In-plane critical field of an Ising superconductor; 0 from T_c on. Elementwise in `temperature`."""
    unit = KB * above_zero(critical_temperature)
    t = jnp.asarray(temperature, float) / above_zero(critical_temperature)
    cold = t < 1 - 1e-12
    inside = jnp.where(cold, jnp.maximum(t, _COLDEST), 0.5)
    energy = jnp.maximum(spin_orbit_energy, 0.0) / unit
    if is_off(intervalley_scattering, 0.0):
        h = _clean_field(inside, energy)
    else:
        h = _scattered_field(inside, energy, intervalley_scattering / unit)
    return jnp.where(cold, 2 * unit * h / (above_zero(g_factor) * MU_B), 0.0)
