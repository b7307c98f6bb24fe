"""The figure of docs/exchange.md: what pairing does to the exchange between moments, to second order and to all orders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from supraspin import lattice
from supraspin.analysis.drawing import COLOURS, style
from supraspin.quantities import KB

FILE = Path("docs/figures/exchange.png")
GAP = 0.05  # in units of the hopping t
STATES = (
    ("normal", None, "x", COLOURS[5]),
    ("singlet", "s", "x", COLOURS[1]),
    ("chiral triplet, S along d", "chiral_p", "z", COLOURS[2]),
    ("chiral triplet, S across d", "chiral_p", "x", COLOURS[0]),
)


def main() -> None:
    figure = Figure(figsize=(7.2, 5.6), layout="constrained")
    (a, b), (c, d) = figure.subplots(2, 2)
    host = lattice.square(1.0, -3.0, 1.0)
    draw_second_order(a, host)
    draw_all_orders(b, host)
    draw_strength(c, host)
    draw_spin_orbit(d)
    for letter, ax in zip("abcd", (a, b, c, d), strict=True):
        ax.set_title(letter, loc="left", fontsize=10, fontweight="bold")
    style(a, b, c, d)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(FILE, dpi=150)
    print(f"wrote {FILE}")


def solve(host, name, axis, **options):
    pair = lattice.pairing(name, GAP) if name else None
    return lattice.exchange(host, pair, 0.1 * GAP / KB, axes=axis, **options)


def rings(table, axis, values, width=2.0):
    """Means over rings of r: centres and values."""
    edges = np.arange(3.0, table.reach + 1e-9, width)
    place = np.digitize(table.distance / table.distance[table.reach + 1, table.reach], edges) - 1
    return edges[:-1] + width / 2, np.array([np.mean(values[place == n]) for n in range(len(edges) - 1)])


def draw_second_order(ax, host) -> None:
    for label, name, axis, colour in STATES:
        table = solve(host, name, axis, reach=32, mesh=384)
        r, mean = rings(table, axis, table.along(axis) * table.distance * 1e4)
        ax.plot(r, mean, color=colour, label=label, linewidth=1.3)
    ax.axhline(0, color="#c5cad0", linewidth=0.6, zorder=0)
    ax.set(xlabel="$r/a$", ylabel=r"$\langle r J\rangle$ of a ring ($10^{-4}\,\lambda^2/t$)", ylim=(-4.5, 2.5))
    ax.text(0.97, 0.95, "second order", transform=ax.transAxes, ha="right", va="top", fontsize=8)
    ax.legend(fontsize=7, loc="lower right", frameon=False)


def draw_all_orders(ax, host) -> None:
    for label, name, axis, colour in STATES:
        table = solve(host, name, axis, reach=24, mesh=256, mode="all_orders", coupling=7.0)
        r, mean = rings(table, axis, -2 * table.along(axis) / GAP)
        ax.plot(r, mean, color=colour, label=label, linewidth=1.3)
    ax.axhline(0, color="#c5cad0", linewidth=0.6, zorder=0)
    ax.set(xlabel="$r/a$", ylabel=r"$\langle E_{\uparrow\uparrow}-E_{\uparrow\downarrow}\rangle/\Delta$ of a ring")
    ax.text(0.97, 0.05, "all orders, $U = 3.5\\,t$", transform=ax.transAxes, ha="right", va="bottom", fontsize=8)


def draw_strength(ax, host) -> None:
    strengths = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0])
    for _, name, axis, colour in STATES:
        found = []
        for u in strengths:
            table = solve(host, name, axis, reach=16, mesh=192, mode="all_orders", coupling=2 * u, nodes=4)
            inside = (table.distance > 0) & (table.distance <= table.radius)
            j = table.along(axis)[inside]
            found.append(j.sum() / np.sqrt(np.sum(j**2)))
        ax.plot(strengths, found, marker="o", markersize=3, color=colour, linewidth=1.3)
    ax.axhline(0, color="#c5cad0", linewidth=0.6, zorder=0)
    ax.set(xlabel="strength of the moments $U/t$", ylabel=r"$Q = \sum J/\sqrt{\sum J^2}$")


def draw_spin_orbit(ax) -> None:
    gap = 0.02
    for spin_orbit, colour in ((1e-6, COLOURS[5]), (0.02, COLOURS[4]), (0.0784, COLOURS[3])):
        host = lattice.nbse2_three_band(spin_orbit)
        table = lattice.exchange(
            host, lattice.pairing("chiral_p", gap), 0.05 * gap / KB, reach=18, mesh=108, mode="all_orders", coupling=10.0,
            axes="x", nodes=3, share=(1.0, 0.0, 0.0), thinning=False,
        )  # fmt: skip
        r, mean = rings(table, "x", -2e3 * table.along("x") / gap, 2.5)
        label = f"{spin_orbit * 1e3:.0f} meV" + (" (NbSe$_2$)" if spin_orbit > 0.05 else "")
        ax.plot(r, mean, color=colour, label=label, linewidth=1.3)
    ax.axhline(0, color="#c5cad0", linewidth=0.6, zorder=0)
    ax.set(xlabel="$r/a$", ylabel=r"$\langle E_{\uparrow\uparrow}-E_{\uparrow\downarrow}\rangle$ ($10^{-3}\Delta$)", ylim=(-8, 2))
    ax.legend(fontsize=7, title="Ising coupling", title_fontsize=7, loc="lower right", frameon=False)


if __name__ == "__main__":
    main()
