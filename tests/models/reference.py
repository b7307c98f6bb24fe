"""Tunnel spectra by other routes than the package's: mpmath on the real energy axis, gap equations on the real branch."""

from __future__ import annotations

import mpmath as mp
import numpy as np

from supraspin.quantities import KB

mp.mp.dps = 18
GAP = 1e-3
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)


def mp_bcs(z, gap):
    return 1 / mp.sqrt(1 - (gap / z) ** 2)


def mp_nodal(z, gap):
    return 2 / mp.pi * mp.ellipk((gap / z) ** 2)


def panels(low, high, edges, width):
    """Cuts of low..high that close in geometrically on each edge, down to `width`."""
    cuts = {low, high}
    for edge in edges:
        distances = width * 3.0 ** np.arange(0, max(1, np.ceil(np.log((high - low) / width) / np.log(3.0))) + 1)
        cuts |= {edge, *(edge + distances), *(edge - distances)}
    return np.array(sorted(c for c in cuts if low <= c <= high))


def thermal(density, volts, temperature, edges=(GAP,), width=1e-7):
    """Real-axis average of a positive density of states (one, or an array) that is sharp on the scale of `width` at +-edges."""
    kt = KB * temperature
    low, high = volts - 42 * kt, volts + 42 * kt
    sharp = panels(low, high, [s * e for e in edges for s in (1, -1)], width)
    cuts = np.unique(np.concatenate([sharp, np.linspace(low, high, 29)]))
    half, middle = np.diff(cuts) / 2, (cuts[1:] + cuts[:-1]) / 2
    energies = (middle[:, None] + half[:, None] * _NODES).ravel()
    weights = (half[:, None] * _WEIGHTS).ravel() / (4 * kt * np.cosh((energies - volts) / (2 * kt)) ** 2)
    return weights @ np.array([density(one) for one in energies], dtype=float)


def mp_mcmillan(z, gap, gap_2, coupling, coupling_2):
    """Band functions from McMillan's equations in the gaps, followed down from large Im z where the branch is plain."""
    a, b = mp.mpc(gap), mp.mpc(gap_2)
    top = 3 * (gap + gap_2 + coupling + coupling_2)
    last = [mp.mpf(top)] * 2
    steps = 80
    for k in range(steps + 1):
        here = mp.mpc(z.real, z.imag * (top / z.imag) ** (1 - mp.mpf(k) / steps))
        for _ in range(2 if k < steps else 10):
            found = [mp.sqrt(d * d - here * here) for d in (a, b)]
            last = s, s_2 = [r if mp.re(r * mp.conj(old)) > 0 else -r for r, old in zip(found, last, strict=True)]
            first = a * (s_2 + coupling) - gap * s_2 - coupling * b
            second = b * (s + coupling_2) - gap_2 * s - coupling_2 * a
            across, across_2 = (a - gap) * b / s_2 - coupling, (b - gap_2) * a / s - coupling_2
            determinant = (s_2 + coupling) * (s + coupling_2) - across * across_2
            a, b = (
                a - ((s + coupling_2) * first - across * second) / determinant,
                b - ((s_2 + coupling) * second - across_2 * first) / determinant,
            )
    return tuple(-mp.j * z / s for s in last)


def mp_btk(energy, gap, gamma, contacts):
    """Straight from the coherence factors of Blonder, Tinkham and Klapwijk and the table of Mazin et al.

    One value for each (barrier, polarisation) in `contacts`.
    """
    z = mp.mpc(energy, gamma)
    q = complex(mp.sqrt(z - gap) * mp.sqrt(z + gap) / z)
    barrier, polarisation = np.array(contacts).T
    u2, v2 = (1 + q) / 2, (1 - q) / 2
    g = u2 + barrier**2 * (u2 - v2)
    a = abs(u2 * v2) / abs(g) ** 2
    b = abs((u2 - v2) ** 2) * barrier**2 * (1 + barrier**2) / abs(g) ** 2
    beta = 1 / q
    full = 4 * beta.real / (abs(1 + beta) ** 2 + 4 * barrier**2)
    return (1 + barrier**2) * ((1 - polarisation) * (1 + a - b) + polarisation * full)
