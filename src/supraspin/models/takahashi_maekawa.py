"""Spin signal of a lateral spin valve from the resistances of its channel, its electrodes and their interfaces.

Two equal junctions; R_N = `channel_resistance` lambda_N and R_F = `spin_resistance_electrode` are the spin resistances
(resistivity times spin length over the area that the spins cross), R_i and P_i = `interface_polarisation` belong to the
interface, P_F = `polarisation` to the electrode, lambda_N = `spin_diffusion_length` to the channel (Takahashi and Maekawa):

    R(L) = 2 R_N e^-l c^2 / ((1 + 2 s)^2 - e^(-2 l)),    l = L / lambda_N,
    c = P_i/(1 - P_i^2) R_i/R_N + P_F/(1 - P_F^2) R_F/R_N,    s = 1/(1 - P_i^2) R_i/R_N + 1/(1 - P_F^2) R_F/R_N.

R is the signal of one alignment, +R parallel and -R antiparallel: the difference of the two is 2 R. Tunnel junctions
(R_i >> R_N) have R = P_i^2 R_N e^-l / 2; transparent ones (R_i = 0, the default) R falls as (R_F/R_N)^2, and as 1/sinh(l) where
R_F << R_N.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Fraction, Held, Length, Par, PositiveResistance, model

LineResistance = Annotated[float, Par("ohm/m", lower=0)]
_SMALLEST_LENGTH = 1e-30


def _start(separation, y, **known: float) -> dict[str, float]:
    """The best of a grid of lengths and polarisations; the interface, if free, starts where R_i is like R_N."""
    separation, y = (np.ravel(v).astype(float) for v in np.broadcast_arrays(separation, y))
    good = np.isfinite(separation) & np.isfinite(y) & (separation >= 0)
    if good.sum() < 2 or not separation[good].any():
        return {}
    separation, y = separation[good], y[good]
    default = {
        "channel_resistance": 1e5,
        "spin_resistance_electrode": 0.03,
        "interface_resistance": 0.0,
        "interface_polarisation": 0.4,
    }
    rest = {name: known.get(name, value) for name, value in default.items()}
    lengths = np.geomspace(0.05, 10, 41)[:, None, None] * separation.max()
    polarisations = np.linspace(0.02, 0.98, 49)[:, None]
    curves = np.asarray(_signal(separation, polarisations, lengths, **rest))
    best = np.unravel_index(np.argmin(((curves - y) ** 2).sum(axis=-1)), curves.shape[:2])
    found = {"spin_diffusion_length": float(lengths[best[0], 0, 0]), "polarisation": float(polarisations[best[1], 0])}
    if "interface_resistance" not in known and known:
        found["interface_resistance"] = rest["channel_resistance"] * found["spin_diffusion_length"]
    return found


def _signal(
    separation, polarisation, length, channel_resistance, spin_resistance_electrode, interface_resistance, interface_polarisation
):  # fmt: skip
    """R(L), multiplied through by (1 - P^2) of both kinds so that full polarisation and vanishing resistances are finite."""
    if isinstance(interface_resistance, (int, float)) and interface_resistance == 0:
        interface_polarisation = 0.0
    open_f, open_i = 1 - polarisation**2, 1 - interface_polarisation**2
    ratio, channel = separation / length, channel_resistance * length
    carried = interface_polarisation * interface_resistance * open_f + polarisation * spin_resistance_electrode * open_i
    lost = 2 * (interface_resistance * open_f + spin_resistance_electrode * open_i)
    plain = channel * open_f * open_i
    return 2 * channel * jnp.exp(-ratio) * carried**2 / (lost * (2 * plain + lost) - plain**2 * jnp.expm1(-2 * ratio))


@model(
    x=Axis("separation", "m"), y=Axis("nonlocal_resistance", "ohm"), reference="doi:10.1103/PhysRevB.67.052409", guess=_start
)  # fmt: skip
def takahashi_maekawa(
    separation, *, polarisation: Fraction = 0.4, spin_diffusion_length: Length = 0.5e-6,
    channel_resistance: Held[LineResistance] = 1e5, spin_resistance_electrode: Held[PositiveResistance] = 0.03,
    interface_resistance: Held[PositiveResistance] = 0.0, interface_polarisation: Held[Fraction] = 0.4,
) -> jax.Array:  # fmt: skip
    """Spin signal of one alignment against the length of a channel with any contacts. Elementwise in `separation`."""
    length = jnp.maximum(spin_diffusion_length, _SMALLEST_LENGTH)
    return _signal(
        jnp.asarray(separation, float), polarisation, length, channel_resistance, spin_resistance_electrode,
        interface_resistance, interface_polarisation,
    )  # fmt: skip


def electrode_length(product, resistivity):
    """Spin diffusion length (m) of an electrode from the product resistivity times length (ohm m^2) that spin signals give."""
    return product / resistivity
