"""`supraspin moments`: do random moments order by the exchange of a host with a pairing, or of a table?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Switch = Annotated[bool, Parameter(negative="")]
Repeated = Annotated[list[str] | None, Parameter(negative="")]


def moments(
    host: str, /, *, concentration: float = 0.03, temperatures: str = "0.5 K:4 K:8", fields: str = "0 T",
    pairing: str = "none", gap: str = "1 meV", direction: str = "z", critical_temperature: str = "6.6 K",
    coherence_length: str = "6.4 nm", thickness: str = "10 nm", coupling: str = "1 eV", all_orders: Switch = False,
    share: str | None = None, kind: str = "ising", component: str = "z", moment: float = 1.0, anisotropy: str = "0 eV",
    sizes: str = "24,40,64", realisations: int = 48, readings: int = 256, warmup: int = 128, loop: str | None = None,
    tables: int = 4, reach: int | None = None, mesh: int | None = None, hopping: str | None = None,
    chemical_potential: str | None = None, filling: float | None = None, spin_orbit: Repeated = None,
    vectors: str | None = None, spins: str = "spinless", null: bool = True, key: int = 0, work: Path | None = None,
    save_every: str = "60 s", out: Path, report: Path | None = None,
) -> None:  # fmt: skip
    """Dilute random moments by Monte Carlo: do they order, below which temperature, and do the pairs make the difference?

    A run that was ended goes on when the same command is given again.

    Parameters
    ----------
    host
        As for `supraspin exchange`, or a table that it wrote (.nc): then its J(r) holds at all temperatures.
    concentration
        Moments a cell.
    temperatures
        low:high:count.
    fields
        Fields that weaken the pairs, out of the plane, apart by commas; one field gives no phase diagram.
    pairing, gap, direction
        As for `supraspin exchange`.
    critical_temperature, coherence_length, thickness
        Of the film, for T_c(B) and the gap below it.
    coupling, all_orders, share
        As for `supraspin exchange`.
    kind
        ising or vector.
    component
        Of the exchange: x, y, z, isotropic, or tensor (vectors).
    moment
        In Bohr magnetons.
    anisotropy
        Energy of the easy axis (above 0) or easy plane (below).
    sizes
        Cells a side of the samples, two or more, apart by commas.
    realisations
        Samples of each size.
    readings
        Readings a run, four sweeps apart.
    warmup
        Readings left out before.
    loop
        Largest field of a hysteresis loop at the lowest temperature; without it there is none.
    tables
        Temperatures at which the exchange is computed; it is interpolated between them.
    reach
        Cells that the exchange reaches; without it half the diagonal of the largest sample.
    null
        Run the same moments without pairing, too.
    key
        Seed; the same key gives the same numbers.
    work
        Folder that keeps tables, runs and checkpoints; without it one beside the output.
    out
        File to write, .nc.
    report
        Folder for a report with figures.
    """
    import shlex
    import sys

    from supraspin.cli.moments_run import kept_in, solve
    from supraspin.cli.show import plain, progress
    from supraspin.cli.values import check_file_to_write
    from supraspin.report.folder import check_place

    check_file_to_write(out, ".nc")
    if report is not None:
        check_place(report)
    asked = dict(locals())
    with progress(True) as told:
        outcome = solve(asked, told)

    from supraspin.cli.analyze import show_analysis
    from supraspin.files import replacing
    from supraspin.report.write import write_report
    from supraspin.theory import order_analysis

    with replacing(out) as scratch:
        outcome.dataset().to_netcdf(scratch, engine="h5netcdf")
    analysis = order_analysis(outcome, source=str(out))
    if report is not None:
        write_report([analysis], report, paths=[out], command=shlex.join(["supraspin", *sys.argv[1:]]))
    show_analysis(analysis)
    print(plain(f"{out}; tables and runs are kept in {kept_in(asked)}"))
    if report is not None:
        print(f"Report: {report / 'report.html'}")
