"""The figure of the README: synthetic curves with noise, and the program's fits to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import supraspin as ss
from supraspin.data import make
from supraspin.formatting import uncertain

FILE = Path("docs/figures/readme.png")


def main() -> None:
    rng = np.random.default_rng(7)
    figure = Figure(figsize=(9.0, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    draw_hanle(left, rng)
    draw_spectrum(right, rng)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(FILE, dpi=150)
    print(f"wrote {FILE}")


def draw_hanle(axes, rng: np.random.Generator) -> None:
    field = np.linspace(-0.2, 0.2, 241)
    truth = {"amplitude": 12.0, "spin_lifetime": 350e-12, "diffusivity": 1.5e-2, "separation": 2.5e-6}
    curves = [np.asarray(ss.models.hanle(field, sign, **truth)) + rng.normal(0.0, 0.1, field.size) for sign in (1.0, -1.0)]
    data = make("hanle", field=[field, field], nonlocal_resistance=curves, per_sweep={"alignment": [1, -1]})
    result = ss.fit("hanle", data, fix={"separation": truth["separation"]})
    for sign, curve, colour, name in zip((1.0, -1.0), curves, ("C0", "C3"), ("parallel", "antiparallel"), strict=True):
        axes.plot(1e3 * field, curve, ".", ms=3, color=colour, alpha=0.6, label=name)
        axes.plot(1e3 * field, np.asarray(ss.models.hanle(field, sign, **result.values)), "-", lw=1.2, color="black")
    axes.set_xlabel(r"$B$ (mT)")
    axes.set_ylabel(r"$R_\mathrm{NL}$ (Ω)")
    label(axes, result, "spin_lifetime", r"\tau_\mathrm{s}")


def draw_spectrum(axes, rng: np.random.Generator) -> None:
    bias = np.linspace(-4e-3, 4e-3, 241)
    truth = {"gap": 1.30e-3, "gap_2": 0.80e-3, "weight": 0.55, "broadening": 45e-6, "broadening_2": 60e-6, "temperature": 0.9}
    curve = np.asarray(ss.models.two_gap(bias, **truth)) + rng.normal(0.0, 0.012, bias.size)
    data = make("tunnel_spectrum", bias=bias, normalised_conductance=curve, per_sweep={"temperature": truth["temperature"]})
    result = ss.fit("two_gap", data)
    axes.plot(1e3 * bias, curve, ".", ms=3, color="C0", alpha=0.6, label="spectrum")
    axes.plot(1e3 * bias, np.asarray(ss.models.two_gap(bias, **result.values)), "-", lw=1.2, color="black", label="two gaps")
    axes.set_xlabel(r"$V$ (mV)")
    axes.set_ylabel(r"$G/G_\mathrm{N}$")
    label(axes, result, "gap", r"\Delta_1")


def label(axes, result, name: str, symbol: str) -> None:
    found = result.params[name]
    axes.set_title(f"${symbol}$ = {uncertain(found.value, found.stderr, found.unit)}", fontsize="medium")
    axes.legend(frameon=False, fontsize="small")


if __name__ == "__main__":
    main()
