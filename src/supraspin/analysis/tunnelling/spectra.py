"""From raw dI/dV sweeps to spectra that can be fitted: normal-state division, bias offset, symmetrisation, window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.parity import split_parity
from supraspin.data import make, sweeps
from supraspin.errors import FitError
from supraspin.flags import Flag
from supraspin.formatting import si

if TYPE_CHECKING:
    import xarray as xr

_FLAT = 0.03  # a sweep whose departure from a cubic is below this part of its mean shows no gap
_WINDOW = 1.5  # fit window in units of the bias of the coherence peak


@dataclass(frozen=True)
class Spectrum:
    """One sweep: bias (n,) ascending, V, and conductance over that of the normal state; temperature K, field T or None.

    `modulation` is the peak amplitude of the lock-in's voltage that the file tells, V; None where it does not.
    """

    label: str
    temperature: float | None
    field: float | None
    bias: np.ndarray
    conductance: np.ndarray
    steady: bool = True
    asymmetry: float = 0.0
    modulation: float | None = None

    @property
    def depth(self) -> float:
        """How far the conductance at the smallest bias falls below (or, negative, rises above) the normal one."""
        away = np.abs(self.bias)
        near = away <= max(0.05 * float(away.max()), float(away.min()))
        return 1.0 - float(np.median(self.conductance[near]))


@dataclass(frozen=True)
class Prepared:
    """Spectra over bias >= 0, coldest first; `offset` V was taken off the bias, `window` V is where the fits end.

    `normal` says what they were divided by; `normal_temperature` K is that of the sweep, where it was one.
    """

    spectra: tuple[Spectrum, ...]
    offset: float
    window: float
    normal: str
    normal_temperature: float | None
    flags: tuple[Flag, ...]


def prepare(ds: xr.Dataset, window: float | None = None, offset: float | None = None) -> Prepared:
    """Divide by the normal state, take the bias offset off and fold. Raises `FitError` where no sweep shows a gap."""
    raw = [_raw(piece) for piece in sweeps(ds)]
    raw = [spectrum for spectrum in raw if spectrum.bias.size >= 16]
    if not raw:
        raise FitError("no sweep has 16 points that are not in doubt")
    flags: list[Flag] = []
    impossible = [s.label for s in raw if s.temperature is not None and s.temperature <= 0]
    if impossible:
        text = f"a temperature that is not above 0 K is taken as unknown: {', '.join(impossible)}"
        flags.append(Flag("impossible_temperature", text, "warning"))
        raw = [replace(s, temperature=None) if s.label in impossible else s for s in raw]
    one_sided = [s.label for s in raw if not s.bias[0] < 0 < s.bias[-1]]
    raw = [s for s in raw if s.bias[0] < 0 < s.bias[-1]]
    if not raw:
        raise FitError("no spectrum reaches to both sides of zero bias")
    divided, normal, normal_temperature = _divide(raw, "normalised_conductance" in ds, flags)
    gapped = [s for s in divided if _shows_gap(s)]
    if not gapped:
        raise FitError("no sweep shows a gap: every spectrum is flat within 3 % after a smooth background")
    gapped.sort(key=lambda s: (s.temperature is None, s.temperature or 0.0, abs(s.field or 0.0)))
    centre = _offset(gapped, flags) if offset is None else offset
    halves = [(s.label, _fold(s, centre)) for s in gapped]
    folded = [half for _, half in halves if half is not None]
    one_sided += [label for label, half in halves if half is None]
    if one_sided:
        text = f"left out because too little of it is free of doubt on both sides of zero bias: {', '.join(one_sided)}"
        flags.append(Flag("one_sided", text, "warning"))
    if not folded:
        raise FitError(f"no spectrum reaches to both sides of its centre at {si(centre, 'V')}")
    coldest = folded[0]
    window = _window(coldest) if window is None else window
    worst = max(folded, key=lambda s: s.asymmetry)
    if worst.asymmetry > 0.02:
        text = (f"the two sides of a spectrum differ by up to {100 * worst.asymmetry:.0f} % of its swing ({worst.label}): "
                "symmetrised; a thermopower, a polarised contact or a sloping background makes such a difference")  # fmt: skip
        flags.append(Flag("asymmetric_in_bias", text, "note", {"odd_over_even": worst.asymmetry}))
    return Prepared(tuple(folded), centre, float(window), normal, normal_temperature, tuple(flags))


def told(spectra: Sequence[Spectrum], settings: Mapping[str, float], flags: list[Flag]) -> dict[str, float]:
    """The settings, with the modulation that the coldest spectrum's own file tells where no setting does.

    One that is not above 0 says nothing; where spectra were taken with others, a flag says so.
    """
    own = [s.modulation if s.modulation is not None and s.modulation > 0 else None for s in spectra]
    if "modulation" in settings or own[0] is None:
        return dict(settings)
    if any(one is not None and abs(one - own[0]) > 0.02 * own[0] for one in own):
        text = f"the modulation is not the same in all spectra; {si(own[0], 'V')} of the coldest is taken for all"
        flags.append(Flag("modulation_differs", text, "warning"))
    return dict(settings) | {"modulation": own[0]}


def to_dataset(spectra: list[Spectrum], window: float, temperatures: list[float | None] | None = None) -> xr.Dataset:
    """Spectra within |V| < window as one data set, one sweep each."""
    inside = [s.bias <= window for s in spectra]
    known = temperatures if temperatures is not None else [s.temperature for s in spectra]
    per_sweep = {"temperature": known} if all(t is not None for t in known) else {}
    values = [s.conductance[m] for s, m in zip(spectra, inside, strict=True)]
    bias = [s.bias[m] for s, m in zip(spectra, inside, strict=True)]
    return make("tunnel_spectrum", bias=bias, normalised_conductance=values, per_sweep=per_sweep)


def _raw(piece: xr.Dataset) -> Spectrum:
    from supraspin.data import good

    name = "conductance" if "conductance" in piece else "normalised_conductance"
    fine = good(piece).values.ravel()
    steady = not _drifted(piece)
    bias, value = piece["bias"].values.ravel()[fine], piece[name].values.ravel()[fine]
    order = np.argsort(bias, kind="stable")
    bias, value = bias[order], value[order]
    unique, where, counts = np.unique(bias, return_inverse=True, return_counts=True)
    value = np.bincount(where, value) / counts  # a cycle passes each bias twice
    return Spectrum(
        str(piece["source"].values.ravel()[0]), _number(piece, "temperature"), _number(piece, "field"), unique, value, steady,
        modulation=_number(piece, "modulation"),
    )  # fmt: skip


def _drifted(piece: xr.Dataset) -> bool:
    meanings = str(piece["doubt"].attrs.get("flag_meanings", "")).split()
    masks = np.atleast_1d(piece["doubt"].attrs.get("flag_masks", []))
    bit = dict(zip(meanings, masks, strict=False)).get("drift", 0)
    return bool(np.any(piece["doubt"].values & int(bit)))


def _number(piece: xr.Dataset, name: str) -> float | None:
    if name not in piece or piece[name].dims != ("sweep",):
        return None
    value = float(piece[name].values[0])
    return value if np.isfinite(value) else None


def _shows_gap(s: Spectrum) -> bool:
    scaled = s.bias / np.abs(s.bias).max()
    rest = s.conductance - np.polyval(np.polyfit(scaled, s.conductance, 3), scaled)
    width = max(3, rest.size // 40)
    smooth = np.convolve(rest, np.ones(width) / width, mode="valid")
    noise = 1.4826 * float(np.median(np.abs(np.diff(rest)))) / np.sqrt(2.0 * width)
    return float(np.percentile(np.abs(smooth), 90)) > max(_FLAT * abs(float(np.mean(s.conductance))), 4 * noise)


def _divide(raw: list[Spectrum], already: bool, flags: list[Flag]) -> tuple[list[Spectrum], str, float | None]:
    flat = [s for s in raw if not _shows_gap(s) and s.steady]
    if already:
        return raw, "normalised in the file", None
    if flat:
        normal = max(flat, key=lambda s: (s.temperature or 0.0, abs(s.field or 0.0)))
        width = float(np.abs(normal.bias).max())
        smooth = np.polyfit(normal.bias / width, normal.conductance, 4)
        out = []
        for s in raw:
            inside = np.abs(s.bias) <= width
            out.append(
                replace(s, bias=s.bias[inside], conductance=s.conductance[inside] / np.polyval(smooth, s.bias[inside] / width))
            )
        return out, normal.label, normal.temperature
    text = "no sweep in the normal state: each spectrum is divided by the straight line through its own wings"
    flags.append(Flag("no_normal_state", text, "warning"))
    out = []
    for s in raw:
        far = np.abs(s.bias - np.median(s.bias)) > 0.8 * np.abs(s.bias - np.median(s.bias)).max()
        line = np.polyfit(s.bias[far], s.conductance[far], 1)
        out.append(replace(s, conductance=s.conductance / np.polyval(line, s.bias)))
    return out, "wings of each spectrum", None


def _offset(spectra: list[Spectrum], flags: list[Flag]) -> float:
    centres = np.array([mirror_centre(s.bias, s.conductance) for s in spectra])
    deep = np.array([abs(s.depth) for s in spectra])
    trusted = centres[deep > 0.5 * deep.max()]
    centre = float(np.median(trusted))
    spread = float(np.ptp(trusted))
    width = float(np.ptp(spectra[0].bias))
    if abs(centre) > 1e-4 * width:
        text = f"the bias axis is off by {si(centre, 'V')} (centre of symmetry); it is taken off before the fits"
        flags.append(Flag("bias_offset", text, "note", {"bias_offset": centre, "spread": spread}))
    if spread > 0.02 * width:
        text = f"the centre of the spectra moves by {si(spread, 'V')} from sweep to sweep: the bias offset drifts"
        flags.append(Flag("bias_offset_drifts", text, "warning", {"spread": spread}))
    return centre


def mirror_centre(bias: np.ndarray, conductance: np.ndarray) -> float:
    """Bias (ascending) about which a spectrum mirrors itself best, within a tenth of its span."""
    from scipy.optimize import minimize_scalar

    span = float(np.ptp(bias))

    def mismatch(centre: float) -> float:
        reach = min(bias[-1] - centre, centre - bias[0])
        u = np.linspace(0.0, reach, 400)
        return float(np.mean((np.interp(centre + u, bias, conductance) - np.interp(centre - u, bias, conductance)) ** 2))

    trial = np.clip(np.linspace(-0.1, 0.1, 201) * span, bias[0] + 0.2 * span, bias[-1] - 0.2 * span)
    best = trial[int(np.argmin([mismatch(c) for c in trial]))]
    step = 0.001 * span
    return float(minimize_scalar(mismatch, bounds=(best - step, best + step), method="bounded", options={"xatol": 1e-7 * span}).x)


def _fold(s: Spectrum, centre: float) -> Spectrum | None:
    parity = split_parity(s.bias, s.conductance, centre)
    if parity is None:
        return None
    return replace(s, bias=parity.u, conductance=parity.even, asymmetry=parity.asymmetry)


def _window(s: Spectrum) -> float:
    """Where the fits end: beyond the coherence peak of a tunnel spectrum; the whole range of an open contact."""
    reach = float(s.bias[-1])
    peak = float(s.bias[int(np.argmax(s.conductance))])
    return min(reach, _WINDOW * peak) if s.depth > 0.2 and _WINDOW * peak > 0.2 * reach else reach
