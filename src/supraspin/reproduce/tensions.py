"""Published numbers that no one device can have with the others, as the calibration of the virtual devices found them."""

from __future__ import annotations

from supraspin.analysis import Table
from supraspin.devices.published import number, results
from supraspin.formatting import si
from supraspin.reproduce.compare import printed_text


def table() -> Table:
    """Each number left out of the calibration: what the calibrated device says in its place, and whom it pulls against."""
    rows = []
    for one in results().tension:
        printed = number(one.number)
        costs = [f"{_name(o.number)} {si(o.twin, number(o.number).unit)}, pull {o.pull:+.0f}" for o in one.against]
        said = f"{si(one.twin, printed.unit)}, pull {one.pull:+.1f}"
        rows.append((_name(one.number), printed.figure, printed_text(printed), said, "; ".join(costs) or "two or more others"))
    return Table(
        "Numbers that no device can have with the others",
        ("number", "figure", "paper", "device fitted to the others", "what it would cost to have it"), tuple(rows),
        "Devices A to E are fitted to the largest set of published numbers that hold together. The last column: a number that "
        "would have to go instead, and what the device would then say of it.",
    )  # fmt: skip


def _name(name: str) -> str:
    return name.replace("_", " ")
