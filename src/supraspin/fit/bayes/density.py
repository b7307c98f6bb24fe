"""The log likelihood of all parts as one JAX function of u, in which every prior is N(0, 1).

What shapes the program (models, which parameters are free, which share a slot) is a hashable `Layout`; all numbers are its
arguments. So data sets of one shape share one compiled program, and thousands run as one batch.

Noise that nobody gave is integrated out with the prior 1/s of each data set: with S the sum of squared residuals,

    int ds/s prod N(r_i; 0, s w_i) = Gamma(n/2) / (2 pi^(n/2)) S^(-n/2) prod 1/w_i.

Student noise has its scale and degrees of freedom as parameters.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from supraspin.backend import jax, jnp
from supraspin.fit.bayes.numerics import values_of
from supraspin.fit.marquardt import Frozen

Arrays = Any
"""A pytree of arrays: `priors` (k, 4), and a list of parts with their buckets; `counts` is the power to which a part's likelihood
is taken: 1, less where its residuals are correlated, 0 for a part left out."""


@dataclass(frozen=True)
class Source:
    """Where a slot of a part finds its value: parameter `index` of the whole, or `function` of several."""

    index: tuple[int, ...]
    function: Callable[..., Any] | None = None


@dataclass(frozen=True)
class Bucket:
    """Pieces (m) of equal length under one compiled model. `columns`: slot of each free parameter, piece by piece.

    `frozen` holds the coordinates and the traced constants of each piece as plain numbers of the program, for a model whose
    function says `known_points`: that it has a faster way where it knows them. Pieces are then computed one by one.
    """

    traced: tuple[str, ...]
    static: tuple[tuple[str, float], ...]
    groups: tuple[int, ...]
    columns: tuple[tuple[int, ...], ...]
    frozen: tuple[Frozen, ...] = ()


@dataclass(frozen=True)
class PartLayout:
    """`noise`: "known", "integrated" or "student". For the last, `scales` are the parameters that hold each group's scale and
    `tail` the one that holds the degrees of freedom."""

    function: Callable[..., Any]
    free: tuple[str, ...]
    sources: tuple[Source, ...]
    buckets: tuple[Bucket, ...]
    groups: int
    noise: str
    scales: tuple[int, ...] = ()
    tail: int = -1


@dataclass(frozen=True)
class Layout:
    size: int
    parts: tuple[PartLayout, ...]


def residuals(part: PartLayout, own: Arrays, theta: jax.Array) -> list[jax.Array]:
    """Weighted residuals (m, n) of each bucket, 0 at padding."""
    slots = jnp.stack([
        theta[s.index[0]] if s.function is None else jnp.asarray(s.function(*(theta[i] for i in s.index))) for s in part.sources
    ])  # fmt: skip
    out = []
    for bucket, data in zip(part.buckets, own["buckets"], strict=True):
        varied = slots[jnp.array(bucket.columns)]
        if bucket.frozen:
            out.append(_frozen(part, bucket, varied, data))
            continue

        def one(varied, fixed, coordinates, y, weight, bucket=bucket):
            parameters = dict(bucket.static)
            parameters.update({name: varied[i] for i, name in enumerate(part.free)})
            parameters.update({name: fixed[i] for i, name in enumerate(bucket.traced)})
            curve = jnp.broadcast_to(jnp.asarray(part.function(*coordinates, **parameters), dtype=float), y.shape)
            return jnp.where(weight > 0, (curve - y) * weight, 0.0)

        out.append(jax.vmap(one)(varied, data["fixed"], data["coordinates"], data["y"], data["weight"]))
    return out


def _frozen(part: PartLayout, bucket: Bucket, varied: jax.Array, data: Arrays) -> jax.Array:
    """Weighted residuals (m, n) of pieces whose coordinates and constants are known when the program is compiled."""
    rows = []
    for i, (known, weight, y) in enumerate(zip(bucket.frozen, data["weight"], data["y"], strict=True)):
        *coordinates, constants = known.coordinates
        parameters: dict[str, Any] = dict(bucket.static)
        parameters.update({name: float(value) for name, value in zip(bucket.traced, constants, strict=True)})
        parameters.update({name: varied[i, j] for j, name in enumerate(part.free)})
        curve = jnp.broadcast_to(jnp.asarray(part.function(*coordinates, **parameters), dtype=float), coordinates[0].shape)
        curve = jnp.pad(curve, (0, y.shape[0] - curve.shape[0]), mode="edge")
        rows.append(jnp.where(weight > 0, (curve - y) * weight, 0.0))
    return jnp.stack(rows)


def _student(residual: jax.Array, weight: jax.Array, scale: jax.Array, nu: jax.Array) -> jax.Array:
    """ln of Student's density of each reading, without ln of its weight."""
    norm = jax.lax.lgamma((nu + 1) / 2) - jax.lax.lgamma(nu / 2) - 0.5 * jnp.log(nu * math.pi)
    terms = norm - jnp.log(scale)[:, None] - 0.5 * (nu + 1) * jnp.log1p((residual / scale[:, None]) ** 2 / nu)
    return jnp.where(weight > 0, terms, 0.0)


