"""What a figure is made of: measurements on devices, analysed together, drawn, and held against published numbers."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from supraspin.analysis import Analysis, Finding, Table

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

    from supraspin.devices import Device


@dataclass(frozen=True)
class Measurement:
    """A protocol on a device, its options in SI. `label` tells apart what is measured alike.

    `cryostat` is `insert` or `dilution`; empty: the one that the device is usually in.
    """

    device: str
    protocol: str
    options: tuple[tuple[str, float], ...] = ()
    label: str = ""
    cryostat: str = ""

    @property
    def name(self) -> str:
        """What the file is called, without its ending."""
        return "_".join(part for part in (self.device, self.protocol, self.label) if part)

    def key(self, key: int) -> int:
        """Seed of the noise: that of the whole run and the name, so that a figure alone has the noise it has among all."""
        return zlib.crc32(f"{key} {self.name}".encode())


def measure(device: str, protocol: str, label: str = "", *, cryostat: str = "", **options: float) -> Measurement:
    """A measurement with its options in SI by name."""
    return Measurement(device, protocol, tuple(sorted(options.items())), label, cryostat)


@dataclass(frozen=True)
class Experiment:
    """Measurements that are analysed in one call, with settings of the analyses. `seconds` is about how long it takes."""

    name: str
    measurements: tuple[Measurement, ...]
    settings: tuple[tuple[str, float], ...] = ()
    seconds: float = 2.0

    @property
    def devices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.device for one in self.measurements))


def experiment(name: str, *measurements: Measurement, seconds: float = 2.0, **settings: float) -> Experiment:
    """An experiment with its settings in SI by name."""
    return Experiment(name, measurements, tuple(sorted(settings.items())), seconds)


@dataclass(frozen=True)
class Outcome:
    """What an experiment gave: data sets as read back from their files, in order, and the analyses without their figures."""

    name: str
    data: tuple[xr.Dataset, ...]
    analyses: tuple[Analysis, ...]
    devices: tuple[Device, ...]

    def finding(self, name: str, title: str = "") -> Finding | None:
        """The first finding of that name in an analysis whose title begins with `title`; None where there is none."""
        for one in self.analyses:
            if one.title.startswith(title):
                for found in one.findings:
                    if found.name == name:
                        return found
        return None

    def analysis(self, title: str) -> Analysis | None:
        """The first analysis whose title begins with `title`; None where there is none."""
        return next((one for one in self.analyses if one.title.startswith(title)), None)


Outcomes = Mapping[str, Outcome]


@dataclass(frozen=True)
class Comparison:
    """A published number beside what an experiment's analyses found: `finding` in those whose title begins with `title`.

    `finding` may be a function that makes one of the outcome, where an analysis has it in a table. `size` compares magnitudes,
    where the sign is a matter of definition.
    """

    number: str
    experiment: str
    finding: str | Callable[[Outcome], Finding | None]
    title: str = ""
    size: bool = False


@dataclass(frozen=True)
class PaperFigure:
    """A figure of the paper: `name` as it is asked for (`3b`, `ED7`), what is measured, how it is drawn and compared.

    `draw(outcomes)` gets the outcomes by the experiments' names, and so does `tables(outcomes)`, which makes tables for the page.
    `remark` says what is ours in it, `wide` that it is two columns wide.
    """

    name: str
    title: str
    caption: str
    experiments: tuple[Experiment, ...]
    draw: Callable[[Outcomes], Figure]
    comparisons: tuple[Comparison, ...] = ()
    remark: str = ""
    wide: bool = False
    tables: Callable[[Outcomes], Sequence[Table]] | None = None

    @property
    def devices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for one in self.experiments for name in one.devices))
