"""Which way a pairing couples two moments, and whether that is more than the normal state does: an `Analysis` of a table."""

from __future__ import annotations

from supraspin.analysis import Analysis, Finding, Table
from supraspin.flags import Flag
from supraspin.formatting import si
from supraspin.lattice import ExchangeTable
from supraspin.theory.exchange_figures import draw_map, draw_range, draw_response
from supraspin.theory.numbers import Leaning, axes_of, leaning

_MODES = {"second_order": "to second order (RKKY)", "all_orders": "to all orders (Yu-Shiba-Rusinov regime)"}
_LITTLE = 1.25
"""Sums of the exchange with and without pairing are called alike up to this ratio."""


def exchange_analysis(table: ExchangeTable, reference: ExchangeTable | None = None, *, source: str = "") -> Analysis:
    """Findings and figures of a table; `reference` is the same host without pairing."""
    axes = axes_of(table)
    found = {axis: leaning(table, axis) for axis in axes}
    normal = {axis: leaning(reference, axis) for axis in axes} if reference is not None else {}
    attributes = table.dataset.attrs
    pairing = str(attributes["pairing"])
    state = "normal state" if pairing == "none" else f"{pairing} pairing, gap {si(float(attributes['gap']), 'eV')}"
    title = f"Exchange in {attributes['host']}: {state}, {si(table.temperature, 'K')}"
    findings = []
    for axis, one in found.items():
        findings += [
            Finding(f"exchange_sum_{axis}", one.total, "eV", text=f"sum of J over all cells within {si(table.radius, 'm')}"),
            Finding(f"nearest_exchange_{axis}", one.nearest, "eV", text="J of nearest neighbours"),
            Finding(f"ferromagnetic_quality_{axis}", one.quality, "1", text="Q = sum J / sqrt(sum J^2)"),
        ]
        if one.concentration is not None:
            text = "moments a cell above which dilute random moments are ferromagnetic in mean field (too optimistic)"
            findings.append(Finding(f"least_concentration_{axis}", one.concentration, "1", text=text))
    flags = list(table.flags)
    for axis, one in found.items():
        flags += _flags(axis, one, normal.get(axis))
    figures = {"range": draw_range(table, axes, reference), "map": draw_map(table, axes), "response": draw_response(table, axes)}
    captions = {
        "range": "Size of the exchange against distance, blue where it is ferromagnetic, red where antiferromagnetic, with its "
        "envelope" + (" and that of the same host without pairing." if reference is not None else "."),
        "map": "Exchange with the moment in the middle; colours are linear below a thousandth of the largest.",
        "response": "Fourier transform of the exchange, the site itself included where it is known; white: the Brillouin zone. "
        "The table ends at its reach, which blurs it.",
    }
    return Analysis(
        kind="exchange", title=title, sources=(source,) if source else (), summary=_summary(found, normal, attributes),
        findings=findings, tables=[_table(found, normal), _convergence(table)], figures=figures, captions=captions, flags=flags,
    )  # fmt: skip


def _summary(found: dict[str, Leaning], normal: dict[str, Leaning], attributes) -> str:
    parts = [f"Two moments exchange {_MODES[str(attributes['mode'])]}."]
    for axis, one in found.items():
        text = f"Along {axis} the sum over all cells is {one.sign} ({si(one.total, 'eV')}, Q = {one.quality:.1f})"
        if axis in normal:
            text += f"; without pairing it is {si(normal[axis].total, 'eV')}"
        parts.append(text + ".")
    if all(one.quality <= 1 for one in found.values()):
        parts.append("No concentration of random moments is ferromagnetic by this exchange, not even in mean field.")
    else:
        parts.append("Whether random moments order is for Monte Carlo to say: `supraspin moments`.")
    return " ".join(parts)


def _flags(axis: str, one: Leaning, normal: Leaning | None) -> list[Flag]:
    if normal is None or one.total <= 0:
        return []
    if one.total > _LITTLE * normal.total:
        return []
    text = (
        f"along {axis} the exchange is ferromagnetic without pairing too, by {si(normal.total, 'eV')} against "
        f"{si(one.total, 'eV')}: the pairs add little to it"
    )
    return [Flag("pairing_adds_little", text, "note", {"with": one.total, "without": normal.total})]


def _table(found: dict[str, Leaning], normal: dict[str, Leaning]) -> Table:
    rows = []
    for label, group in (("with pairing" if normal else "this table", found), ("normal state", normal)):
        rows += [(label, a, o.total, o.nearest, o.far, o.quality, o.concentration) for a, o in group.items()]
    columns = ("state", "axis", "sum (eV)", "nearest (eV)", "beyond half the reach (eV)", "Q", "c for order")
    return Table("Exchange by axis", columns, tuple(rows), "J > 0 is ferromagnetic; c: moments a cell, in mean field.")


def _convergence(table: ExchangeTable) -> Table:
    c = table.convergence
    rows = (
        ("verdict", c.verdict), ("points a side", c.mesh), ("points a side that are needed", c.needed_mesh),
        ("L a 2 Omega / v (10 is wanted)", c.ratio), ("frequencies", c.frequency_nodes), ("in place of", c.frequency_terms),
        ("error of the sum over frequencies", c.frequency_error), ("smallest gap on the Fermi line (eV)", c.smallest_gap),
    )  # fmt: skip
    return Table("Convergence", ("of", "value"), rows)
