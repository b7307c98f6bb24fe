"""What a fit returns: parameters with errors worth defending, statistics, flags, and the curves themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.noise import Structure
from supraspin.fit.parameter import Parameter, number, pair
from supraspin.flags import Flag
from supraspin.model import Model

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Block:
    """Points (n,) of one piece of the data with the best fit through them, SI. `group` counts data sets (or sweeps)."""

    label: str
    group: int
    coordinates: tuple[np.ndarray, ...]
    y: np.ndarray
    sigma: np.ndarray
    fit: np.ndarray
    constants: Mapping[str, float]
    breaks: tuple[int, ...] = (0,)

    @property
    def x(self) -> np.ndarray:
        return self.coordinates[0]

    @property
    def residual(self) -> np.ndarray:
        return self.y - self.fit

    def sweeps(self) -> list[slice]:
        ends = [*self.breaks[1:], len(self.y)]
        return [slice(a, b) for a, b in zip(self.breaks, ends, strict=True)]


@dataclass(frozen=True)
class FitResult:
    """The outcome of `fit`. `params` holds free and held parameters; local ones are named `name[0]`, `name[1]`, ...

    `sigma_source` is "given" or "estimated from residuals"; in the second case chi-square is in units of the model-free
    `noise` (one number a data set, SI) and the covariance is scaled by the reduced chi-square. `slopes` (n, free) are the
    derivatives of the curve over sigma, by the free parameters.
    """

    model: Model
    params: Mapping[str, Parameter]
    chi_square: float
    reduced_chi_square: float
    dof: int
    n: int
    log_likelihood: float
    aicc: float
    bic: float
    converged: bool
    message: str
    covariance: np.ndarray
    slopes: np.ndarray
    correlations: Mapping[tuple[str, str], float]
    condition: float
    flags: list[Flag]
    sigma_source: str
    noise: tuple[float, ...]
    structure: Structure
    blocks: tuple[Block, ...]
    nfev: int
    seconds: float
    request: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def free(self) -> tuple[str, ...]:
        """Names of the varied parameters, in the order of `covariance`."""
        return tuple(name for name, p in self.params.items() if p.vary)

    @property
    def values(self) -> dict[str, float]:
        return {name: p.value for name, p in self.params.items()}

    @property
    def x(self) -> np.ndarray:
        return np.concatenate([b.x for b in self.blocks])

    @property
    def y(self) -> np.ndarray:
        return np.concatenate([b.y for b in self.blocks])

    @property
    def best_fit(self) -> np.ndarray:
        return np.concatenate([b.fit for b in self.blocks])

    @property
    def residual(self) -> np.ndarray:
        """Data minus best fit, SI."""
        return np.concatenate([b.residual for b in self.blocks])

    @property
    def rms(self) -> float:
        return float(np.sqrt(np.mean(self.residual**2)))

    @property
    def inflation(self) -> float:
        """Factor by which correlated residuals enlarge the errors, sqrt(n / independent points); 1 where they are random.

        `stderr`, the intervals and the covariance are without it: they hold if the model is right and the noise is white.
        """
        return self.structure.error_growth if self.structure.structured else 1.0

    def evaluate(self, *coordinates, block: int = 0, **changes: float) -> np.ndarray:
        """The model with the fitted parameters (those of `block`) at other coordinates; `changes` override values."""
        if not 0 <= block < len(self.blocks):
            raise FitError(f"no block {block}; there are {len(self.blocks)}")
        piece = self.blocks[block]
        parameters = {**self.model.defaults, **piece.constants}
        for name, p in self.params.items():
            root, _, rest = name.partition("[")
            if p.vary and (not rest or int(rest[:-1]) == piece.group):
                parameters[root] = p.value
        for name, value in changes.items():
            self.model.check_parameter(name)
            parameters[name] = value
        return np.asarray(self.model.function(*(np.asarray(c, dtype=float) for c in coordinates), **parameters))

    def report(self) -> str:
        """The result as text, in the manner of lmfit's fit report."""
        from supraspin.fit.text import report

        return report(self)

    __str__ = report

    def plot(self, ax: Axes | None = None):
        """Data, fit and residuals in a new figure (or data and fit alone in `ax`). Returns the figure."""
        from supraspin.fit.plot import plot

        return plot(self, ax)

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and text, in SI; what is not finite is None."""
        held = {name: p for name, p in self.params.items() if not p.vary}
        return {
            "model": self.model.name,
            "parameters": {name: p.to_dict() for name, p in self.params.items() if p.vary},
            "chi_square": number(self.chi_square), "reduced_chi_square": number(self.reduced_chi_square),
            "dof": self.dof, "n": self.n,
            "aicc": number(self.aicc), "bic": number(self.bic), "converged": self.converged,
            "flags": [{**f.to_dict(), "numbers": {k: number(v) for k, v in f.numbers.items()}} for f in self.flags],
            "held": {name: {"value": number(p.value), "unit": p.unit, "source": p.source, "span": pair(p.span)}
                     for name, p in held.items()},
            "data": [{"label": b.label, "points": len(b.y), "sweeps": len(b.breaks),
                      "constants": {name: number(value) for name, value in b.constants.items()}} for b in self.blocks],
            "correlations": [{"parameters": list(names), "value": number(value)} for names, value in self.correlations.items()],
            "log_likelihood": number(self.log_likelihood), "sigma_source": self.sigma_source,
            "noise": [number(v) for v in self.noise],
            "rms": number(self.rms), "residuals": {k: number(v) for k, v in self.structure.to_dict().items()},
            "inflation": number(self.inflation),
            "condition": number(self.condition), "message": self.message, "nfev": self.nfev, "seconds": number(self.seconds),
        }  # fmt: skip

    def to_json(self, indent: int | None = 2) -> str:
        return json.dumps(self.to_dict(), indent=indent, allow_nan=False, ensure_ascii=False)
