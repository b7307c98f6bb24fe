"""A loop that follows from a Hamiltonian: the device names host, pairing and coupling, the junction shows what moments do."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin import moments, ordering
from supraspin.cli import run
from supraspin.data import load
from supraspin.devices import Device
from supraspin.errors import DataError, ModelError
from supraspin.lab.moments import magnet_of
from supraspin.lab.protocol import PROTOCOLS
from supraspin.lab.setup import Setup
from supraspin.ordering.magnet import Magnet
from supraspin.quantities import KB

ENTRIES = {
    "host": "square", "pairing": "chiral_p", "coupling": 0.3, "concentration": 0.1, "moment": 3.0, "hopping": 0.125,
    "chemical_potential": -0.375, "size": 10, "realisations": 3, "mesh": 64,
}  # fmt: skip


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SUPRASPIN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def device(**changes):
    return Device.load("A", {f"ordering.exchange.{name}": value for name, value in (ENTRIES | changes).items()})


def magnet(coupling, **changes):
    """Ising moments on a small square lattice, four neighbours each."""
    from supraspin import lattice

    spacing = 3.45e-10
    chain = ordering.Chain(lattice.square(), lattice.pairing("none", 0.0), ordering.Film(), 1.0, 1.0, component="x", moment=100.0)
    near = lambda r: np.where(np.abs(np.linalg.norm(r, axis=-1) / spacing - 1) < 0.1, coupling * KB, 0.0)  # noqa: E731
    grid = moments.Interpolated([[1.0, 30.0], [0.0]], [[near], [near]])
    return Magnet(chain, lambda t: grid, size=8, realisations=4, rng=np.random.default_rng(1), **changes)


def test_limit_free_moments_follow_the_brillouin_function():
    """Spin 1/2 without coupling: tanh(mu B/k_B T), without memory."""
    fields = np.linspace(-0.05, 0.05, 5)
    found = magnet(0.0, sweeps=400).at(2.0).sweep(fields)
    np.testing.assert_allclose(found, np.tanh(100 * moments.MU_B * fields / (KB * 2.0)), atol=0.02)


def test_identity_a_ferromagnet_remembers_and_a_paramagnet_does_not():
    """Below Onsager's temperature the way up and the way down differ; well above they do not."""
    up = np.linspace(-0.06, 0.06, 13)
    cold, warm = magnet(1.0).at(1.2), magnet(1.0).at(8.0)
    loops = [(m.sweep(up), m.sweep(up[::-1])[::-1]) for m in (cold, warm)]
    assert loops[0][0][0] < -0.9
    assert np.max(loops[0][1] - loops[0][0]) > 1.0
    assert np.max(np.abs(loops[1][1] - loops[1][0])) < 0.25


def test_rejects_what_a_layer_of_moments_cannot_do():
    with pytest.raises(ModelError, match="need a temperature first"):
        magnet(1.0).sweep(np.zeros(2))
    own = magnet_of(device(), np.random.default_rng(0)).at(2.0)
    with pytest.raises(ModelError, match="changes the gap"):
        own.sweep(np.array([0.0, 9.0]))
    with pytest.raises(DataError, match="there is no host 'cube'"):
        magnet_of(device(host="cube"), np.random.default_rng(0))
    with pytest.raises(DataError, match=r"ordering\.exchange\.pairng: is not known here; allowed are all_orders"):
        device(pairng="s")


def test_identity_a_loop_from_the_hamiltonian(tmp_path, cache):
    """Written by the command, read like any other; the table is kept and read again; other pairs, another loop."""
    words = [f"--set=ordering.exchange.{name}={value}" for name, value in ENTRIES.items()]
    out = tmp_path / "loop.nc"
    command = ["simulate", "A", "tmr_loop", "--out", str(out), "--set", "points=41", "--set", "reach=40 mT"]
    assert run([*command, *words]) == 0
    first = load(out)
    assert first.attrs["kind"] == "magnetoresistance"
    kept = list((cache / "exchange").glob("exchange_*.nc"))
    assert len(kept) == 1
    changed = kept[0].stat().st_mtime_ns
    entry = PROTOCOLS["tmr_loop"]
    again = entry.run(Setup.of(device()), 0, points=41, reach=0.04)
    np.testing.assert_array_equal(again["resistance"].values, first["resistance"].values)
    assert kept[0].stat().st_mtime_ns == changed
    uncoupled = entry.run(Setup.of(device(coupling=1e-6)), 0, points=41, reach=0.04)
    assert not np.array_equal(uncoupled["resistance"].values, first["resistance"].values)
