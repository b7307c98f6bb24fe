"""The controls: devices in which the effects must be absent, beside Device B, all in the dilution refrigerator."""

from __future__ import annotations

from typing import Any

from supraspin.analysis import Table
from supraspin.reproduce.canvas import BLUE, DOUBLE, GREY, RED, canvas, loop_legs
from supraspin.reproduce.figures._film import curves
from supraspin.reproduce.figures._junction import loops
from supraspin.reproduce.figures._verdicts import anomaly, hanle, switching
from supraspin.reproduce.plan import Experiment, Outcomes, PaperFigure, experiment, measure

DEVICES = ("B", "no_cobalt", "dilute_cobalt", "excess_cobalt", "thick_barrier", "direct_contact")
_WITHOUT_JUNCTION = ("direct_contact",)
"""Devices without a barrier: there is no tunnel junction to measure."""
_AXES = (("$R$ (Ω)", 0.0), ("$R$ (kΩ)", 0.0), (r"$R_\mathrm{NL}$ (Ω)", 2.0), (r"$R_\mathrm{NL}$ (Ω)", 2.0))
"""Labels of the panels and their least spans: else the noise of a flat curve would fill them."""
_CURRENT: dict[str, Any] = {"modulation": 2**0.5 * 1e-7}


def _of(device: str) -> tuple[Experiment, ...]:
    cold: dict[str, Any] = {"cryostat": "dilution"}
    found = [
        experiment(
            f"control {device}: R(T)",
            measure(
                device, "field_temperature_map", "control", coldest=0.06, warmest=10.0, stop=7.0, fields=12, points=140, **cold
            ),
            seconds=4,
        ),
        experiment(
            f"control {device}: spin valve",
            measure(device, "spin_valve_loop", "control", channel=1, bias=0.0, temperature=0.06, **_CURRENT, **cold),
            seconds=2,
        ),
        experiment(
            f"control {device}: Hanle",
            measure(device, "hanle", "control", channel=1, bias=0.0, temperature=0.06, **_CURRENT, **cold),
            seconds=6,
        ),
    ]
    if device not in _WITHOUT_JUNCTION:
        tmr = measure(device, "tmr_loop", "control", coldest=0.06, current=1e-7, **cold)
        found.insert(1, experiment(f"control {device}: junction", tmr, seconds=2))
    return tuple(found)


EXPERIMENTS = tuple(one for device in DEVICES for one in _of(device))


def draw(outcomes: Outcomes):
    figure, axes = canvas(len(DEVICES), 4, width=DOUBLE, height=190)
    for row, device in zip(axes, DEVICES, strict=True):
        map_ = outcomes[f"control {device}: R(T)"].data[0]
        row[0].plot(*curves(map_)[0], color=GREY)
        row[0].set_title(device.replace("_", " "), loc="left", fontweight="bold")
        junction = outcomes.get(f"control {device}: junction")
        if junction is None:
            row[1].set_axis_off()
            row[1].annotate("no barrier, no junction", (0.5, 0.5), xycoords="axes fraction", ha="center", color=GREY)
        else:
            _loop(row[1], junction.data[0], 1e-3)
        _loop(row[2], outcomes[f"control {device}: spin valve"].data[0], 1.0)
        ds = outcomes[f"control {device}: Hanle"].data[0]
        for (field, reading), colour in zip(curves(ds, "nonlocal_resistance", "field"), (BLUE, RED), strict=True):
            row[3].plot(1e3 * field, reading, ".", markersize=1, color=colour)
        for ax, (name, least) in zip(row, _AXES, strict=True):
            ax.set_ylabel(name)
            low, high = ax.get_ylim()
            middle, span = (low + high) / 2, max(high - low, least, 0.02 * abs(low + high) / 2)
            ax.set_ylim(middle - span / 2, middle + span / 2)
    for ax, text in zip(axes[-1], ("$T$ (K)", r"$B_\parallel$ (mT)", r"$B_\parallel$ (mT)", r"$B_\perp$ (mT)"), strict=True):
        ax.set_xlabel(text)
    for above, ax in zip(axes[-2], axes[-1], strict=True):
        if not ax.axison:
            above.set_xlabel(ax.get_xlabel())
    for ax, text in zip(axes[0], ("", "tunnel junction", "spin valve", "Hanle"), strict=True):
        if text:
            ax.set_title(text, loc="left")
    return figure


def _loop(ax, ds, unit: float) -> None:
    field, reading, direction, _ = loops(ds)[0]
    loop_legs(ax, [1e3 * one for one in field], [unit * one for one in reading], direction)


def tables(outcomes: Outcomes) -> list[Table]:
    """Device by device: what each analysis claims, and with what significance."""
    rows = []
    for device in DEVICES:
        said = [anomaly(outcomes[f"control {device}: R(T)"])]
        junction = outcomes.get(f"control {device}: junction")
        said.append(switching(junction) if junction is not None else "no junction")
        said += [switching(outcomes[f"control {device}: spin valve"]), hanle(outcomes[f"control {device}: Hanle"])]
        rows.append((device.replace("_", " "), *said))
    return [
        Table(
            "What the analyses claim", ("device", "R rises below T_C", "junction switches", "valve switches", "Hanle signal"),
            tuple(rows),
            "z: standard deviations of a rise towards low field and temperature; p: chance of such a loop without magnets, a "
            "claim takes p below 0.01, the chance for a Hanle signal being that of noise with the spectrum of the curves.",
        )
    ]  # fmt: skip


FIGURE = PaperFigure(
    "controls", "Controls: the effects are absent where they must be",
    "Device B above, below it the controls, all at 60 mK. From the left: R(T) in zero field, loops of the tunnel junction at "
    "0.1 µA, loops of the spin valve (0.8 µm), Hanle curves of both alignments.",
    EXPERIMENTS, draw,
    remark="The paper says of them that no transition or no non-local signal was seen.", wide=True, tables=tables,
)  # fmt: skip
