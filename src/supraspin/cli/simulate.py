"""`supraspin simulate`: a protocol on a virtual device, into a file as a laboratory would have it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from supraspin.lab.protocol import Protocol

Repeated = Annotated[list[str] | None, Parameter(name="--set", negative="")]


def simulate(
    device: str | None = None, protocol: str | None = None, /, *, out: Path | None = None, set_: Repeated = None, key: int = 0,
    format_: Annotated[str | None, Parameter(name="--format")] = None, force: Annotated[bool, Parameter(negative="")] = False,
) -> None:  # fmt: skip
    """Measure a virtual device in its virtual cryostat and write the data. Without arguments: list devices and protocols.

    Parameters
    ----------
    device
        Name of a device (A to E, or a control), or a TOML file of your own.
    protocol
        What to measure; without it the protocols and their options are listed.
    out
        File to write: .nc (netCDF, nothing lost), .csv, .tsv, .dat (Nanonis for tunnel spectra, else Quantum
        Design) or .txt (TDI).
    set_
        name=value: an option of the protocol (temperature='2 K'), or an entry of the device by its section
        (film.thickness='5 nm'). May be repeated.
    key
        Seed of the noise; the same key gives the same file.
    format_
        Dialect to write, where the ending of the name does not say it: netcdf, csv, tsv, nanonis, quantum-design,
        tdi.
    force
        Write over a file that is there.
    """
    if device is None:
        from supraspin.devices import names

        print(f"devices: {', '.join(names())}")
    if device is None or protocol is None:
        _list()
        return

    from supraspin.cli.values import check_file_to_write, split_pairs
    from supraspin.data.writers import dialect_of, write
    from supraspin.devices import Device
    from supraspin.errors import DataError
    from supraspin.lab.protocol import PROTOCOLS
    from supraspin.lab.setup import Setup
    from supraspin.units import parse_value

    entry = PROTOCOLS[protocol]
    wishes = split_pairs("--set", set_ or ())
    changes = {name: value for name, value in wishes.items() if "." in name}
    unknown = [name for name in wishes if name not in changes and name not in entry.options]
    if unknown:
        there = ", ".join(sorted(entry.options))
        raise DataError(f"{protocol} has no option {unknown[0]!r}; it has {there}, and device entries such as film.thickness")
    options = {name: parse_value(text, entry.options[name].unit) for name, text in wishes.items() if name not in changes}
    if out is None:
        raise DataError("name a file to write: --out data.nc")
    check_file_to_write(out)
    if out.exists() and not force:
        raise DataError(f"{out} is there already; --force writes over it")
    dialect = dialect_of(out, format_, entry.kind)
    ds = entry.run(Setup.of(Device.load(device, changes)), key, **options)
    write(ds, out, dialect)
    print(f"{out}: {ds.attrs['kind']}, {ds.sizes['sweep']} sweeps of up to {ds.sizes['point']} points, key {key}")


def _list() -> None:
    from supraspin.lab.protocol import PROTOCOLS

    for entry in PROTOCOLS.values():
        print(f"\n{entry.name}: {entry.summary}")
        print("  " + ", ".join(_option(entry, name) for name in entry.options))


def _option(entry: Protocol, name: str) -> str:
    from supraspin.formatting import si

    par = entry.options[name]
    return f"{name}={si(par.default, par.unit) if par.unit != '1' else format(par.default, 'g')}"
