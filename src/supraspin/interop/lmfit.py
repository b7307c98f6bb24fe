"""Any registered model as an `lmfit.Model`, with its exact Jacobian.

    model = lmfit_model("hanle")
    result = model.fit(y, model.make_params(spin_lifetime=2e-10), field=x)

lmfit's residual is (data - model) * weights, so the Jacobian handed to it is minus the model's. Where a parameter follows an
`expr=` the derivatives cannot be taken one by one and lmfit falls back to numeric ones. The Jacobian is compared with
differences once a fit.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.errors import FitError, SupraspinError
from supraspin.model import Model, find_model

try:
    import lmfit
except ImportError as error:
    raise SupraspinError("lmfit is not installed; `pip install lmfit` makes supraspin.interop.lmfit work") from error

EXACT = ("leastsq", "least_squares")
"""lmfit's methods that take the Jacobian of the residual."""


class JacobianModel(lmfit.Model):
    """An `lmfit.Model` whose fits use the exact Jacobian of a supraspin model. Make one with `lmfit_model`."""

    def __init__(self, entry: Model, **options: Any) -> None:
        self.entry = entry
        self._compiled = jax.jit(jax.jacfwd(self._curve, argnums=0), static_argnums=2)
        super().__init__(_plain(entry), independent_vars=[axis.name for axis in entry.axes], name=entry.name, **options)
        for name, par in entry.parameters.items():
            if math.isfinite(par.default):
                self.set_param_hint(name, value=par.default, min=par.lower, max=par.upper, vary=not par.held)

    def _curve(self, values, coordinates, names):
        parameters = {**self.entry.defaults, **{name: values[i] for i, name in enumerate(names)}}
        return jnp.broadcast_to(self.entry.function(*coordinates, **parameters), coordinates[0].shape)

    def make_params(self, verbose: bool = False, **values: Any) -> lmfit.Parameters:
        """As `lmfit.Model.make_params`; a parameter that is infinite by default joins in, held, where it is given a value."""
        params = super().make_params(verbose=verbose, **values)
        for name, par in self.entry.parameters.items():
            if not math.isfinite(par.default) and name in values and self.prefix + name not in params:
                params.add(self.prefix + name, value=values[name], min=par.lower, max=par.upper, vary=False)
        return params

    def jacobian(self, params: lmfit.Parameters, weights: Any = None, **coordinates: Any) -> np.ndarray:
        """d(residual)/d(varied parameter) (n, k) at `params`: minus the derivative of the model, times `weights`."""
        names = tuple(self._strip(name) for name in params if self._strip(name) in self.entry.parameters)
        values = jnp.array([params[self.prefix + name].value for name in names])
        arrays = self._arrays(coordinates)
        slopes = np.asarray(self._compiled(values, arrays, names))
        varied = [i for i, name in enumerate(names) if params[self.prefix + name].vary]
        out = -slopes[:, varied]
        return out if weights is None else out * np.asarray(weights, dtype=float).reshape(-1, 1)

    def fit(self, data, params=None, weights=None, method="leastsq", fit_kws=None, **kwargs):
        """As `lmfit.Model.fit`; the exact Jacobian joins in where the method takes one and no parameter has an `expr`."""
        params = self.make_params() if params is None else params.copy()
        for name in [n for n in kwargs if n in params]:
            params[name].set(value=kwargs.pop(name))
        options = dict(fit_kws or {})
        kwargs = {**self.entry.extra, **kwargs}
        constrained = any(par.expr for par in params.values())
        if method in EXACT and not constrained and not {"Dfun", "jac"} & set(options):
            points = {axis.name: kwargs[axis.name] for axis in self.entry.axes if axis.name in kwargs}
            used = self._without_missing(data, weights, points, str(kwargs.get("nan_policy") or self.nan_policy))
            self._check(params, *used)
            options["Dfun"] = self._derivative(*used)
        return super().fit(data, params, weights=weights, method=method, fit_kws=options, **kwargs)

    def _derivative(self, weights: Any, points: dict[str, Any]) -> Callable[..., np.ndarray]:
        return lambda params, *_args, **_kwargs: self.jacobian(params, weights, **points)

    def _without_missing(self, data: Any, weights: Any, points: dict[str, Any], policy: str) -> tuple[Any, dict[str, Any]]:
        """Weights and coordinates of the points that lmfit will keep."""
        if policy != "omit":
            return weights, points
        keep = np.isfinite(np.asarray(data, dtype=float))
        cut = {name: np.asarray(v)[keep] if np.ndim(v) else v for name, v in points.items()}
        return (np.asarray(weights)[keep] if np.ndim(weights) else weights), cut

    def _check(self, params: lmfit.Parameters, weights: Any, points: dict[str, Any]) -> None:
        """Compare the Jacobian with central differences once. Raises `FitError` where they disagree."""
        exact = self.jacobian(params, weights, **points)
        varied = [name for name, par in params.items() if par.vary]
        for column, name in enumerate(varied):
            moved = []
            step = 1e-5 * (abs(params[name].value) or 1e-3)
            for sign in (1, -1):
                trial = params.copy()
                trial[name].set(min=-np.inf, max=np.inf, value=params[name].value + sign * step)
                moved.append(np.asarray(self.eval(trial, **points)) * (1.0 if weights is None else np.asarray(weights)))
            numeric = -(moved[0] - moved[1]) / (2 * step)
            size = np.linalg.norm(exact[:, column]) + 1e-7 * np.linalg.norm(moved[0]) / step
            if np.all(np.isfinite(numeric)) and np.linalg.norm(numeric - exact[:, column]) > 0.05 * size:
                raise FitError(f"the Jacobian of {self.entry.name} disagrees with differences in {name!r}")

    def _arrays(self, coordinates: dict[str, Any]) -> tuple[np.ndarray, ...]:
        first = np.asarray(coordinates[self.entry.x.name], dtype=float)
        given = (coordinates.get(axis.name, self.entry.extra.get(axis.name)) for axis in self.entry.axes)
        return tuple(np.broadcast_to(np.asarray(c, dtype=float), first.shape) for c in given)

    def _strip(self, name: str) -> str:
        return name.removeprefix(self.prefix)


