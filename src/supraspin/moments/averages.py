"""Averages of a run with their errors.

    U = 1 - <m^4>/(3 <m^2>^2),      chi = N <m^2>/(n k_B T),      chi_c = N (<m^2> - <|m|>^2)/(k_B T),
    xi = sqrt(<m^2>/<|m_k|^2> - 1)/k    at the shortest k of the box,

n the number of components, chi in moments^2 per eV and moment; the same U and xi with q in the place of m tell a spin glass.
Averages go over readings and realisations before they enter a ratio; variances (chi_c, heat capacity) are those within each
realisation, not of one realisation against the next. Errors by the jackknife over realisations, or over bins of
the series where there are fewer than 8 realisations: then they leave out how realisations differ.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from supraspin.flags import Flag
from supraspin.moments.binning import FEWEST_BINS, binned_error, jackknife, units
from supraspin.quantities import KB

ORDERS = ("magnetisation", "overlap")
QUANTITIES = ("binder", "correlation")
_REMEMBERED = 0.02  # q^2 with itself over that between replicas: less than this changes no verdict
_LONG = 50  # memories of the series: a run is long enough beyond


def unit_averages(run: xr.Dataset, *names: str) -> list[np.ndarray]:
    """Averages over each unit of the jackknife, (units, K): of a series, or of its square for a name such as "m2^2"."""
    found = []
    for name in names:
        values = run[name.removesuffix("^2")].values
        values = values**2 if name.endswith("^2") else values
        found.append(units(values.mean(axis=-1)))
    return found


def variances(run: xr.Dataset, name: str) -> np.ndarray:
    """(units, K): mean square distance of a series from its average in the same realisation."""
    x = run[name].values
    return units(((x - x.mean(axis=(0, -1), keepdims=True)) ** 2).mean(axis=-1))


def binder(second, fourth):
    """1 - <x^4>/(3 <x^2>^2)."""
    return 1 - fourth / (3 * second**2)


def correlation_ratio(second, wave, wave_number: float, box_length: float):
    """xi/L from <x^2> and <|x_k|^2>; 0 where the wave is the stronger."""
    return np.sqrt(np.maximum(second / wave - 1, 0.0)) / (wave_number * box_length)


def curve(run: xr.Dataset, order: str, quantity: str) -> tuple[list[np.ndarray], Callable[..., np.ndarray]]:
    """Averages over units and the function of their means that crosses for all sizes at the ordering temperature."""
    x = {"magnetisation": ("m2", "mk2"), "overlap": ("q2", "qk2")}[order]
    if quantity == "binder":
        return unit_averages(run, x[0], f"{x[0]}^2"), binder
    k, box = float(run.attrs["wave_number"]), float(run.attrs["box_length"])
    return unit_averages(run, *x), lambda second, wave: correlation_ratio(second, wave, k, box)


def averages(run: xr.Dataset) -> xr.Dataset:
    """Each observable over temperature, and its error as `NAME_error`; what the run did not record is absent."""
    n, parts = int(run.attrs["count"]), int(run.attrs["components"])
    beta = 1 / (KB * run["temperature"].values)
    size, m2, e = unit_averages(run, "size", "m2", "energy")
    found = {
        "energy": jackknife(lambda x: x, e),
        "heat_capacity": jackknife(lambda x: n * beta**2 * x * KB, variances(run, "energy")),
        "magnetisation": jackknife(lambda x: x, size),
        "m2": jackknife(lambda x: x, m2),
        "susceptibility": jackknife(lambda x: n * beta * x / parts, m2),
        "connected_susceptibility": jackknife(lambda x: n * beta * x, variances(run, "size")),
        "aligned": jackknife(lambda x: x, *unit_averages(run, "magnetisation")),
    }
    for order, name in (("magnetisation", "m2"), ("overlap", "q2")):
        if name not in run:
            continue
        means, function = curve(run, order, "binder")
        found[f"binder_{order}"] = jackknife(function, *means)
        found[name] = jackknife(lambda x: x, means[0])
        if name.replace("2", "k2") in run:
            means, function = curve(run, order, "correlation")
            found[f"correlation_{order}"] = jackknife(function, *means)
    variables: dict[str, tuple] = {}
    for name, (value, error) in found.items():
        variables[name], variables[f"{name}_error"] = ("temperature", value), ("temperature", error)
    memory = binned_error(run["m2"].mean("replica").values)[1].mean(axis=0)
    variables["memory"] = ("temperature", memory, {"long_name": "autocorrelation time of m^2 in readings"})
    return xr.Dataset(variables, {"temperature": run["temperature"]}, dict(run.attrs))


def equilibrated(run: xr.Dataset, level: float = 0.001) -> tuple[bool, float]:
    """Whether m^2 and q^2 have the same average in both halves of the run, and the least chance of their difference.

    Normal errors; the level is shared over temperatures and observables.
    """
    from scipy.special import erfc

    chances = []
    for name in ("m2", "q2"):
        if name not in run:
            continue
        x = run[name].values.mean(axis=-1)
        half = len(x) // 2
        if half < 2:
            continue
        if x.shape[1] >= 8:
            difference = x[:half].mean(axis=0) - x[-half:].mean(axis=0)
            error = difference.std(axis=0, ddof=1) / np.sqrt(len(difference))
            difference = difference.mean(axis=0)
        else:
            first, last = x[:half].mean(axis=1), x[-half:].mean(axis=1)
            difference = first.mean(axis=0) - last.mean(axis=0)
            error = np.hypot(binned_error(first)[0], binned_error(last)[0])
        z = np.abs(difference) / np.maximum(error, 1e-12)
        chances.append(erfc(z / np.sqrt(2)))
    least = float(np.min(chances)) if chances else 1.0
    return least * sum(c.size for c in chances) >= level if chances else False, least


def frozen(run: xr.Dataset, level: float = 0.001) -> np.ndarray:
    """Whether moments at each temperature, (K,), still know in the second half of the run how they stood at its start.

    Then q^2 with themselves exceeds that between replicas, which share nothing but their couplings: no average over what the
    moments could do. One-sided, by Student's distribution over realisations; the level is shared over temperatures.
    """
    from scipy.special import stdtrit

    count = run.sizes["temperature"]
    if "q2" not in run or "q2_own" not in run or run.sizes["reading"] < 4:
        return np.zeros(count, bool)
    own, other = (run[name].values[run.sizes["reading"] // 2 :].mean(axis=-1) for name in ("q2_own", "q2"))
    difference = own - other
    if difference.shape[1] >= 8:
        each = difference.mean(axis=0)
        error, free = each.std(axis=0, ddof=1) / np.sqrt(len(each)), len(each) - 1
    else:
        error, free = binned_error(difference.mean(axis=1))[0], FEWEST_BINS - 1
    least = stdtrit(free, 1 - level / count) * error
    return difference.mean(axis=(0, 1)) > np.maximum(least, _REMEMBERED)


def imbalance(runs) -> list[Flag]:
    """Warnings about runs that are not in equilibrium, or shorter than 50 times the memory of m^2 at some temperature."""
    found = []
    for run in runs:
        n = run.attrs["count"]
        fine, chance = equilibrated(run)
        if not fine:
            text = f"{n} moments are not in equilibrium: the halves of the run differ (p = {chance:.1e})"
            found.append(Flag("not_equilibrated", text, "warning", {"chance": chance}))
        cold = run["temperature"].values[frozen(run)]
        if cold.size:
            text = (
                f"{n} moments are frozen at {cold.max():.3g} K and below: at the end of the run they stand as at its start, and "
                "replicas stand otherwise; the couplings ask for higher temperatures or a longer run"
            )
            found.append(Flag("frozen", text, "warning", {"temperature": float(cold.max())}))
        series = run["m2"].values.mean(axis=-1)
        memory = float(np.nanmax(binned_error(series)[1].mean(axis=0)))
        if len(series) < _LONG * memory:
            text = f"the run of {n} moments is short: {len(series)} readings, each forgotten only after {memory:.0f}"
            found.append(Flag("short_run", text, "warning", {"readings": len(series), "memory": memory}))
    return found
