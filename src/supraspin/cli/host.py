"""Hosts and pair states from words on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supraspin.lattice import Host, Pairing

_SPIN_ORBIT = ("atomic", "ising", "rashba")


def read_host(
    name: str, *, hopping: str | None = None, chemical_potential: str | None = None, filling: float | None = None,
    spin_orbit: Iterable[str] = (), zeeman: Iterable[str] = (), vectors: str | None = None, spins: str = "spinless",
) -> Host:  # fmt: skip
    """The host called `name`, or of an `_hr.dat` file. Raises `SupraspinError` that names what is wrong and what is allowed."""
    from supraspin.cli.values import pairs
    from supraspin.errors import ModelError
    from supraspin.lattice import host_by_name, read_wannier, with_ising, with_rashba
    from supraspin.units import parse_value

    def energy(kind: str) -> str:
        if kind not in _SPIN_ORBIT:
            raise ModelError(f"--spin-orbit has no {kind!r}; it has {', '.join(_SPIN_ORBIT)}")
        return "eV"

    def tesla(axis: str) -> str:
        if axis not in ("x", "y", "z"):
            raise ModelError(f"--zeeman has no {axis!r}; it has x, y, z")
        return "T"

    if chemical_potential is not None and filling is not None:
        raise ModelError("--filling and --chemical-potential both fix the number of electrons; give one of them")
    coupling, field = pairs("--spin-orbit", spin_orbit, energy), pairs("--zeeman", zeeman, tesla)
    options: dict[str, float] = {}
    if hopping is not None:
        _only(name, ("square", "triangular"), "--hopping")
        options["hopping"] = parse_value(hopping, "eV")
    if "atomic" in coupling:
        _only(name, ("nbse2_three_band",), "--spin-orbit atomic")
        options["spin_orbit"] = coupling["atomic"]
    if name.endswith(".dat"):
        host = read_wannier(Path(name), _vectors(vectors), spin=spins)
    elif vectors is not None:
        raise ModelError(f"--vectors belong to an _hr.dat file; {name} has its own")
    else:
        host = host_by_name(name, **options)
    if "ising" in coupling:
        host = with_ising(host, coupling["ising"])
    if "rashba" in coupling:
        host = with_rashba(host, coupling["rashba"])
    if chemical_potential is not None:
        host = host.with_chemical_potential(parse_value(chemical_potential, "eV"))
    elif filling is not None:
        host = host.with_filling(filling)
    return host.with_field([field.get(axis, 0.0) for axis in "xyz"]) if field else host


def _only(name: str, allowed: Sequence[str], option: str) -> None:
    from supraspin.errors import ModelError

    if name not in allowed:
        raise ModelError(f"{option} is for {' and '.join(allowed)}; {name} has hoppings of its own")


def _vectors(text: str | None) -> list[list[float]]:
    from supraspin.errors import ModelError

    numbers = (text or "").replace(",", " ").split()
    try:
        x1, y1, x2, y2 = (float(word) for word in numbers)
    except ValueError as error:
        raise ModelError("an _hr.dat file holds no lattice vectors: give --vectors 'x1 y1 x2 y2' in m") from error
    return [[x1, y1], [x2, y2]]


def read_pairing(name: str, gap: str, direction: str) -> Pairing:
    """The pair state by name with its gap at 0 K; `direction` is x, y, z or three numbers."""
    from supraspin.errors import ModelError
    from supraspin.lattice import pairing
    from supraspin.units import parse_value

    unit = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}
    if direction in unit:
        along = unit[direction]
    else:
        try:
            a, b, c = (float(word) for word in direction.replace(",", " ").split())
        except ValueError as error:
            raise ModelError(f"--direction is x, y, z or three numbers, not {direction!r}") from error
        along = (a, b, c)
    size = parse_value(gap, "eV")
    if size <= 0 and name not in ("none", "normal"):
        raise ModelError(f"--gap must be above 0 eV, not {gap}; without pairing give --pairing none")
    return pairing(name, size, along)


def described(host: Host, given: str) -> str:
    """The host in a line: what it is called, its orbitals, filling and Fermi velocity."""
    from supraspin.lattice import fermi_line

    line = fermi_line(host)
    speed = f"Fermi velocity {line.mean(line.speed) * 1e10:.3g} eV A"
    return f"{given}: {host.orbitals} orbital{'s' if host.orbitals > 1 else ''}, mu = {host.chemical_potential:.4g} eV, {speed}"
