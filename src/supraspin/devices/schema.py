"""What a device is: film, intercalated cobalt, barrier, contacts and channels, validated to the field.

Every quantity is an SI number (energies in eV) or text with a unit, `thickness = "11 nm"`. A section that is left out is
absent from the device: without `ordering` its moments never order, without `spin` nothing is injected.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from supraspin.errors import UnitError
from supraspin.materials import names as known_materials
from supraspin.units import parse_value


def _in(unit: str) -> BeforeValidator:
    def read(value: Any) -> Any:
        if isinstance(value, bool):
            raise ValueError(f"must be a number in {unit}")
        if not isinstance(value, str):
            return value
        try:
            return parse_value(value, unit)
        except UnitError as error:
            raise ValueError(str(error)) from error

    return BeforeValidator(read)


Metres = Annotated[float, _in("m"), Field(gt=0, lt=1)]
Position = Annotated[float, _in("m"), Field(gt=-1, lt=1)]
Ohms = Annotated[float, _in("ohm"), Field(ge=0, lt=1e12)]
Kelvin = Annotated[float, _in("K"), Field(gt=0, lt=1000)]
Tesla = Annotated[float, _in("T"), Field(ge=0, lt=100)]
Energy = Annotated[float, _in("eV"), Field(ge=0, lt=1)]
Amperes = Annotated[float, _in("A"), Field(gt=0, lt=1)]
Seconds = Annotated[float, _in("s"), Field(gt=0, lt=1)]
Diffusivity = Annotated[float, _in("m^2/s"), Field(gt=0, lt=10)]
Radians = Annotated[float, _in("rad"), Field(ge=-7, le=7)]
Share = Annotated[float, Field(ge=0, le=1)]
Polarisation = Annotated[float, Field(ge=-1, le=1)]


class _Part(BaseModel):
    """A part of a device: frozen, and an entry that it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Film(_Part):
    """The superconducting film between the voltage contacts.

    `bkt_temperature` absent: a bulk-like film, whose V-I exponent jumps at T_c. `residual_resistance_ratio` is R(273 K) over
    the resistance just above T_c. `gap_ratio` is Delta(0) over k_B T_c; absent, that of weak coupling for the pairing.
    """

    material: str
    thickness: Metres
    width: Metres
    length: Metres
    normal_resistance: Ohms
    residual_resistance_ratio: Annotated[float, Field(gt=1, lt=1e4)]
    critical_temperature: Kelvin
    transition_width: Annotated[float, _in("K"), Field(ge=0, lt=100)] = 0.05
    fluctuation_strength: Annotated[float, Field(ge=0, lt=1)] = 0.01
    bkt_temperature: Kelvin | None = None
    bkt_constant: Annotated[float, Field(gt=0, lt=100)] = 1.0
    size_logarithm: Annotated[float, Field(gt=0, lt=100)] = 6.0
    coherence_length: Metres
    critical_current: Amperes = 1e-4
    gap_ratio: Annotated[float, Field(gt=0, lt=10)] | None = None
    broadening: Energy = 5e-5
    pairing: Literal["s-wave", "nodal"] = "s-wave"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.material not in known_materials():
            raise ValueError(f"material {self.material!r} has no table; there are {', '.join(known_materials())}")
        if self.bkt_temperature is not None and self.bkt_temperature >= self.critical_temperature:
            raise ValueError("bkt_temperature must lie below critical_temperature")
        return self


class Intercalation(_Part):
    """Cobalt between the layers: concentration n_s exp(-z/l) below the interface, and the gap that it widens."""

    surface_concentration: Share
    decay_length: Metres
    expansion: Annotated[float, Field(ge=0, lt=1)] = 0.0


class MomentExchange(_Part):
    """Where the magnetisation of the film comes from when it is computed: moments in a host with a pairing, by Monte Carlo.

    `gap` is that of the pair state at 0 K; absent, the film's. `coupling` is lambda in H = -lambda S.s, `concentration` moments
    a cell, `size` cells a side of each of `realisations` samples. The host's own numbers stand unless they are given.
    """

    host: str
    pairing: str = "none"
    direction: Literal["x", "y", "z"] = "z"
    gap: Energy | None = None
    coupling: Annotated[float, _in("eV"), Field(gt=0, lt=100)]
    concentration: Annotated[float, Field(gt=0, le=1)]
    kind: Literal["ising", "vector"] = "ising"
    component: Literal["x", "y", "isotropic", "tensor"] = "x"
    moment: Annotated[float, Field(gt=0, lt=100)] = 1.0
    anisotropy: Annotated[float, _in("eV"), Field(gt=-1, lt=1)] = 0.0
    all_orders: bool = False
    hopping: Annotated[float, _in("eV"), Field(gt=-10, lt=10)] | None = None
    chemical_potential: Annotated[float, _in("eV"), Field(gt=-100, lt=100)] | None = None
    size: Annotated[int, Field(ge=4, le=400)] = 24
    realisations: Annotated[int, Field(ge=1, le=1000)] = 4
    mesh: Annotated[int, Field(ge=16, le=8192)] | None = None


