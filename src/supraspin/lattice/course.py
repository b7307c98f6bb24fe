"""The course of a sum over frequencies: kept on disk, told to whoever asks, and named by what was asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from supraspin.backend import jnp
from supraspin.checkpoint import Checkpoint
from supraspin.lattice.host import Host
from supraspin.lattice.pairing import Pairing


@dataclass(frozen=True)
class Course:
    """How far a sum over frequencies has come: kept on disk, and told."""

    keeper: Checkpoint
    frequencies: int
    progress: Callable[[int, int], None] | None

    def start(self, shape: tuple[int, ...]) -> tuple[int, jnp.ndarray]:
        """The first frequency that is still to do, and the sum so far."""
        kept = self.keeper.load()
        return (0, jnp.zeros(shape)) if kept is None else (int(kept["done"]), jnp.asarray(kept["total"]))

    def tell(self, done: int, total) -> None:
        if self.keeper.due:
            self.keeper.save({"done": np.array(done), "total": np.asarray(total)})
        if self.progress is not None:
            total.block_until_ready()
            self.progress(done, self.frequencies)


def fingerprint(host: Host, pairing: Pairing | None) -> str:
    """Of host and pair state: the bands and the pair function are taken at fixed wave vectors."""
    k = np.random.default_rng(11).uniform(-1, 1, (32, 2)) @ host.reciprocal
    digest = hashlib.sha256(np.round(host.bloch(k), 12).tobytes() + host.vectors.tobytes())
    if pairing is not None and pairing.gap > 0:
        digest.update(np.round(pairing.matrix(host, k), 15).tobytes())
    return digest.hexdigest()[:16]
