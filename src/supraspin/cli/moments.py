"""`supraspin moments`: do random moments order by the exchange of a host with a pairing, or of a table?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

if TYPE_CHECKING:
    from supraspin.cli.show import Progress
    from supraspin.moments import Interpolated
    from supraspin.ordering import Chain
    from supraspin.theory import Outcome

Switch = Annotated[bool, Parameter(negative="")]
Repeated = Annotated[list[str] | None, Parameter(negative="")]


def moments(
    host: str, /, *, concentration: float = 0.03, temperatures: str = "0.5 K:4 K:8", fields: str = "0 T",
    pairing: str = "none", gap: str = "1 meV", direction: str = "z", critical_temperature: str = "6.6 K",
    coherence_length: str = "6.4 nm", thickness: str = "10 nm", coupling: str = "1 eV", all_orders: Switch = False,
    kind: str = "ising", component: str = "z", moment: float = 1.0, anisotropy: str = "0 eV", sizes: str = "20,30",
    realisations: int = 16, readings: int = 256, warmup: int = 128, loop: str | None = None, tables: int = 4,
    reach: int | None = None, mesh: int | None = None, hopping: str | None = None, chemical_potential: str | None = None,
    filling: float | None = None, spin_orbit: Repeated = None, vectors: str | None = None, spins: str = "spinless",
    null: bool = True, key: int = 0, work: Path | None = None, save_every: str = "60 s", out: Path, report: Path | None = None,
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
    coupling, all_orders
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

    from supraspin.cli.show import plain, progress
    from supraspin.cli.values import check_file_to_write
    from supraspin.report.folder import check_place

    check_file_to_write(out, ".nc")
    if report is not None:
        check_place(report)
    asked = dict(locals())
    with progress(True) as told:
        outcome = _solve(asked, told)

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
    print(plain(f"{out}; tables and runs are kept in {_folder(asked)}"))
    if report is not None:
        print(f"Report: {report / 'report.html'}")


def _folder(asked: dict[str, Any]) -> Path:
    folder: Path = asked["work"] or asked["out"].with_suffix(".parts")
    return folder


def _solve(asked: dict[str, Any], told: Progress | None) -> Outcome:
    from dataclasses import replace

    import numpy as np

    from supraspin.cli.values import numbers
    from supraspin.lattice import pairing
    from supraspin.moments import loop_fields, mean_field
    from supraspin.ordering import boundary_of, loop, runs_at
    from supraspin.quantities import parse_value
    from supraspin.theory import Outcome

    kelvin = _temperatures(asked["temperatures"])
    fields = sorted(set(numbers("--fields", asked["fields"], "T")))
    sizes = sorted({int(x) for x in numbers("--sizes", asked["sizes"], "1")})
    folder = _folder(asked)
    folder.mkdir(parents=True, exist_ok=True)
    chain, grid = _chain(asked, kelvin, sizes, folder, told)
    settings: dict[str, Any] = {
        "sizes": sizes, "realisations": asked["realisations"], "readings": asked["readings"], "warmup": asked["warmup"],
        "folder": folder, "interval": parse_value(asked["save_every"], "s"),
    }  # fmt: skip

    def tell(text: str):
        return None if told is None else lambda done, of: told(done, of, text)

    def run(of: Chain, on: Interpolated, field: float, text: str):
        return runs_at(of, on, field, kelvin, rng=np.random.default_rng(asked["key"]), progress=tell(text), **settings)

    runs = {b: run(chain, grid, b, f"moments at {b:g} T") for b in fields}
    mean = {}
    for b in fields:
        sample = chain.sample(sizes[-1], asked["realisations"], np.random.default_rng(asked["key"]))
        system = chain.system(sample, grid.matrices(sample, [(kelvin[0], float(chain.gap(kelvin[0], b)))]))
        mean[b] = mean_field.uniform_temperature(system)
    bare: list = []
    if asked["null"] and chain.pairing.gap > 0:
        plain_chain = replace(chain, pairing=pairing("none", 0.0))
        plain_grid = _grid(asked, plain_chain, kelvin, sizes, folder, told)
        bare = run(plain_chain, plain_grid, fields[0], "moments without pairing")
    swept = None
    if asked["loop"] is not None:
        swept = loop(
            chain, grid, loop_fields(parse_value(asked["loop"], "T"), 41), float(kelvin[0]), size=sizes[-1],
            realisations=asked["realisations"], rng=np.random.default_rng(asked["key"]), progress=tell("loop"),
            checkpoint=folder / "loop.part.nc", interval=settings["interval"],
        )  # fmt: skip
    table = asked["host"].endswith(".nc")
    return Outcome(
        label=f"{asked['host']}, {chain.pairing.name if not table else 'table'}, {asked['concentration']:.3g} moments a cell",
        runs=runs, boundary=boundary_of(list(runs.values()), fields, chain.film), film=None if table else chain.film,
        null=bare, null_boundary=boundary_of([bare], fields[:1], chain.film) if bare else None, mean_field=mean, loop=swept,
    )  # fmt: skip


def _temperatures(text: str):
    """`low:high:count` as rising temperatures, K."""
    import numpy as np

    from supraspin.errors import SupraspinError
    from supraspin.quantities import parse_value

    parts = text.split(":")
    if len(parts) != 3 or not parts[2].strip().isdigit() or int(parts[2]) < 2:
        raise SupraspinError(f"--temperatures {text!r} is not of the form low:high:count, such as --temperatures '0.5 K:4 K:8'")
    low, high = parse_value(parts[0], "K"), parse_value(parts[1], "K")
    if not 0 < low < high:
        raise SupraspinError(f"--temperatures {text!r} must rise from above 0 K")
    return np.linspace(low, high, int(parts[2]))


def _chain(asked: dict[str, Any], kelvin, sizes, folder: Path, told: Progress | None) -> tuple[Chain, Interpolated]:
    from supraspin.cli.host import read_host, read_pairing
    from supraspin.errors import ModelError
    from supraspin.lattice import ExchangeTable
    from supraspin.ordering import Chain, Film, of_table
    from supraspin.quantities import parse_value

    about = {
        "concentration": asked["concentration"], "kind": asked["kind"], "component": asked["component"],
        "moment": asked["moment"], "anisotropy": parse_value(asked["anisotropy"], "eV"),
    }  # fmt: skip
    if asked["host"].endswith(".nc"):
        if asked["pairing"] != "none":
            raise ModelError("a table has its pairing in it; --pairing belongs to a host")
        return of_table(ExchangeTable.load(asked["host"]), kelvin, **about)
    film = Film(
        critical_temperature=parse_value(asked["critical_temperature"], "K"),
        coherence_length=parse_value(asked["coherence_length"], "m"), thickness=parse_value(asked["thickness"], "m"),
        field_angle=1.5707963267948966,
    )  # fmt: skip
    host = read_host(
        asked["host"], hopping=asked["hopping"], chemical_potential=asked["chemical_potential"], filling=asked["filling"],
        spin_orbit=asked["spin_orbit"] or (), vectors=asked["vectors"], spins=asked["spins"],
    )  # fmt: skip
    pairs = read_pairing(asked["pairing"], asked["gap"], asked["direction"])
    mode = "all_orders" if asked["all_orders"] else "second_order"
    chain = Chain(host, pairs, film, parse_value(asked["coupling"], "eV"), mode=mode, **about)
    return chain, _grid(asked, chain, kelvin, sizes, folder, told)


def _grid(asked: dict[str, Any], chain: Chain, kelvin, sizes, folder: Path, told: Progress | None) -> Interpolated:
    import numpy as np

    from supraspin.ordering import exchange_grid

    reach = asked["reach"] or int(np.ceil(0.75 * max(sizes))) + 2
    nodes = np.unique(np.geomspace(kelvin[0], kelvin[-1], max(2, asked["tables"])).round(9))
    nodes[0], nodes[-1] = kelvin[0], kelvin[-1]
    tell = None if told is None else lambda done, of: told(done, of, "exchange tables")
    return exchange_grid(chain, nodes.tolist(), reach=reach, mesh=asked["mesh"], folder=folder, progress=tell)
