"""Anisotropic magnetoresistance of a ferromagnet against the angle between its magnetisation and the current.

    R(theta) = R_perp + dR cos^2(theta - theta_0),

R_perp (`normal_resistance`) with the magnetisation across the current, dR (`anisotropic_resistance`) what is added along it. The
curve is the same for (R_perp, dR, theta_0) and (R_perp + dR, -dR, theta_0 + 90 deg): the description with theta_0 within
45 deg of zero is taken. McGuire and Potter, IEEE Trans. Magn. 11, 1018.
"""

from __future__ import annotations

from math import pi
from typing import Annotated

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Par, Resistance, model

SmallAngle = Annotated[float, Par("rad", lower=-pi / 4, upper=pi / 4)]


def _start(angle, y, **known: float) -> dict[str, float]:
    """R = c + a cos 2 theta + b sin 2 theta is linear; within 45 deg of zero the sign of dR is that of a."""
    angle, y = (np.ravel(v).astype(float) for v in np.broadcast_arrays(angle, y))
    good = np.isfinite(angle) & np.isfinite(y)
    if good.sum() < 3:
        return {}
    turns = 2 * angle[good]
    c, a, b = np.linalg.lstsq(np.stack([np.ones(turns.size), np.cos(turns), np.sin(turns)], axis=1), y[good], rcond=None)[0]
    size = np.hypot(a, b) * (1 if a >= 0 else -1)
    offset = 0.5 * np.arctan(b / a) if a else 0.0
    return {"normal_resistance": float(c - size), "anisotropic_resistance": float(2 * size), "angle_offset": float(offset)}


@model(x=Axis("angle", "rad"), y=Axis("resistance", "ohm"), reference="doi:10.1109/TMAG.1975.1058782", guess=_start)
def amr(
    angle, *, normal_resistance: Resistance = 100.0, anisotropic_resistance: Resistance = 1.0, angle_offset: SmallAngle = 0.0
) -> jax.Array:  # fmt: skip
    """Resistance of a ferromagnet whose magnetisation stands at an angle to the current. Elementwise in `angle`."""
    return normal_resistance + anisotropic_resistance * jnp.cos(jnp.asarray(angle, float) - angle_offset) ** 2
