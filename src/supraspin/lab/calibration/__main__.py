"""Fit the devices to the published numbers and print the pulls; with `--write`, enter the optimum in their files."""

from __future__ import annotations

import argparse
from pathlib import Path

import supraspin.devices
from supraspin.devices import Device, published
from supraspin.formatting import si
from supraspin.lab.calibration.consistent import Calibration, calibrate
from supraspin.lab.calibration.relations import relations
from supraspin.lab.calibration.tensions import tensions
from supraspin.lab.calibration.write import reasons, results, rewritten

FOLDER = Path(supraspin.devices.__file__).parent
NAMES = tuple(dict.fromkeys(one.device for one in published.numbers() if one.twin))


def main() -> None:
    """Calibrate all devices that have published numbers."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m supraspin.lab.calibration")
    parser.add_argument("--write", action="store_true", help="enter the optimum in the device files and in tensions.toml")
    write = parser.parse_args().write
    fitted: list[Calibration] = []
    pulling: list[published.Tension] = []
    best: dict[str, Device] = {}
    for name in NAMES:
        device = Device.load(name)
        one = calibrate(device)
        _show(one)
        found = tensions(device, one)
        for tension in found:
            against = ", ".join(f"{other.number} (would be {other.twin:.4g})" for other in tension.against)
            print(f"  {tension.number} pulls against {against or 'no single number'}")
        fitted.append(one)
        pulling += found
        best[name] = one.device
        if write and one.solution.parameters:
            file = FOLDER / f"{name}.toml"
            file.write_text(rewritten(file.read_text(encoding="utf-8"), one.solution.parameters, reasons(one)), encoding="utf-8")
    between = relations(best["A"], best["B"])
    for relation in between:
        left, right = (si(value, relation.unit) for value in (relation.left, relation.right))
        print(f"{relation.device}: {relation.text}: {left} against {right}")
    if write:
        (FOLDER / "published" / "tensions.toml").write_text(results(fitted, pulling, between), encoding="utf-8")


def _show(one: Calibration) -> None:
    print(f"{one.device.name}: {sum(one.kept)} of {len(one.numbers)} published numbers hold together")
    for number, keep, value, pull in zip(one.numbers, one.kept, one.solution.predicted, one.solution.pulls, strict=True):
        print(f"  {number.name:38s} {number.value:10.4g} {value:10.4g}  pull {pull:+6.2f}{'' if keep else '  LEFT OUT'}")
    for conflict in one.conflicts:
        print(f"  no device has all of: {', '.join(number.name for number in conflict)}")
    for name, value in one.solution.parameters.items():
        print(f"  {name:38s} {value:10.4g} +- {one.solution.errors[name]:.2g}")


if __name__ == "__main__":
    main()