def _part(part: PartLayout, own: Arrays, theta: jax.Array) -> jax.Array:
    found = residuals(part, own, theta)
    if part.noise == "student":
        scales = theta[jnp.array(part.scales)] / own["unit"]
        return own["constant"] + sum(
            jnp.sum(_student(r, data["weight"], scales[jnp.array(b.groups)], theta[part.tail]))
            for r, b, data in zip(found, part.buckets, own["buckets"], strict=True)
        )
    squares = jnp.zeros(part.groups)
    for r, bucket in zip(found, part.buckets, strict=True):
        squares = squares.at[jnp.array(bucket.groups)].add(jnp.sum(r * r, axis=1))
    if part.noise == "known":
        return own["constant"] - 0.5 * jnp.sum(squares)
    return own["constant"] - 0.5 * jnp.sum(own["n"] * jnp.log(squares))


def log_likelihood(layout: Layout, u: jax.Array, arrays: Arrays) -> jax.Array:
    """ln of the likelihood at u (k,); minus infinity where a model has no finite value."""
    theta = values_of(u, arrays["priors"])
    total = sum(own["counts"] * _part(part, own, theta) for part, own in zip(layout.parts, arrays["parts"], strict=True))
    return jnp.where(jnp.isfinite(total), total, -jnp.inf)


def log_posterior(layout: Layout, u: jax.Array, arrays: Arrays) -> jax.Array:
    """ln of likelihood times the prior density of u, N(0, 1)."""
    return log_likelihood(layout, u, arrays) - 0.5 * jnp.sum(u * u) - 0.5 * layout.size * math.log(2 * math.pi)


@lru_cache(maxsize=64)
def program(layout: Layout, what: str):
    """A compiled function of u (s, k) and arrays: "posterior", "likelihood", "gradients" (value and gradient of the posterior),
    "squares", "pointwise", "curves" (see the functions of that name); "likelihood one" is that of one u (k,)."""
    if what == "gradients":
        return jax.jit(jax.vmap(jax.value_and_grad(lambda u, arrays: log_posterior(layout, u, arrays)), (0, None)))
    if what == "pointwise":
        return jax.jit(
            lambda u, draw, arrays: jax.lax.map(lambda v: pointwise(layout, v[0], v[1], arrays), (u, draw), batch_size=64)
        )
    if what == "squares":
        return jax.jit(lambda u, arrays: jax.lax.map(lambda v: squares(layout, v, arrays), u, batch_size=64))
    if what == "curves":
        return jax.jit(jax.vmap(lambda u, arrays: curves(layout, u, arrays), (0, None)))
    if what == "likelihood one":
        return jax.jit(lambda u, arrays: log_likelihood(layout, u, arrays))
    one = log_posterior if what == "posterior" else log_likelihood
    return jax.jit(lambda u, arrays: jax.lax.map(lambda v: one(layout, v, arrays), u, batch_size=64))


def squares(layout: Layout, u: jax.Array, arrays: Arrays) -> list[jax.Array]:
    """Sums of squared weighted residuals of each part's groups."""
    theta = values_of(u, arrays["priors"])
    out = []
    for part, own in zip(layout.parts, arrays["parts"], strict=True):
        total = jnp.zeros(part.groups)
        for r, bucket in zip(residuals(part, own, theta), part.buckets, strict=True):
            total = total.at[jnp.array(bucket.groups)].add(jnp.sum(r * r, axis=1))
        out.append(total)
    return out


def curves(layout: Layout, u: jax.Array, arrays: Arrays) -> list[list[jax.Array]]:
    """Model values (m, n) of each bucket of each part; padding holds the reading."""
    theta = values_of(u, arrays["priors"])
    out = []
    for part, own in zip(layout.parts, arrays["parts"], strict=True):
        pairs = zip(residuals(part, own, theta), own["buckets"], strict=True)
        out.append([r / jnp.where(d["weight"] > 0, d["weight"], 1.0) + d["y"] for r, d in pairs])
    return out


def pointwise(layout: Layout, u: jax.Array, draw: list[jax.Array], arrays: Arrays) -> list[list[jax.Array]]:
    """ln of the density of each reading (m, n), 0 at padding. `draw`: scale of the noise of each part's groups, in units of its
    sigma in use."""
    theta = values_of(u, arrays["priors"])
    out = []
    for part, own, scales in zip(layout.parts, arrays["parts"], draw, strict=True):
        rows = []
        for r, bucket, data in zip(residuals(part, own, theta), part.buckets, own["buckets"], strict=True):
            here, there = scales[jnp.array(bucket.groups)], data["weight"] > 0
            log_weight = jnp.log(jnp.where(there, data["weight"], 1.0))
            if part.noise == "student":
                terms = _student(r, data["weight"], here, theta[part.tail])
            else:
                terms = -0.5 * (r / here[:, None]) ** 2 - jnp.log(here)[:, None] - 0.5 * math.log(2 * math.pi)
            rows.append(jnp.where(there, terms + log_weight, 0.0))
        out.append(rows)
    return out
