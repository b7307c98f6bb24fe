"""What a model is: a pure function with named axes and annotated parameters, entered in `MODELS` by `@model`.

The first argument is the swept coordinate, further positional arguments are coordinates with a default, and every
parameter is keyword-only, annotated with its unit and bounds; its default is the first guess:

    @model(x=Axis("field", "T"), y=Axis("nonlocal_resistance", "ohm"), reference="doi:10.1038/416713a")
    def hanle(field, alignment=1.0, *, amplitude: Resistance = 1.0, spin_lifetime: Time = 1e-10): ...

`Held[...]` marks a parameter that a fit leaves at its value unless it is asked to free it. A Held parameter at its
default switches its term off, and `fit` compiles the model without the term. `MODELS` finds every file in
`supraspin/models` by itself, at its first use.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import math
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from supraspin.errors import ModelError


@dataclass(frozen=True)
class Axis:
    """A swept coordinate or a reading: its name and unit in `supraspin.quantities`."""

    name: str
    unit: str


@dataclass(frozen=True)
class Par:
    """Unit and bounds of a parameter; inside a `Model` also its default and whether a fit holds it by default."""

    unit: str
    lower: float = -math.inf
    upper: float = math.inf
    default: float = math.nan
    held: bool = False


class Hold:
    """Mark of a parameter that a fit holds unless told otherwise; write it as `Held[Voltage]`."""


T = TypeVar("T")
Held = Annotated[T, Hold()]

Number = Annotated[float, Par("1")]
Positive = Annotated[float, Par("1", lower=0)]
Fraction = Annotated[float, Par("1", lower=0, upper=1)]
SignedFraction = Annotated[float, Par("1", lower=-1, upper=1)]
Energy = Annotated[float, Par("eV", lower=0)]
SignedEnergy = Annotated[float, Par("eV")]
Temperature = Annotated[float, Par("K", lower=0)]
Field = Annotated[float, Par("T")]
PositiveField = Annotated[float, Par("T", lower=0)]
Voltage = Annotated[float, Par("V")]
PositiveVoltage = Annotated[float, Par("V", lower=0)]
Conductance = Annotated[float, Par("S")]
PositiveConductance = Annotated[float, Par("S", lower=0)]
PerVolt = Annotated[float, Par("1/V")]
PerVoltSquared = Annotated[float, Par("1/V^2")]
Current = Annotated[float, Par("A")]
PositiveCurrent = Annotated[float, Par("A", lower=0)]
Resistance = Annotated[float, Par("ohm")]
PositiveResistance = Annotated[float, Par("ohm", lower=0)]
Angle = Annotated[float, Par("rad")]
Time = Annotated[float, Par("s", lower=0)]
Length = Annotated[float, Par("m", lower=0)]
Diffusivity = Annotated[float, Par("m^2/s", lower=0)]


@dataclass(frozen=True)
class Model:
    """A registered model. `axes[0]` is the swept coordinate; `extra` holds the defaults of the other axes."""

    name: str
    function: Callable[..., Any]
    axes: tuple[Axis, ...]
    y: Axis
    parameters: Mapping[str, Par]
    reference: str
    guess: Callable[..., dict[str, float]] | None = None
    extra: Mapping[str, float] = field(default_factory=dict)

    @property
    def x(self) -> Axis:
        return self.axes[0]

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.function) or "").split("\n", 1)[0]

    @property
    def defaults(self) -> dict[str, float]:
        return {name: par.default for name, par in self.parameters.items()}

    @property
    def free(self) -> tuple[str, ...]:
        """Names of the parameters that a fit frees by default."""
        return tuple(name for name, par in self.parameters.items() if not par.held)

    def check_parameter(self, name: str) -> Par:
        """The `Par` called `name`, or a `ModelError` that says which names there are."""
        if name not in self.parameters:
            raise ModelError(f"{self.name} has no parameter {name!r}; it has {', '.join(sorted(self.parameters))}")
        return self.parameters[name]

    def __call__(self, *coordinates, **parameters):
        for name in parameters:
            if name not in self.extra:
                self.check_parameter(name)
        return self.function(*coordinates, **parameters)


class _Models(Mapping[str, Model]):
    """Name -> `Model`. One asked for by name costs the import of its own file, a look at all that of `supraspin/models`."""

    def __init__(self) -> None:
        self._models: dict[str, Model] = {}
        self._read = False
        self._places: dict[str, str] | None = None

    def add(self, entry: Model) -> None:
        known = self._models.get(entry.name)
        if known is not None and known.function.__module__ != entry.function.__module__:
            both = f"{known.function.__module__} and {entry.function.__module__}"
            raise ModelError(f"model {entry.name!r} is defined in both {both}")
        self._models[entry.name] = entry

    def _discover(self) -> dict[str, Model]:
        if not self._read:
            self._read = True
            folder = importlib.import_module("supraspin.models")
            for found in sorted(pkgutil.iter_modules(folder.__path__), key=lambda m: m.name):
                if not found.name.startswith("_"):
                    importlib.import_module(f"supraspin.models.{found.name}")
        return self._models

    def _files(self) -> dict[str, str]:
        """Name -> module of the models in the folder, from their source: a name is looked up without JAX."""
        if self._places is None:
            folder = Path(__file__).with_name("models")
            self._places = {
                name: f"supraspin.models.{file.stem}"
                for file in sorted(folder.glob("[!_]*.py"))
                for name in decorated(file.read_text(encoding="utf-8"))
            }
        return self._places

    def __getitem__(self, name: str) -> Model:
        files = self._files()
        if name in files:
            importlib.import_module(files[name])
        elif name not in self._models:
            raise ModelError(f"no model {name!r}; there are {', '.join(sorted({*files, *self._models}))}")
        return self._models[name]

    def __contains__(self, name: object) -> bool:
        return name in self._models or name in self._files()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._discover()))

    def __len__(self) -> int:
        return len(self._discover())


MODELS = _Models()


def decorated(source: str) -> list[str]:
    """Names of the functions at the top level of Python source that `@model(...)` decorates."""
    marks = [(node.name, mark.func) for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)
             for mark in node.decorator_list if isinstance(mark, ast.Call)]  # fmt: skip
    return [name for name, mark in marks if "model" in (getattr(mark, "id", None), getattr(mark, "attr", None))]


def model(*, x: Axis, y: Axis, reference: str, guess: Callable[..., dict[str, float]] | None = None):
    """Enter the decorated function in `MODELS` under its own name and return it unchanged.

    `guess(*coordinates, y, **known)` may give first guesses from the data, in SI, as a dict of parameter values; what it
    leaves out starts at its default. `known` holds the value of every parameter that the fit holds, so one missing there
    is free; a guess has to work without it too. Raises `ModelError` when a parameter lacks an annotation or lies outside
    its bounds.
    """

    from supraspin.quantities import QUANTITIES  # here, so that `Par` and `Held` cost no SciPy

    def register(function):
        axes, extra, parameters = [x], {}, {}
        hints = get_type_hints(function, include_extras=True)
        arguments = list(inspect.signature(function).parameters.values())
        for argument in arguments[1:]:
            if argument.kind is not inspect.Parameter.KEYWORD_ONLY:
                axes.append(Axis(argument.name, QUANTITIES[argument.name].unit if argument.name in QUANTITIES else "1"))
                extra[argument.name] = float(argument.default)
            else:
                hint = hints.get(argument.name, getattr(argument, "annotation", None))
                parameters[argument.name] = read_parameter(function.__name__, argument, hint)
        MODELS.add(Model(function.__name__, function, tuple(axes), y, parameters, reference, guess, extra))
        return function

    return register


def read_parameter(owner: str, argument: inspect.Parameter, hint: Any) -> Par:
    """The `Par` that an annotated keyword argument of the function `owner` stands for. Raises `ModelError`."""
    notes = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    base = next((note for note in notes if isinstance(note, Par)), None)
    if base is None:
        raise ModelError(f"{owner}: parameter {argument.name!r} needs a unit, such as `{argument.name}: Time = 1e-10`")
    if argument.default is inspect.Parameter.empty:
        raise ModelError(f"{owner}: parameter {argument.name!r} needs a default, which is its first guess")
    default = float(argument.default)
    if not base.lower <= default <= base.upper:
        allowed = f"{base.lower:g}..{base.upper:g} {base.unit}"
        raise ModelError(f"{owner}: default {default:g} of {argument.name!r} is outside {allowed}")
    held = any(isinstance(note, Hold) for note in notes)
    return Par(base.unit, base.lower, base.upper, default, held)


def find_model(which: str | Callable[..., Any] | Model) -> Model:
    """The `Model` named, defined by, or equal to `which`. Raises `ModelError`."""
    if isinstance(which, Model):
        return which
    if callable(which):
        for entry in MODELS.values():
            if entry.function is which:
                return entry
        raise ModelError(f"{getattr(which, '__name__', which)!r} is not a registered model; decorate it with @model")
    return MODELS[which]
