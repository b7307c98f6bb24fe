"""`posterior`: all that data say of the parameters of their models, as draws, for one data set or for a whole device."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.bayes import independent, nuts, ridge
from supraspin.fit.bayes.density import program
from supraspin.fit.bayes.diagnostics import diagnose
from supraspin.fit.bayes.joint import Joint, join
from supraspin.fit.bayes.mode import Mode, modes
from supraspin.fit.bayes.nuts import Chains
from supraspin.fit.bayes.part import Noise, Part
from supraspin.fit.bayes.prior import Prior
from supraspin.fit.bayes.result import Posterior
from supraspin.flags import Flag
from supraspin.model import Model

TARGET, PATIENT = 0.9, 0.98
"""Acceptance that the step is tuned for, and that of the second attempt."""
WORTH = 0.01
"""Share of the posterior, by its curvature, from which a mode gets chains of its own."""


def posterior(
    model: str | Callable[..., Any] | Model | Sequence[Part], data: Any = None, *, priors: Mapping[str, Prior] | None = None,
    noise: Noise = "normal", chains: int = 4, draws: int = 1000, warmup: int = 500, key: int = 0, strict: bool = True,
    **options: Any,
) -> Posterior:  # fmt: skip
    """Draw from the posterior of a model's parameters, or of several parts that share quantities.

    `posterior(model, data)` takes the options of `fit` (`fix`, `free`, `start`, `bounds`, `window`, `keep`, `x`, `y`, `sigma`,
    and `common` for its `shared`); `posterior([Part(...), ...])` ties parts together. `priors`: parameter -> `Prior`; the
    others have the defaults of `priors.toml`, of their bounds or of the scale of the data. Noise that is not given is
    integrated out, for each data set of its own; `noise="student"` lets single readings stray. A part whose residuals are
    correlated counts as the independent points that they are worth, and a flag says so.

    Chains are NUTS's; where few parameters have a posterior whose ridges bend, draws are chosen among candidates along them.
    Chains that disagree, diverge or move too little are run again, the other way and with more patience. Raises `FitError` where
    that does not help (`strict=False` returns them with a fault instead), or without NumPyro.
    """
    began = time.perf_counter()
    if chains < 2 or draws < 100 or warmup < 100:
        raise FitError("a posterior wants at least 2 chains, and 100 draws after a warm-up of 100")
    whole = join(_parts(model, data, noise, options), priors, key=key).tempered()
    return draw(whole, chains=chains, draws=draws, warmup=warmup, key=key, strict=strict, began=began)


def draw(
    whole: Joint, *, chains: int = 4, draws: int = 1000, warmup: int = 500, key: int = 0, strict: bool = True,
    began: float | None = None,
) -> Posterior:  # fmt: skip
    """Draws of a joint posterior that is ready."""
    began = time.perf_counter() if began is None else began
    found = modes(whole.layout, whole.starts, whole.width, whole.arrays)
    if not found:
        raise FitError("the posterior has no finite value at any start; give start= or priors= where the models can be evaluated")
    chosen = worth_a_chain(found)
    for sampled in _attempts(whole, chosen, chains, warmup, draws, key):
        seen = diagnose(sampled.u, sampled.diverging, sampled.steps, nuts.DEEPEST)
        faults = [flag for flag in seen.flags(whole.names) if flag.level == "fault"]
        if not faults:
            break
    if faults and strict:
        raise FitError(f"the posterior was not reached: {'; '.join(flag.message for flag in faults)}")
    flags = [flag for part in whole.parts for flag in part.flags]
    flags += [*seen.flags(whole.names), *_several(found, chosen), *_bent(sampled)]
    noise = noise_draws(whole, sampled.u, key)
    return Posterior(whole, tuple(found), sampled, seen, noise, tuple(flags), time.perf_counter() - began)


def _attempts(whole: Joint, chosen: Sequence[Mode], chains: int, warmup: int, draws: int, key: int) -> Iterator[Chains]:
    """Chains, one attempt after another: NUTS, along the ridges, NUTS with more patience. Where the posterior is seen to bend,
    along the ridges first; where there are too many parameters for that, not at all."""
    steps = [
        lambda: nuts.run(whole.layout, chosen, whole.arrays, chains=chains, warmup=warmup, draws=draws, target=TARGET, key=key),
        lambda: independent.run(whole, chosen, chains=chains, draws=draws, key=key),
        lambda: nuts.run(
            whole.layout, chosen, whole.arrays, chains=chains, warmup=warmup, draws=draws, target=PATIENT, key=key + 7919
        ),
    ]  # fmt: skip
    if len(whole.quantities) > ridge.MOST:
        del steps[1]
    elif independent.bends(whole, chosen, key):
        steps[:2] = steps[1::-1]
    for step in steps:
        yield step()


def _bent(sampled: Chains) -> list[Flag]:
    if np.isnan(sampled.k_hat):
        return []
    message = f"the posterior bends: each draw is chosen among candidates along its ridges (k-hat {sampled.k_hat:.2f})"
    return [Flag("along_ridges", message, "note", {"k_hat": sampled.k_hat})]


def _parts(model: Any, data: Any, noise: Noise, options: Mapping[str, Any]) -> Sequence[Part]:
    if isinstance(model, Sequence) and not isinstance(model, str):
        if data is not None or options or noise != "normal":
            raise FitError("parts bring their data, noise and options along; give them to each Part")
        return model
    return [Part(model, data, noise=noise, options=options)]


def worth_a_chain(found: Sequence[Mode]) -> list[Mode]:
    """The modes that hold at least `WORTH` of the posterior by their curvature, the heaviest first."""
    logs = np.array([mode.log_density + np.linalg.slogdet(mode.factor)[1] for mode in found])
    shares = np.exp(logs - logs.max())
    shares /= shares.sum()
    return [found[i] for i in np.argsort(-shares) if shares[i] >= WORTH]


def _several(found: Sequence[Mode], chosen: Sequence[Mode]) -> list[Flag]:
    if len(chosen) < 2:
        return []
    message = f"the posterior has {len(chosen)} maxima of {len(found)} found that count; the chains began in all of them"
    return [Flag("several_modes", message, "note", {"modes": float(len(chosen))})]


def noise_draws(whole: Joint, u: np.ndarray, key: int) -> list[np.ndarray]:
    """Standard deviation (scale, for Student) of the noise of each part's groups, (chain, draw, groups), in units of the sigma in
    use: integrated noise is drawn from its distribution given the other parameters."""
    generator = np.random.default_rng([key, 0x6E6F697365])
    flat = u.reshape(-1, u.shape[-1])
    values = whole.values(flat)
    sums = None
    out = []
    for p, (part, own) in enumerate(zip(whole.layout.parts, whole.arrays["parts"], strict=True)):
        if part.noise == "known":
            scale = np.ones((len(flat), part.groups))
        elif part.noise == "student":
            scale = values[:, list(part.scales)] / own["unit"]
        else:
            if sums is None:
                sums = program(whole.layout, "squares")(flat, whole.arrays)
            scale = np.sqrt(np.asarray(sums[p]) / generator.chisquare(own["n"], size=(len(flat), part.groups)))
        out.append(scale.reshape(*u.shape[:-1], part.groups))
    return out
