"""What `supraspin moments` runs: from the options of the command to runs of the Monte Carlo and what follows from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from supraspin.cli.show import Progress
    from supraspin.moments import Interpolated
    from supraspin.ordering import Chain
    from supraspin.theory import Outcome


def kept_in(asked: dict[str, Any]) -> Path:
    """The folder of tables, runs and checkpoints."""
    folder: Path = asked["work"] or asked["out"].with_suffix(".parts")
    return folder


def solve(asked: dict[str, Any], told: Progress | None) -> Outcome:
    """Tables, runs with and without pairing, and a loop where one is asked for."""
    from dataclasses import replace

    import numpy as np

    from supraspin.cli.values import numbers
    from supraspin.lattice import pairing
    from supraspin.moments import loop_fields, mean_field
    from supraspin.ordering import boundary_of, loop, runs_at
    from supraspin.theory import Outcome
    from supraspin.units import parse_value

    kelvin = _temperatures(asked["temperatures"])
    fields = sorted(set(numbers("--fields", asked["fields"], "T")))
    sizes = sorted({int(x) for x in numbers("--sizes", asked["sizes"], "1")})
    folder = kept_in(asked)
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
    from supraspin.units import parse_value

    parts = text.split(":")
    if len(parts) != 3 or not parts[2].strip().isdigit() or int(parts[2]) < 2:
        raise SupraspinError(f"--temperatures {text!r} is not of the form low:high:count, such as --temperatures '0.5 K:4 K:8'")
    low, high = parse_value(parts[0], "K"), parse_value(parts[1], "K")
    if not 0 < low < high:
        raise SupraspinError(f"--temperatures {text!r} must rise from above 0 K")
    return np.linspace(low, high, int(parts[2]))


def _chain(asked: dict[str, Any], kelvin, sizes, folder: Path, told: Progress | None) -> tuple[Chain, Interpolated]:
    from supraspin.cli.host import read_host, read_pairing
    from supraspin.cli.values import numbers
    from supraspin.errors import ModelError
    from supraspin.lattice import ExchangeTable
    from supraspin.ordering import Chain, Film, of_table
    from supraspin.units import parse_value

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
    share = None if asked["share"] is None else tuple(numbers("--share", asked["share"], "1"))
    mode = "all_orders" if asked["all_orders"] else "second_order"
    chain = Chain(host, pairs, film, parse_value(asked["coupling"], "eV"), mode=mode, share=share, **about)
    return chain, _grid(asked, chain, kelvin, sizes, folder, told)


def _grid(asked: dict[str, Any], chain: Chain, kelvin, sizes, folder: Path, told: Progress | None) -> Interpolated:
    import numpy as np

    from supraspin.ordering import exchange_grid

    reach = asked["reach"] or int(np.ceil(0.75 * max(sizes))) + 2
    nodes = np.unique(np.geomspace(kelvin[0], kelvin[-1], max(2, asked["tables"])).round(9))
    nodes[0], nodes[-1] = kelvin[0], kelvin[-1]
    tell = None if told is None else lambda done, of: told(done, of, "exchange tables")
    return exchange_grid(chain, nodes.tolist(), reach=reach, mesh=asked["mesh"], folder=folder, progress=tell)
