"""Which published numbers pull against which: of each left out, what the twin says in its place, and whom it would oust."""

from __future__ import annotations

from supraspin.devices import Device
from supraspin.devices.published import Against, PublishedNumber, Tension
from supraspin.lab.calibration.consistent import Calibration, agreeing, blocks
from supraspin.lab.calibration.predictions import predict
from supraspin.lab.calibration.solve import solve


def tensions(device: Device, fitted: Calibration) -> tuple[Tension, ...]:
    """For each number left out of a calibration of `device`: its pull, and the kept numbers of its conflicts, with what the twin
    would say of each if it made way."""
    names = tuple(fitted.solution.parameters)
    found = []
    for rows, columns in blocks(fitted.device, fitted.numbers, names):
        kept = [fitted.numbers[i] for i in rows if fitted.kept[i]]
        shared = [names[j] for j in columns]
        found += [_tension(device, fitted, fitted.numbers[i], kept, shared) for i in rows if not fitted.kept[i]]
    return tuple(found)


def _tension(
    start: Device, fitted: Calibration, number: PublishedNumber, kept: list[PublishedNumber], names: list[str]
) -> Tension:
    starts = (start, fitted.device, solve(start, [*kept, number], names).device)
    rivals = {one.name for conflict in fitted.conflicts if number in conflict for one in conflict}
    against = []
    for ousted in [one for one in kept if one.name in rivals]:
        solution = agreeing(starts, [*(one for one in kept if one is not ousted), number], names)
        if solution is not None:
            value = predict(solution.device, ousted)
            against.append(Against(number=ousted.name, twin=value, pull=ousted.pull(value)))
    value = predict(fitted.device, number)
    return Tension(number=number.name, twin=value, pull=number.pull(value), against=tuple(against))
