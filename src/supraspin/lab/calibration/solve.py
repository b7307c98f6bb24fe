"""Weighted least squares of a device's parameters on published numbers.

Parameters are fitted by their logarithm. A limit that is kept pulls nothing. A parameter of which only limits speak, or
nothing, would be free: each is held where it is by a thousandth of the weight of one standard error a factor of e.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from supraspin.devices import Device
from supraspin.devices.published import PublishedNumber
from supraspin.lab.calibration.predictions import predict

_HOLD = 1e-3
_STEP = 1e-3
_FAR = 100.0
"""Pull of a number that the twin does not show at all, and the largest that any is given."""


@dataclass(frozen=True)
class Solution:
    """The best parameters, their standard errors (infinite where no number decides), the device with them, and what it says."""

    parameters: Mapping[str, float]
    errors: Mapping[str, float]
    device: Device
    predicted: np.ndarray
    pulls: np.ndarray

    @property
    def chi2(self) -> float:
        return float(np.sum(self.pulls**2))


def entry(device: Device, name: str) -> float:
    """A parameter of a device by its dotted name."""
    place: Any = device
    for part in name.split("."):
        place = place[int(part)] if isinstance(place, tuple) else getattr(place, part)
    return float(place)


def changed(device: Device, values: Mapping[str, float]) -> Device:
    """The device with other values of parameters by dotted names."""
    table: Any = device.model_dump(exclude_none=True)
    for name, value in values.items():
        *above, last = name.split(".")
        place = table
        for part in above:
            place = place[int(part)] if isinstance(place, (list, tuple)) else place[part]
        place[last] = value
    return Device.model_validate(table)


def said(device: Device, numbers: Sequence[PublishedNumber]) -> tuple[np.ndarray, np.ndarray]:
    """What a device says of each number, and the pulls; shapes (n,)."""
    values = np.array([predict(device, number) for number in numbers])
    pulls = np.array([number.pull(value) for number, value in zip(numbers, values, strict=True)])
    return values, pulls


def solve(device: Device, numbers: Sequence[PublishedNumber], names: Sequence[str]) -> Solution:
    """The parameters `names` of a device that suit the numbers best, from where they are."""
    start = np.log([entry(device, name) for name in names])

    def at(x: np.ndarray) -> Device | None:
        try:
            return changed(device, dict(zip(names, np.exp(x), strict=True)))
        except ValueError:
            return None  # what no device can be

    def residuals(x: np.ndarray) -> np.ndarray:
        there = at(x)
        pulls = np.full(len(numbers), _FAR) if there is None else said(there, numbers)[1]
        return np.concatenate((np.clip(np.nan_to_num(pulls, nan=_FAR), -_FAR, _FAR), _HOLD * (x - start)))

    def slopes(x: np.ndarray) -> np.ndarray:
        here = residuals(x)
        return np.stack([(residuals(x + step) - here) / _STEP for step in _STEP * np.eye(x.size)], axis=1)

    found = least_squares(residuals, start, jac=slopes, xtol=1e-9, ftol=1e-10, gtol=1e-8, max_nfev=40)
    best = changed(device, dict(zip(names, np.exp(found.x), strict=True)))
    values, pulls = said(best, numbers)
    curvature = found.jac.T @ found.jac
    spread = np.sqrt(np.diag(np.linalg.inv(curvature)))
    # Beyond a hundredfold it is the hold, not the numbers, that decides.
    errors = [math.inf if s > math.log(100) else float(np.exp(x) * s) for x, s in zip(found.x, spread, strict=True)]
    parameters = dict(zip(names, map(float, np.exp(found.x)), strict=True))
    return Solution(parameters, dict(zip(names, errors, strict=True)), best, values, pulls)
