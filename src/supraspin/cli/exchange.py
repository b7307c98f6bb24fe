"""`supraspin exchange`: J(r) between two moments in a superconductor, at all distances, into a file and a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from supraspin.lattice import ExchangeTable, Pairing

Switch = Annotated[bool, Parameter(negative="")]
Repeated = Annotated[list[str] | None, Parameter(negative="")]


def exchange(
    host: str, /, *, pairing: str = "none", gap: str = "1 meV", direction: str = "z", temperature: str = "1.5 K",
    coupling: str = "1 eV", all_orders: Switch = False, axes: str = "xyz",
    share: str | None = None, reach: int = 50, mesh: int | None = None,
    hopping: str | None = None, chemical_potential: str | None = None, filling: float | None = None,
    spin_orbit: Repeated = None, zeeman: Repeated = None, vectors: str | None = None, spins: str = "spinless",
    reference: bool = True, checkpoint: Path | None = None, save_every: str = "60 s", out: Path, report: Path | None = None,
) -> None:  # fmt: skip
    """Exchange between two moments in a host with a pairing: the tensor J at all distances up to a reach.

    A run that was ended goes on when the same command is given again.

    Parameters
    ----------
    host
        square, triangular, nbse2_three_band, nbse2_single_band, or a Wannier90 _hr.dat file.
    pairing
        none, s, extended_s, d, d_xy, chiral_d, polar_p, chiral_p, f, helical_p or non_unitary_p.
    gap
        Largest gap on the Fermi line at 0 K; at the temperature it follows from the gap equation.
    direction
        Of the d-vector (or of its axis): x, y, z or three numbers.
    temperature
        Temperature.
    coupling
        lambda in H = -lambda S.s; moments have the strength U = lambda/2.
    all_orders
        Take the moments' strength as it is (Yu-Shiba-Rusinov states), not in second order.
    axes
        With --all-orders: along which axes the moments point.
    share
        Part of the moment that each orbital carries, apart by commas; without it each carries all.
    reach
        Cells along each lattice vector.
    mesh
        Points a side of the Brillouin zone; without it what convergence needs.
    hopping
        Of the square or triangular host.
    chemical_potential
        Chemical potential.
    filling
        Electrons a cell, in place of the chemical potential.
    spin_orbit
        ising=ENERGY, rashba=ENERGY, or atomic=ENERGY (nbse2_three_band). May be repeated.
    zeeman
        x=FIELD, y=FIELD or z=FIELD on the spins of the electrons. May be repeated.
    vectors
        'x1 y1 x2 y2' in m: lattice vectors of an _hr.dat file.
    spins
        Order in an _hr.dat file: spinless, 'spin blocks' or 'spin alternating'.
    reference
        Compare with the same host without pairing.
    checkpoint
        File that keeps what is done; without it one beside the output.
    save_every
        Time between two writings of it.
    out
        File to write, .nc.
    report
        Folder for a report with figures.
    """
    import shlex
    import sys

    from supraspin.cli.host import described, read_host, read_pairing
    from supraspin.cli.show import plain, progress
    from supraspin.cli.values import check_file_to_write, numbers
    from supraspin.report.folder import check_place
    from supraspin.units import parse_value

    check_file_to_write(out, ".nc")
    if report is not None:
        check_place(report)
    pairs = read_pairing(pairing, gap, direction)
    kelvin, energy, pause = parse_value(temperature, "K"), parse_value(coupling, "eV"), parse_value(save_every, "s")

    from supraspin.errors import ModelError
    from supraspin.formatting import si
    from supraspin.lattice import exchange as solve
    from supraspin.lattice import gap_at

    if kelvin <= 0:
        raise ModelError(f"the temperature must be above 0 K, not {temperature}")
    chosen = read_host(
        host, hopping=hopping, chemical_potential=chemical_potential, filling=filling, spin_orbit=spin_orbit or (),
        zeeman=zeeman or (), vectors=vectors, spins=spins,
    )  # fmt: skip
    parts = None if share is None else tuple(numbers("--share", share, "1"))
    print(plain(described(chosen, host)))
    if pairs.gap > 0:
        here = gap_at(chosen, pairs, kelvin)
        print(f"{pairs.name}: gap {si(here, 'eV')} at {si(kelvin, 'K')}" + ("; above its transition" if here == 0 else ""))
        pairs = pairs.with_gap(here)
    part = checkpoint or out.with_suffix(".part.nc")
    mode = "all_orders" if all_orders else "second_order"
    with progress(True) as told:

        def solved(of: Pairing | None, points: int | None, kept: Path, text: str) -> ExchangeTable:
            tell = None if told is None else lambda done, total: told(done, total, text)
            return solve(
                chosen, of, kelvin, reach=reach, mesh=points, mode=mode, coupling=energy, axes=axes, share=parts, checkpoint=kept,
                interval=pause, progress=tell,
            )  # fmt: skip

        table = solved(pairs if pairs.gap > 0 else None, mesh, part, "frequencies")
        normal = None
        if reference and report is not None and pairs.gap > 0:
            also = part.with_name(f"{part.stem}.normal.nc")
            normal = solved(None, table.convergence.mesh, also, "frequencies, without pairing")
    table.save(out)
    print(f"{out}: {2 * reach + 1} x {2 * reach + 1} cells, {table.verdict}")
    if report is None:
        for flag in table.flags:
            print(f"  {flag.level}: {flag.message}")
        return

    from supraspin.cli.analyze import show_analysis
    from supraspin.report.write import write_report
    from supraspin.theory import exchange_analysis

    analysis = exchange_analysis(table, normal, source=str(out))
    write_report([analysis], report, paths=[out], command=shlex.join(["supraspin", *sys.argv[1:]]))
    show_analysis(analysis)
    print(f"Report: {report / 'report.html'}")
