r"""Pairing: the gap matrix of a superconductor in spin space,

    Delta(k) = Delta [psi(k) + d(k).sigma] i sigma_y,    H_BdG = [[h(k), Delta(k)], [Delta(k)^dagger, -h(-k)^*]],

psi even, d odd in k; a triplet is non-unitary where d x d^* is not zero. The pair function is the same for all orbitals and
diagonal in them. `gap` is the largest singular value of Delta(k) on the Fermi line: psi and d are scaled so, unless
`scaled=False`. It is the gap at the temperature in question (`gap.gap_at` gives it from the gap equation).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from supraspin.errors import ModelError
from supraspin.lattice.harmonics import Harmonics
from supraspin.lattice.host import PAULI, Host

Form = Callable[[Harmonics], tuple[object, object]]
"""harmonics -> psi of shape (...) or None, d of shape (3, ...) or None."""
I_SIGMA_Y = np.array([[0, 1], [-1, 0]])


@dataclass(frozen=True, eq=False)
class Pairing:
    """A pair state. `gap` in eV; `form` gives psi and d from the harmonics of the host."""

    name: str
    form: Form
    gap: float
    scaled: bool = True

    def with_gap(self, gap: float) -> Pairing:
        return replace(self, gap=float(gap))

    def components(self, host: Host, k: np.ndarray) -> np.ndarray:
        """psi, d_x, d_y, d_z without gap and scale at k of shape (..., 2), 1/m: shape (4, ...)."""
        shape = np.shape(k)[:-1]
        psi, d = self.form(Harmonics(host, np.asarray(k, dtype=float)))
        out = np.zeros((4, *shape), dtype=complex)
        if psi is not None:
            out[0] = psi
        if d is not None:
            out[1:] = d
        if not np.all(np.isfinite(out)):
            raise ModelError(f"pairing {self.name} is not finite at every k")
        return out

    def scale(self, host: Host) -> float:
        """What psi and d are multiplied by, so that their largest singular value on the Fermi line is the gap, eV."""
        if not self.scaled or self.gap == 0:
            return self.gap
        from supraspin.lattice.fermi import fermi_line

        largest = float(np.max(singular_values(self.components(host, fermi_line(host).k))))
        if largest < 1e-9:
            raise ModelError(f"pairing {self.name} vanishes on the whole Fermi line of {host.name}")
        return self.gap / largest

    def matrix(self, host: Host, k: np.ndarray) -> np.ndarray:
        """Delta(k) in spin space, eV, shape (..., 2, 2)."""
        return self.scale(host) * spin_matrix(self.components(host, k))


def spin_matrix(components: np.ndarray) -> np.ndarray:
    """(psi + d.sigma) i sigma_y from psi and d of shape (4, ...): shape (..., 2, 2)."""
    basis = np.concatenate([I_SIGMA_Y[None], PAULI @ I_SIGMA_Y])
    return np.moveaxis(np.tensordot(basis, components, axes=(0, 0)), (0, 1), (-2, -1))


def singular_values(components: np.ndarray) -> np.ndarray:
    """The two singular values of (psi + d.sigma) i sigma_y, shape (2, ...)."""
    psi, d = components[0], components[1:]
    total = np.abs(psi) ** 2 + np.sum(np.abs(d) ** 2, axis=0)
    q = np.real(1j * np.cross(d, d.conj(), axis=0)) + 2 * np.real(psi.conj() * d)
    size = np.linalg.norm(q, axis=0)
    return np.sqrt(np.maximum(np.stack([total + size, total - size]), 0.0))


def _along(direction) -> np.ndarray:
    n = np.asarray(direction, dtype=float)
    if n.shape != (3,) or not np.linalg.norm(n) > 0:
        raise ModelError(f"the direction of d is a vector of three components, not {direction!r}")
    return n / np.linalg.norm(n)


def _singlet(function) -> Callable[[np.ndarray], Form]:
    return lambda n: lambda h: (function(h), None)


def _triplet(function) -> Callable[[np.ndarray], Form]:
    return lambda n: lambda h: (None, np.multiply.outer(n, function(h)))


def _helical(n: np.ndarray) -> Form:
    first = np.cross(n, (0.0, 1.0, 0.0) if abs(n[1]) < 0.9 else (0.0, 0.0, 1.0))
    first /= -np.linalg.norm(first)
    second = np.cross(n, first)
    return lambda h: (None, np.multiply.outer(first, h.p_x) + np.multiply.outer(second, h.p_y))


def _non_unitary(n: np.ndarray) -> Form:
    first = np.cross(n, (0.0, 1.0, 0.0) if abs(n[1]) < 0.9 else (0.0, 0.0, 1.0))
    first /= -np.linalg.norm(first)
    return lambda h: (None, np.multiply.outer(first + 1j * np.cross(n, first), h.p_x + 1j * h.p_y))


FORMS: dict[str, Callable[[np.ndarray], Form]] = {
    "s": _singlet(lambda h: h.one),
    "extended_s": _singlet(lambda h: h.extended_s),
    "d": _singlet(lambda h: h.d_x2y2),
    "d_xy": _singlet(lambda h: h.d_xy),
    "chiral_d": _singlet(lambda h: h.d_x2y2 + 1j * h.d_xy),
    "polar_p": _triplet(lambda h: h.p_x),
    "chiral_p": _triplet(lambda h: h.p_x + 1j * h.p_y),
    "f": _triplet(lambda h: h.f),
    "helical_p": _helical,
    "non_unitary_p": _non_unitary,
}
"""Pair states by name. For the triplets the direction is that of d; for `helical_p` (d = p_x, p_y in the plane across it)
and `non_unitary_p` (d ~ x + i y across it, one spin paired) it is the axis n."""


def pairing(name: str, gap: float, direction=(0.0, 0.0, 1.0)) -> Pairing:
    """The pair state that the command line calls by this name; `gap` in eV. Raises `ModelError`."""
    if name in ("none", "normal"):
        return Pairing("none", lambda h: (None, None), 0.0, scaled=False)
    if name not in FORMS:
        raise ModelError(f"there is no pairing {name!r}; there are none, {', '.join(FORMS)}")
    return Pairing(name, FORMS[name](_along(direction)), float(gap))


def mixed(first: Pairing, second: Pairing, weight: float, gap: float) -> Pairing:
    """(1 - weight) of the first and `weight` of the second, each at its own size on the Fermi line; `gap` of the sum, eV."""
    if not 0 <= weight <= 1:
        raise ModelError(f"the weight of {second.name} lies between 0 and 1, not {weight}")

    def form(h: Harmonics) -> tuple[object, object]:
        parts = [
            w * p.with_gap(1.0).scale(h.host) * p.components(h.host, h.k) for w, p in ((1 - weight, first), (weight, second))
        ]
        total = parts[0] + parts[1]
        return total[0], total[1:]

    return Pairing(f"{first.name}+{second.name}", form, gap)


def custom_pairing(psi=None, d=None, gap: float = 1.0, name: str = "custom", scaled: bool = False) -> Pairing:
    """A user's own pair state: `psi(k)` and `d(k)` of k with shape (..., 2), 1/m, giving shapes (...) and (3, ...).

    With `scaled=False` they are multiplied by `gap` as they stand. `check_pairing` says where they are not periodic or of the
    wrong parity.
    """

    def form(h: Harmonics) -> tuple[object, object]:
        return (None if psi is None else psi(h.k)), (None if d is None else np.asarray(d(h.k)))

    return Pairing(name, form, gap, scaled)


def check_pairing(host: Host, pairing: Pairing) -> None:
    """Raise `ModelError` where psi is not even, d not odd, or either not periodic in the reciprocal lattice."""
    k = np.random.default_rng(7).uniform(-0.5, 0.5, (16, 2)) @ host.reciprocal
    here = pairing.components(host, k)
    size = np.max(np.abs(here)) or 1.0
    for shift in host.reciprocal:
        if np.max(np.abs(pairing.components(host, k + shift) - here)) > 1e-6 * size:
            raise ModelError(f"pairing {pairing.name} is not periodic in the reciprocal lattice of {host.name}")
    there = pairing.components(host, -k)
    if np.max(np.abs(there[0] - here[0])) > 1e-6 * size:
        raise ModelError(f"pairing {pairing.name}: the singlet part psi(k) must be even in k")
    if np.max(np.abs(there[1:] + here[1:])) > 1e-6 * size:
        raise ModelError(f"pairing {pairing.name}: the triplet part d(k) must be odd in k")
