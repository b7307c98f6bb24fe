"""Fig. 4d: Hanle precession in channels of three lengths."""

from __future__ import annotations

from supraspin.reproduce.canvas import canvas, label
from supraspin.reproduce.figures._experiments import CHANNELS, LENGTHS
from supraspin.reproduce.figures._valve import further_maximum, hanle_curves, share_left
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure

_SHORT, _MIDDLE, _LONG = (one.name for one in CHANNELS)


def draw(outcomes: Outcomes):
    figure, axes = canvas(3, 1, letters="d", height=110, sharex=True)
    for ax, channel, length in zip(axes[::-1, 0], CHANNELS, LENGTHS, strict=True):
        hanle_curves(ax, outcomes[channel.name])
        label(ax, "", r"$R_\mathrm{NL}$ (Ω)", rf"$L_\mathrm{{CH}}$ = {length}")
    axes[-1, 0].set_xlabel(r"$B_\perp$ (mT)")
    return figure


FIGURE = PaperFigure(
    "4d", "Hanle precession in channels of three lengths",
    "46 mK, 0.1 µA; parallel electrodes blue, antiparallel red. Black: the fit of each channel alone.",
    CHANNELS, draw,
    (
        Comparison("spin_diffusion_length_short_B", _SHORT, "spin_diffusion_length"),
        Comparison("spin_diffusion_length_middle_B", _MIDDLE, "spin_diffusion_length"),
        Comparison("first_zero_crossing_B", _MIDDLE, "first_zero_crossing"),
        Comparison("hanle_saturation_B", _MIDDLE, share_left),
        Comparison("further_maximum_B", _LONG, further_maximum),
    ),
)  # fmt: skip
