"""Van der Waals gap between the layers of an intercalated crystal against depth.

    d(z) = d_0 (1 + eps exp(-z / l)),

d_0 being the `pristine_gap` of the crystal far below, eps the relative `expansion` at the interface and l the depth over which
it decays (`decay_length`).
"""

from __future__ import annotations

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Length, Number, model

_SMALLEST_LENGTH = 1e-30


@model(x=Axis("depth", "m"), y=Axis("interlayer_gap", "m"), reference="arXiv:2306.06659")
def vdw_gap_expansion(
    depth, *, pristine_gap: Length = 0.29e-9, expansion: Number = 0.05, decay_length: Length = 3e-9
) -> jax.Array:  # fmt: skip
    """Van der Waals gap that intercalation has opened near the surface. Elementwise in `depth`, from the interface down."""
    length = jnp.maximum(decay_length, _SMALLEST_LENGTH)
    return pristine_gap * (1 + expansion * jnp.exp(-jnp.asarray(depth, float) / length))
