"""Extended Data Fig. 5: R(T) from room temperature at several contents of cobalt."""

from __future__ import annotations

from supraspin.reproduce.canvas import BLUE, DOUBLE, GREEN, GREY, RED, canvas, label
from supraspin.reproduce.figures._experiments import DOPING
from supraspin.reproduce.figures._film import curves
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure

_DEVICES = tuple(one.device for one in DOPING.measurements)
_TITLES = {
    device: f"Resistance against temperature: {one.name}" for device, one in zip(_DEVICES, DOPING.measurements, strict=True)
}


def draw(outcomes: Outcomes):
    outcome = outcomes[DOPING.name]
    figure, axes = canvas(1, 2, width=DOUBLE, height=66, letters="ab")
    wide, cold = axes[0]
    for device, ds, colour in zip(_DEVICES, outcome.data, (RED, BLUE, GREEN, GREY), strict=True):
        temperature, resistance = curves(ds)[0]
        title = _TITLES[device]
        ratio, normal = outcome.finding("residual_resistance_ratio", title), outcome.finding("normal_resistance", title)
        if normal is None:
            continue
        text = device.replace("_", " ") + (f", RRR {ratio.value:.1f}" if ratio is not None else "")
        wide.plot(temperature, resistance / normal.value, color=colour, label=text)
        near = temperature < 9
        cold.plot(temperature[near], resistance[near] / normal.value, color=colour)
    cold.axhline(0, color=RED, linestyle="--", linewidth=0.5)
    wide.legend(loc="upper left")
    label(wide, "$T$ (K)", r"$R/R_{T_\mathrm{C}+}$")
    label(cold, "$T$ (K)", r"$R/R_{T_\mathrm{C}+}$")
    return figure


FIGURE = PaperFigure(
    "ED5", "Resistance ratio and the two critical temperatures against doping",
    "a, R(T) from room temperature over that just above T_C, at 1 µA; RRR = R(273 K)/R(T_C+). b, The same below 9 K.",
    (DOPING,), draw,
    (
        Comparison("residual_resistance_ratio_A", DOPING.name, "residual_resistance_ratio", _TITLES["A"]),
        Comparison("residual_resistance_ratio_B", DOPING.name, "residual_resistance_ratio", _TITLES["B"]),
        Comparison("residual_resistance_ratio_dilute", DOPING.name, "residual_resistance_ratio", _TITLES["dilute_cobalt"]),
    ),
    "All four in the insert, since the dilution refrigerator does not reach 273 K.", wide=True,
)  # fmt: skip