class Ordering(_Part):
    """Moments that order where the coherence length falls below `magnetic_length`, and what the ordered film shows.

    With `exchange` the magnetisation in a magnetoresistance loop is that of its moments; all else keeps to the numbers here.
    """

    magnetic_length: Metres
    resistive_share: Share
    critical_exponent: Annotated[float, Field(gt=0, le=2)] = 0.5
    coercive_field: Tesla
    switching_width: Tesla = 1e-3
    polarisation: Polarisation
    peak_conductance: Annotated[float, Field(ge=0, lt=10)] = 0.0
    ysr_energy: Energy = 0.0
    ysr_width: Energy = 1e-4
    exchange: MomentExchange | None = None


class Barrier(_Part):
    """Boron nitride between contact and film: what is left of it tunnels."""

    layers: Annotated[int, Field(ge=0, le=50)]
    resistance: Ohms


class Contact(_Part):
    """A contact line across the film; a magnetic one has a coercive field."""

    number: Annotated[int, Field(ge=1, le=99)]
    material: str
    position: Position
    width: Metres
    resistance: Ohms = 100.0
    polarisation: Polarisation = 0.0
    coercive_field: Tesla = 0.0
    switching_width: Tesla = 1e-3
    anisotropic_resistance: Ohms = 0.0
    easy_axis_angle: Radians = 0.0

    @property
    def magnetic(self) -> bool:
        return self.coercive_field > 0


class Channel(_Part):
    """The film between an injector and a detector, by the numbers of their contacts; centre to centre."""

    injector: int
    detector: int
    separation: Metres


class Spin(_Part):
    """Spins in the channel: non-local resistance of one alignment `amplitude` exp(-L/lambda), and its window in bias."""

    amplitude: Ohms
    spin_lifetime: Seconds
    diffusivity: Diffusivity
    vortex_field: Tesla = 0.0
    window_current: Amperes
    window_width: Amperes
    background: Annotated[float, _in("ohm"), Field(gt=-1e12, lt=1e12)] = 0.0
    thermal_coefficient: Annotated[float, _in("V/A^2"), Field(gt=-1e12, lt=1e12)] = 0.0


class Device(_Part):
    """A device: its film and what else it has. `Device.load("A")` gives one of the paper's, `Device.load(path)` your own."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    description: Annotated[str, Field(max_length=2000)] = ""
    film: Film
    intercalation: Intercalation | None = None
    ordering: Ordering | None = None
    barrier: Barrier | None = None
    contacts: tuple[Contact, ...] = ()
    channels: tuple[Channel, ...] = ()
    spin: Spin | None = None

    @model_validator(mode="after")
    def _contacts_exist(self) -> Self:
        numbers = [contact.number for contact in self.contacts]
        twice = sorted({number for number in numbers if numbers.count(number) > 1})
        if twice:
            raise ValueError(f"contact {twice[0]} stands twice")
        for channel in self.channels:
            for end in (channel.injector, channel.detector):
                if end not in numbers:
                    raise ValueError(f"channel {channel.injector}-{channel.detector}: there is no contact {end}")
        return self

    @classmethod
    def load(cls, which: str | Path, changes: Mapping[str, Any] | None = None) -> Device:
        """A device of the package by name, or one in a TOML file of yours; `changes` sets entries by dotted name.

        Raises `DataError` that names the line and the entry that is wrong, and what is allowed there.
        """
        from supraspin.devices.reading import load

        return load(which, changes)

    def contact(self, number: int) -> Contact:
        """The contact of that number. Raises `KeyError` with the numbers there are."""
        for contact in self.contacts:
            if contact.number == number:
                return contact
        raise KeyError(f"{self.name} has no contact {number}; it has {', '.join(str(c.number) for c in self.contacts)}")