def lmfit_model(which: str | Callable[..., Any] | Model, **options: Any) -> JacobianModel:
    """The `lmfit.Model` of a registered model; `options` (such as `prefix`) go to lmfit.

    Parameters carry the model's bounds; held ones come with `vary=False`, and those that are infinite by default (terms
    switched off) join in only where `make_params` is given a value for them. Raises `ModelError` for a name that does not exist.
    """
    return JacobianModel(find_model(which), **options)


def _plain(entry: Model) -> Callable[..., np.ndarray]:
    """The model as lmfit wants a function: NumPy out, the signature's parameters by name."""

    def function(*coordinates, **parameters):
        own = {axis.name for axis in entry.axes}
        named = {**entry.extra, **{k: v for k, v in parameters.items() if k in own}}
        arrays = [*coordinates, *(named[axis.name] for axis in entry.axes[len(coordinates) :])]
        rest = {k: v for k, v in parameters.items() if k not in own and v is not None}
        return np.asarray(entry.function(*(np.asarray(a, dtype=float) for a in arrays), **rest))

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    arguments = [inspect.Parameter(a.name, kind, default=entry.extra.get(a.name, inspect.Parameter.empty)) for a in entry.axes]
    # A parameter that is infinite by default (a term switched off) is one for lmfit only where it is given a value.
    for name, par in entry.parameters.items():
        default = par.default if math.isfinite(par.default) else None
        arguments.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default))
    function.__signature__ = inspect.Signature(arguments)  # type: ignore[attr-defined]
    function.__name__ = entry.name
    return function
