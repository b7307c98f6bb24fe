"""What a protocol is: a measurement that a set-up carries out, with its options in units, entered in `PROTOCOLS`.

A file in `supraspin/lab/protocols` holds one function under `@protocol(kind)`. Its first arguments are the set-up and a random
generator; every option is keyword-only, annotated with its unit as the parameters of a model are, and returns a data set.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import numpy as np

from supraspin.errors import DataError
from supraspin.lab.setup import Setup
from supraspin.model import Par, read_parameter

if TYPE_CHECKING:
    import xarray as xr


class Whole:
    """Mark of an option that counts something."""


Points = Annotated[float, Par("1", lower=2, upper=1_000_000), Whole()]
Count = Annotated[float, Par("1", lower=1, upper=10_000), Whole()]
Place = Annotated[float, Par("1", lower=0, upper=100), Whole()]
"""A contact or a channel by its number."""
Switch = Annotated[float, Par("1", lower=0, upper=1), Whole()]


@dataclass(frozen=True)
class Protocol:
    """A registered protocol: what kind of data it makes, its options with units, bounds and defaults, and which are whole."""

    name: str
    kind: str
    function: Callable[..., xr.Dataset]
    options: Mapping[str, Par]
    whole: frozenset[str] = frozenset()

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.function) or "").split("\n", 1)[0]

    def run(self, setup: Setup, key: int, **options: float) -> xr.Dataset:
        """The data set that the set-up measures. The same `key` gives the same data.

        Raises `DataError` for an option that the protocol lacks, that is out of its bounds, or out of the cryostat's reach.
        """
        for name, value in options.items():
            if name not in self.options:
                raise DataError(f"{self.name} has no option {name!r}; it has {', '.join(sorted(self.options))}")
            par = self.options[name]
            if not (par.lower <= value <= par.upper and np.isfinite(value)):
                unit = "" if par.unit == "1" else f" {par.unit}"
                raise DataError(f"{name} = {value:g} is outside {par.lower:g}..{par.upper:g}{unit}")
            if name in self.whole and value != int(value):
                raise DataError(f"{name} = {value:g} is not a whole number")
        try:
            ds = self.function(setup, np.random.default_rng(key), **options)
        except ValueError as error:
            raise DataError(f"{self.name} of device {setup.device.name}: {error}") from error
        return ds.assign_attrs(source=f"{setup.device.name} {self.name}")


class _Protocols(Mapping[str, Protocol]):
    """Name -> `Protocol`. The folder `supraspin/lab/protocols` is read at the first look."""

    def __init__(self) -> None:
        self._protocols: dict[str, Protocol] = {}
        self._read = False

    def add(self, entry: Protocol) -> None:
        self._protocols[entry.name] = entry

    def _discover(self) -> dict[str, Protocol]:
        if not self._read:
            self._read = True
            folder = importlib.import_module("supraspin.lab.protocols")
            for found in pkgutil.iter_modules(folder.__path__):
                if not found.name.startswith("_"):
                    importlib.import_module(f"supraspin.lab.protocols.{found.name}")
        return self._protocols

    def __getitem__(self, name: str) -> Protocol:
        found = self._discover()
        if name not in found:
            raise DataError(f"no protocol {name!r}; there are {', '.join(sorted(found))}")
        return found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._discover()))

    def __len__(self) -> int:
        return len(self._discover())


PROTOCOLS = _Protocols()


def protocol(kind: str) -> Callable[[Callable[..., xr.Dataset]], Callable[..., xr.Dataset]]:
    """Enter the decorated function in `PROTOCOLS` under its own name; it makes data of `kind`."""

    def register(function: Callable[..., xr.Dataset]) -> Callable[..., xr.Dataset]:
        hints: dict[str, Any] = get_type_hints(function, include_extras=True)
        arguments = [a for a in inspect.signature(function).parameters.values() if a.kind is inspect.Parameter.KEYWORD_ONLY]
        options = {a.name: read_parameter(function.__name__, a, hints.get(a.name)) for a in arguments}
        marks = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
        whole = frozenset(name for name in options if any(isinstance(mark, Whole) for mark in marks[name]))
        PROTOCOLS.add(Protocol(function.__name__, kind, function, options, whole))
        return function

    return register
