"""How far a result moves when the choices behind it change: the window of the fit, and offsets held or free."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from supraspin.errors import FitError
from supraspin.fit.least_squares import fit
from supraspin.fit.parameter import number
from supraspin.fit.result import FitResult
from supraspin.formatting import si, uncertain


@dataclass(frozen=True)
class Variant:
    """One other way to do the fit: values and standard errors of the parameters it shares with the original."""

    name: str
    values: Mapping[str, float]
    stderr: Mapping[str, float]
    identified: Mapping[str, bool]
    reduced_chi_square: float
    n: int


@dataclass(frozen=True)
class Sensitivity:
    """`systematic`: per parameter the largest move among the variants that determine it, SI. `failed`: variant -> why."""

    result: FitResult
    variants: tuple[Variant, ...]
    systematic: Mapping[str, float]
    failed: Mapping[str, str]

    def __str__(self) -> str:
        lines = []
        for name, spread in self.systematic.items():
            p = self.result.params[name]
            lines.append(f"{name}: {uncertain(p.value, p.stderr, p.unit)}, systematic {si(spread, p.unit)}")
            lines += [f"    {v.name:<40} {uncertain(v.values[name], v.stderr[name], p.unit)}" for v in self.variants]
        return "\n".join([*lines, *(f"{name}: {why}" for name, why in self.failed.items())])

    def to_dict(self) -> dict[str, Any]:
        return {
            "systematic": {name: number(v) for name, v in self.systematic.items()},
            "variants": [
                {
                    "name": v.name, "values": {k: number(x) for k, x in v.values.items()},
                    "stderr": {k: number(x) for k, x in v.stderr.items()}, "identified": dict(v.identified),
                    "reduced_chi_square": number(v.reduced_chi_square), "n": v.n,
                }
                for v in self.variants
            ],
            "failed": dict(self.failed),
        }  # fmt: skip


def sensitivity(result: FitResult, *, windows: Sequence[float] = (0.6, 0.8), free: Sequence[str] | None = None) -> Sensitivity:
    """Refit with the middle part of the coordinate's range (`windows`, fractions) and with the held parameters `free` released.

    `free` None releases every held `..._offset` of the model, one by one and all together. Raises `FitError`.
    """
    if any(not 0 < w <= 1 for w in windows):
        raise FitError(f"windows {tuple(windows)} must be parts of the range, above 0 and at most 1")
    held = [name for name, p in result.params.items() if not p.vary and p.source == "default"]
    offsets = [name for name in held if name.endswith("_offset")] if free is None else list(free)
    for name in offsets:
        result.model.check_parameter(name)
        if name not in held:
            raise FitError(f"{name!r} cannot be released: the parameters held at their defaults are {', '.join(held) or 'none'}")
    low, high = float(result.x.min()), float(result.x.max())
    already = tuple(result.request["free"] or ())
    changes: dict[str, dict[str, Any]] = {}
    for part in windows:
        if part < 1:
            middle, half = 0.5 * (low + high), 0.5 * part * (high - low)
            changes[f"middle {100 * part:.0f} % of the range"] = {"window": (middle - half, middle + half)}
    for names in [(name,) for name in offsets] + ([tuple(offsets)] if len(offsets) > 1 else []):
        changes[f"{' and '.join(names)} free"] = {"free": (*already, *names)}
    variants, failed = [], {}
    shared = result.request["shared"]
    for name, change in changes.items():
        # An offset set free belongs to all of the data unless the original fit kept such things apart.
        request = {**dict(result.request), **change, "profile": "auto"}
        if shared is not None and "free" in change:
            request["shared"] = (*([shared] if isinstance(shared, str) else shared), *change["free"])
        try:
            variants.append(_variant(name, result, fit(**request)))
        except FitError as error:
            failed[name] = str(error)
    systematic = {}
    for name in result.free:
        moves = [
            abs(v.values[name] - result.params[name].value)
            for v in variants
            if v.identified[name] and math.isfinite(v.values[name])
        ]
        systematic[name] = max(moves, default=math.nan)
    return Sensitivity(result, tuple(variants), systematic, failed)


def _variant(name: str, original: FitResult, other: FitResult) -> Variant:
    common = [n for n in original.free if n in other.params]
    params = {n: other.params[n] for n in common}
    return Variant(
        name, {n: p.value for n, p in params.items()}, {n: math.nan if p.stderr is None else p.stderr for n, p in params.items()},
        {n: p.identified for n, p in params.items()}, other.reduced_chi_square, other.n,
    )  # fmt: skip
