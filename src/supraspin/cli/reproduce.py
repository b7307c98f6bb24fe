"""`supraspin reproduce`: the paper's figures from virtual devices, beside the paper's numbers."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Repeated = Annotated[list[str] | None, Parameter(negative="")]


def reproduce(
    *, out: Path, figure: Repeated = None, device: Repeated = None, swap: Repeated = None, key: int = 0, processes: int = 2,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:  # fmt: skip
    """Measure the paper's devices in the virtual laboratory, analyse the data, and draw its figures beside its numbers.

    Parameters
    ----------
    out
        Folder for report.html, results.json, figures and data; it is new, empty, or holds an earlier reproduction.
    figure
        Only this figure: 3b, 3 for all its panels, ED4, controls. May be repeated.
    device
        Only figures measured on this device. May be repeated.
    swap
        A=mine.toml: measure a device of yours (a TOML file, or a name such as no_cobalt) in the place of the caption's.
    key
        Seed of all noise; the same key gives the same figures and numbers.
    processes
        How many measurements are analysed at a time.
    json
        Print the numbers as JSON, the same as in results.json.
    """
    from supraspin.cli.show import progress
    from supraspin.cli.values import split_pairs
    from supraspin.errors import DataError
    from supraspin.report.plain import to_json
    from supraspin.report.provenance import provenance
    from supraspin.reproduce import reproduce as run
    from supraspin.reproduce import select

    if not 1 <= processes <= 64:
        raise DataError(f"--processes must be between 1 and 64, not {processes}")
    chosen = select(figure or (), device or ())
    swapped = _devices(split_pairs("--swap", swap or ()), [name for one in chosen for name in one.devices])
    origin = provenance((), (), shlex.join(["supraspin", *sys.argv[1:]]))
    with progress(not json) as report:
        numbers = run(chosen, out, key=key, swap=swapped, processes=processes, origin=origin, progress=report)
    if json:
        print(to_json(numbers))
        return
    _show(numbers)
    print(f"Page: {out / 'report.html'}")


def _devices(swap: dict[str, str], measured: list[str]) -> dict[str, str]:
    """The devices of `--swap`, each read once to refuse a wrong one before any work."""
    from supraspin.devices import Device
    from supraspin.errors import DataError

    for name, other in swap.items():
        if name not in measured:
            raise DataError(
                f"--swap {name!r}: no chosen figure is measured on it; there are {', '.join(dict.fromkeys(measured))}"
            )
        Device.load(other)
    return swap


def _show(numbers: dict) -> None:
    from supraspin.analysis import Finding
    from supraspin.cli.show import plain, show_table
    from supraspin.devices.published import fault_of, number
    from supraspin.formatting import ABSENT
    from supraspin.reproduce.compare import printed_text, pull_text, recovered_text

    rows: list[tuple[str, ...]] = []
    blamed: set[int] = set()
    for figure in numbers["reproduction"]["figures"]:
        if figure["why_not"]:
            print(f"{figure['figure']} left out: {plain(figure['why_not'])}")
        for one in figure["compared"]:
            found = Finding(**one["recovered"]) if one["recovered"] else None
            faults = one["faults"] if one["verdict"] == "disagrees" else []
            blamed |= set(faults)
            why = f"fault {', '.join(map(str, faults))}" if faults else "" if one["verdict"] == "agrees" else one["verdict"]
            told = (printed_text(number(one["number"])), recovered_text(found) if found else ABSENT, pull_text(one["pull"]), why)
            rows.append((figure["figure"], one["device"], one["number"].replace("_", " "), *told))
    if rows:
        show_table(("figure", "device", "number", "paper", "recovered", "pull", ""), rows)
        print()
    for known in sorted(blamed):
        fault = fault_of(known)
        print(f"Fault {known} of the paper: {fault.title}. {fault.text}")
