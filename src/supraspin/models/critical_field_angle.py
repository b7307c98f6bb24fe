"""Upper critical field against the angle theta between field and film: a thin film, and an anisotropic bulk as its rival.

    thin film (Tinkham):         |B sin(theta) / B_perp| + (B cos(theta) / B_par)^2 = 1
    bulk (Ginzburg and Landau):  (B sin(theta) / B_perp)^2 + (B cos(theta) / B_par)^2 = 1

with B = B_c2(theta). The film's curve has a cusp at theta = 0, of slope -+B_par^2 / (2 B_perp); the bulk's is round there. That
tells two-dimensional from three-dimensional superconductivity.
"""

from __future__ import annotations

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, PositiveField, model

_LEAST = 1e-12


def _start(field_angle, y, **known: float) -> dict[str, float]:
    """The field nearest the plane and the one nearest the normal."""
    field_angle, y = (a.ravel() for a in np.broadcast_arrays(np.asarray(field_angle, float), np.asarray(y, float)))
    good = np.isfinite(field_angle) & np.isfinite(y) & (y > 0)
    if not good.any():
        return {}
    across, y = np.abs(np.sin(field_angle[good])), y[good]
    found = {"critical_field_parallel": y[np.argmin(across)], "critical_field_perpendicular": y[np.argmax(across)]}
    return {name: float(value) for name, value in found.items() if name not in known}


def _parts(field_angle, parallel, perpendicular):
    """cos(theta)/B_par and |sin(theta)|/B_perp."""
    angle = jnp.asarray(field_angle, float)
    return jnp.cos(angle) / jnp.maximum(parallel, _LEAST), jnp.abs(jnp.sin(angle)) / jnp.maximum(perpendicular, _LEAST)


@model(x=Axis("field_angle", "rad"), y=Axis("critical_field", "T"), reference="doi:10.1103/PhysRev.129.2413", guess=_start)
def critical_field_angle(
    field_angle, *, critical_field_parallel: PositiveField = 10.0, critical_field_perpendicular: PositiveField = 3.5
) -> jax.Array:
    """Critical field of a thin film against the angle of the field to its plane. Elementwise in `field_angle`."""
    plane, across = _parts(field_angle, critical_field_parallel, critical_field_perpendicular)
    return 2 / (across + jnp.sqrt(across**2 + 4 * plane**2))


@model(x=Axis("field_angle", "rad"), y=Axis("critical_field", "T"), reference="doi:10.1103/PhysRev.129.2413", guess=_start)
def critical_field_angle_bulk(
    field_angle, *, critical_field_parallel: PositiveField = 10.0, critical_field_perpendicular: PositiveField = 3.5
) -> jax.Array:
    """Critical field of an anisotropic bulk superconductor against the angle of the field. Elementwise in `field_angle`."""
    plane, across = _parts(field_angle, critical_field_parallel, critical_field_perpendicular)
    return 1 / jnp.sqrt(across**2 + plane**2)
