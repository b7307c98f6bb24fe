"""From parts to one posterior: the parameters of the whole, their priors, and the arrays of the compiled density."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.bayes.begin import begin
from supraspin.fit.bayes.density import Arrays, Layout
from supraspin.fit.bayes.gathering import Quantity, Table, source_of
from supraspin.fit.bayes.numerics import coefficients
from supraspin.fit.bayes.part import Part, Prepared, prepare
from supraspin.fit.bayes.prior import Prior
from supraspin.fit.bayes.shapes import arrays_of, layout_of


@dataclass(frozen=True)
class Joint:
    """Parts as one likelihood. `starts` (s, k) are places in u to begin at, the most likely one first, `width` (k,) a first
    guess of the errors there; `users` names the parts in which each parameter occurs."""

    quantities: tuple[Quantity, ...]
    parts: tuple[Prepared, ...]
    layout: Layout
    arrays: Arrays
    starts: np.ndarray
    width: np.ndarray
    users: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(q.name for q in self.quantities)

    @property
    def n(self) -> int:
        return sum(part.problem.n for part in self.parts)

    def values(self, u: np.ndarray) -> np.ndarray:
        """SI values (..., k) at u (..., k)."""
        return np.stack([q.prior.value(u[..., i]) for i, q in enumerate(self.quantities)], axis=-1)

    def only(self, names: Collection[str]) -> Joint:
        """The same with the other parts left out. Parameters that they alone speak of keep to their priors."""
        parts = [
            {**own, "counts": own["counts"] * float(part.name in names)}
            for part, own in zip(self.parts, self.arrays["parts"], strict=True)
        ]
        return replace(self, arrays={**self.arrays, "parts": parts})

    def tempered(self) -> Joint:
        """The same with each part counted as the independent points that its correlated residuals are worth: its likelihood to
        the power 1/growth^2, which widens what it says by the growth."""
        parts = [
            {**own, "counts": own["counts"] / part.growth**2} for part, own in zip(self.parts, self.arrays["parts"], strict=True)
        ]
        return replace(self, arrays={**self.arrays, "parts": parts})

    def with_priors(self, priors: Mapping[str, Prior]) -> Joint:
        """The same with other priors. Starts move with them."""
        values = self.values(self.starts)
        quantities = tuple(replace(q, prior=priors.get(q.name, q.prior)) for q in self.quantities)
        starts = np.stack([q.prior.inverse(values[:, i]) for i, q in enumerate(quantities)], axis=-1)
        arrays = {**self.arrays, "priors": coefficients([q.prior for q in quantities])}
        return replace(self, quantities=quantities, arrays=arrays, starts=starts)


def join(parts: Sequence[Part], priors: Mapping[str, Prior] | None = None, *, key: int = 0, multistart: int = 8) -> Joint:
    """Prepare parts and tie their parameters together. Raises `FitError` for names that do not fit, and what `fit` raises."""
    if not parts:
        raise FitError("no part: give at least one")
    prepared = [prepare(part, key=key, multistart=multistart) for part in parts]
    names = [one.name for one in prepared]
    if len(set(names)) != len(names):
        raise FitError(f"parts need different names, not {', '.join(names)}; give name= to each")
    return assemble_joint(prepared, priors or {})


def assemble_joint(prepared: Sequence[Prepared], given: Mapping[str, Prior]) -> Joint:
    """The joint posterior of parts that are ready."""
    alone = len(prepared) == 1
    table = Table(dict(given))
    layouts, own = [], []
    for part in prepared:
        prefix = "" if alone else f"{part.name}."
        sources = tuple(source_of(table, part, slot, prefix) for slot in part.problem.slots)
        layouts.append(layout_of(table, part, sources, prefix))
        own.append(arrays_of(part))
    quantities = table.finished()
    layout = Layout(len(quantities), tuple(layouts))
    arrays = {"priors": coefficients([q.prior for q in quantities]), "parts": own}
    starts, width = begin(quantities, prepared, layouts)
    users = {q.name: tuple(dict.fromkeys(table.users[q.name])) for q in quantities}
    return Joint(quantities, tuple(prepared), layout, arrays, starts, width, users)
