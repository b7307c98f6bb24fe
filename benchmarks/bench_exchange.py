"""Exchange at all distances: this package beside a pair-by-pair diagonalisation, in one run.

    python benchmarks/bench_exchange.py [--mesh 2048] [--reach 50] [--rival-side 17] [--quick]

The task: J_ab(r) for all |n_1|, |n_2| <= reach, gap 1 meV, bandwidth 1 eV, 1.5 K. Times are of the second call (the first, with
compilation, is shown too). Rivals are timed for one distance on a torus as small as they can afford, and their price for the
same table is that times the number of distances; it leaves out that a torus of 1000 sites a side would be needed. The Fourier
transforms of this package are JAX's; `scipy.fft` with two workers is timed beside them. On a GPU the same code runs there.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--mesh", type=int, default=2048)
    arguments.add_argument("--reach", type=int, default=50)
    arguments.add_argument("--rival-side", type=int, default=17)
    arguments.add_argument("--rival-points", type=int, default=80)
    arguments.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    wishes = arguments.parse_args()
    if wishes.quick:
        wishes.mesh, wishes.reach, wishes.rival_side, wishes.rival_points = 128, 10, 5, 12
    from supraspin.backend import jax

    print(f"{wishes.mesh}^2 points, {(2 * wishes.reach + 1) ** 2} cells, {jax.devices()[0]}, Python {sys.version.split()[0]}")
    print(f"{'task':<58}{'first':>9}{'again':>9}{'of a core':>11}{'a distance':>13}{'verdict':>14}")
    ours(wishes.mesh, wishes.reach)
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    rivals(wishes.rival_side, (2 * wishes.reach + 1) ** 2, wishes.rival_points)
    transforms(wishes.mesh)


def timed(call: Callable[[], object]) -> tuple[float, float, float, object]:
    """Seconds of the first and of the second call, seconds of all cores in the second, and its result."""
    times, busy = [], []
    for _ in range(2):
        start, before = time.perf_counter(), time.process_time()
        result = call()
        times.append(time.perf_counter() - start)
        busy.append(time.process_time() - before)
    return times[0], times[1], busy[1], result


def ours(mesh: int, reach: int) -> None:
    from supraspin import lattice

    host = lattice.square(0.125, -0.375)
    cells = (2 * reach + 1) ** 2
    for name, label, options in (
        ("s", "this package, singlet", {}),
        ("s", "this package, singlet, every frequency on the full mesh", {"thinning": False}),
        ("chiral_p", "this package, chiral triplet", {}),
        ("helical_p", "this package, helical triplet (8 transforms)", {}),
        ("chiral_p", "this package, chiral triplet, all orders, S along x", {"mode": "all_orders", "axes": "x"}),
    ):
        pair = lattice.pairing(name, 1e-3)
        first, again, busy, table = timed(lambda p=pair, o=options: lattice.exchange(host, p, 1.5, reach=reach, mesh=mesh, **o))
        times = f"{first:>7.2f} s{again:>7.2f} s{busy:>9.2f} s{again / cells * 1e6:>10.1f} us"
        print(f"{label:<58}{times}{table.verdict:>14}", flush=True)


def rivals(side: int, cells: int, points: int) -> None:
    """One distance by others, and what the whole table would take them."""
    _pyqula(points, cells)
    _bodge(side, cells)


def _pyqula(points: int, cells: int) -> None:
    """Linear response from all eigenvectors, without spin and without pairing: it has none in this function."""
    try:
        from pyqula import geometry
        from pyqula.chitk.magneticresponse import rkky_generator
    except ModuleNotFoundError:
        print("pyqula is not installed: its row is left out")
        return
    h = geometry.square_lattice().get_hamiltonian(has_spin=False)
    h.add_onsite(3.0)
    start = time.perf_counter()
    exchange = rkky_generator(h, nk=points)
    prepared = time.perf_counter() - start
    exchange(R=[3, 0, 0], ii=0, jj=0)  # compiles
    start = time.perf_counter()
    exchange(R=[min(5, points // 2), 1, 0], ii=0, jj=0)
    seconds = time.perf_counter() - start
    label = f"pyqula, one distance, normal state, {points} points a side"
    print(f"{label:<58}{prepared:>7.2f} s{seconds:>7.2f} s{'':>11}{seconds * 1e6:>10.0f} us")
    print(
        f"   the same table at that price: {seconds * cells / 3600:.1f} h; its time grows as the 4th power of the points a side"
    )


def _bodge(side: int, cells: int) -> None:
    """A pair of moments, parallel and antiparallel, by dense diagonalisation of one torus."""
    try:
        import bodge
    except ModuleNotFoundError:
        print("bodge is not installed: its row is left out")
        return

    def energy(sign: int) -> float:
        system = bodge.Hamiltonian(bodge.CubicLattice((side, side, 1)))
        s_wave = bodge.swave()
        with system as (h, delta):
            for i in system.lattice.sites():
                h[i, i], delta[i, i] = 0.375 * bodge.σ0, -1e-3 * s_wave(i, i)
            for i, j in system.lattice.bonds():
                h[i, j] = -0.125 * bodge.σ0
            for i, j in system.lattice.edges():
                if i != j:
                    h[i, j] = -0.125 * bodge.σ0
            for site, s in (((0, 0, 0), 1), ((side // 2, 0, 0), sign)):
                h[site, site] = 0.375 * bodge.σ0 - 0.1 * s * bodge.σ3
        return system.free_energy(1.3e-4)

    start = time.perf_counter()
    energy(1) - energy(-1)
    seconds = time.perf_counter() - start
    label = f"bodge, one distance on a torus of {side} x {side}"
    print(f"{label:<58}{'':>9}{seconds:>7.2f} s{'':>11}{seconds * 1e6:>10.0f} us")
    print(f"   the same table at that price: {seconds * cells / 3600:.1f} h; its time grows as the 6th power of the side")


def transforms(mesh: int) -> None:
    import numpy as np
    from scipy import fft

    from supraspin.backend import jax, jnp

    values = np.random.default_rng(0).normal(size=(mesh // 2, mesh)) + 0j
    there, compiled = jnp.asarray(values), jax.jit(lambda x: jnp.fft.ifft(x, axis=-1))
    rows = (
        ("jax.numpy.fft, half a mesh along one direction", lambda: compiled(there).block_until_ready()),
        ("scipy.fft, the same, workers=2", lambda: fft.ifft(values, axis=-1, workers=2)),
    )
    for label, call in rows:
        first, *_ = timed(call)
        again = min(timed(call)[1] for _ in range(5))
        print(f"{label:<58}{first * 1e3:>6.1f} ms{again * 1e3:>6.1f} ms")


if __name__ == "__main__":
    main()
