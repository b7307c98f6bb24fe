"""Stoner-Wohlfarth hysteresis: magnetisation along the field of single-domain particles with one easy axis.

With b = (B - field_offset) / B_a (`anisotropy_field`) and psi the angle between field and easy axis, the magnetisation at alpha
from the easy axis has the energy

    e(alpha) = sin^2(alpha) / 2 - b cos(alpha - psi),    so that    sin(alpha) cos(alpha) = b sin(psi - alpha).

Coming from saturation it follows its minimum past zero field until that vanishes at |b| = h and it jumps over, where

    h = (cos^(2/3) psi + sin^(2/3) psi)^(-3/2) = sqrt(1 - t^2 + t^4) / (1 + t^2),    t = tan^(1/3) psi.

`direction` is +1 for a rising field (coming from negative saturation) and -1 for a falling one. Where particles differ, their
anisotropy fields have a log-normal distribution about B_a, such that `switching_width` over h B_a is its relative width;
the loop is the mean over it. Easy axes beyond 45 deg turn through zero before they jump. Stoner and Wohlfarth, Phil. Trans. A
240, 599.
"""

from __future__ import annotations

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Angle, Axis, Field, Held, PositiveField, model
from supraspin.models._astroid import branch

_SMALLEST = 1e-12
_TAIL = 5.2  # of the normal distribution: 2e-7 of the particles lie beyond
_ROOTS, _WEIGHTS = np.polynomial.legendre.leggauss(24)


def switching_field(angle):
    """Field at which the magnetisation jumps, over the anisotropy field; `angle` (rad) to the easy axis, elementwise."""
    cosine, sine = np.abs(np.cos(angle)), np.abs(np.sin(angle))
    return (np.cbrt(cosine) ** 2 + np.cbrt(sine) ** 2) ** -1.5


def coercive_field(angle):
    """Field at which the magnetisation along the field is zero, over the anisotropy field; elementwise.

    The jump of `switching_field` up to 45 deg from the easy axis; beyond, the loop has passed through zero before, at
    sin(2 angle)/2.
    """
    cosine, sine = np.abs(np.cos(angle)), np.abs(np.sin(angle))
    return np.where(cosine >= sine, switching_field(angle), cosine * sine)


def _start(field, direction, y, **known: float) -> dict[str, float]:
    """The best sharp loop of a grid of easy axes and anisotropy fields; the loop is centred first where its offset is free."""
    field, direction, y = (np.ravel(v).astype(float) for v in np.broadcast_arrays(field, direction, y))
    good = np.isfinite(field) & np.isfinite(direction) & np.isfinite(y)
    field, direction, y = field[good], direction[good], y[good]
    if y.size < 4 or np.ptp(field) == 0:
        return {}
    found = {}
    if known and "field_offset" not in known:
        # Midway between the places where the two branches cross zero.
        crossings = [np.median(side[np.argsort(np.abs(m))[:2]]) for side, m in _sides(field, direction, y)]
        found["field_offset"] = float(np.mean(crossings))
    reach = np.abs(field - known.get("field_offset", found.get("field_offset", 0.0))).max()
    fields = reach * np.geomspace(0.05, 3.0, 24)
    angles = np.array([known["easy_axis_angle"]]) if "easy_axis_angle" in known else np.linspace(0.05, np.pi / 2 - 0.05, 10)
    centred = (field - known.get("field_offset", found.get("field_offset", 0.0))) / fields[:, None]
    loops = np.stack([np.asarray(hysteresis(centred, direction, anisotropy_field=1.0, easy_axis_angle=a)) for a in angles])
    best = np.unravel_index(np.argmin(((loops - y) ** 2).sum(axis=-1)), loops.shape[:2])
    found |= {"easy_axis_angle": float(angles[best[0]]), "anisotropy_field": float(fields[best[1]])}
    if known and "switching_width" not in known:
        found["switching_width"] = 0.05 * found["anisotropy_field"]
    return found


def _sides(field, direction, y):
    """Field and magnetisation of the rising and of the falling branch, as far as they are there."""
    return [(field[here], y[here]) for here in (direction >= 0, direction < 0) if np.count_nonzero(here) > 1]


@model(x=Axis("field", "T"), y=Axis("magnetisation", "1"), reference="doi:10.1098/rsta.1948.0007", guess=_start)
def hysteresis(
    field, direction=1.0, *, anisotropy_field: PositiveField = 0.1, easy_axis_angle: Angle = 0.3,
    switching_width: Held[PositiveField] = 0.0, field_offset: Held[Field] = 0.0,
) -> jax.Array:  # fmt: skip
    """Magnetisation along the field over its saturated value. Elementwise in `field` and `direction`."""
    falling = jnp.where(jnp.asarray(direction, float) < 0, 1.0, -1.0)
    scale = jnp.maximum(anisotropy_field, _SMALLEST)
    # A loop in a rising field is the falling one turned about the origin.
    reduced, sign = jnp.broadcast_arrays(falling * (jnp.asarray(field, float) - field_offset) / scale, falling)
    cosine, sine = jnp.abs(jnp.cos(easy_axis_angle)), jnp.abs(jnp.sin(easy_axis_angle))
    edge = (jnp.cbrt(cosine) ** 2 + jnp.cbrt(sine) ** 2) ** -1.5
    if isinstance(switching_width, (int, float)) and switching_width == 0:
        turned = jnp.where(reduced < -edge, -1.0, 1.0)
        return sign * turned * branch(turned * reduced, cosine, sine)
    spread = jnp.maximum(switching_width / (edge * scale), _SMALLEST)
    # Particles whose anisotropy field is exp(spread x) B_a; those below x0 have jumped. Between x0 and the tails the integrand is
    # smooth but for the root at the jump, which x = x0 +- v^2 takes out.
    jumped = jnp.log(jnp.maximum(-reduced, 1e-300) / edge) / spread
    x0 = jnp.clip(jumped, -_TAIL + _SMALLEST, _TAIL - _SMALLEST)
    total = jnp.zeros_like(reduced)
    for side in (1.0, -1.0):  # those that have not jumped, and those that have
        end = jnp.sqrt(_TAIL - side * x0)[..., None]
        v = end * (1 + _ROOTS) / 2
        x = x0[..., None] + side * v**2
        share = end * _WEIGHTS * v * jnp.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
        b = reduced[..., None] * jnp.exp(jnp.minimum(-spread * x, 300.0))
        stays = branch(jnp.maximum(b, -edge * (1 - _SMALLEST)), cosine, sine) if side > 0 else -branch(jnp.abs(b), cosine, sine)
        total = total + jnp.sum(share * stays, axis=-1)
    return sign * total
