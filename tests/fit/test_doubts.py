"""Doubtful points: the schema alone says which a fit leaves out, and the user can keep them."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from small import lorentzian

from supraspin.data.schema import BITS, DISQUALIFYING
from supraspin.errors import FitError
from supraspin.fit import fit, fit_batch

X = np.linspace(-1, 1, 101)


def dataset(*doubts, own=True):
    """Sweeps of a Lorentzian; `doubts` holds for each sweep the name of the doubt that all of its points are in, or None."""
    rng = np.random.default_rng(0)
    clean = np.asarray(lorentzian.function(X, amplitude=1.0, centre=0.1, width=0.2))
    ys = clean + 0.01 * rng.normal(size=(len(doubts), len(X)))
    bits = np.array([0 if d is None else BITS[d] for d in doubts], np.int32)
    mask = np.broadcast_to(bits[:, None], ys.shape).copy()
    attrs = {"flag_masks": np.array(list(BITS.values()), np.int32), "flag_meanings": " ".join(BITS)}
    return xr.Dataset(
        {
            "field": (("sweep", "point"), np.broadcast_to(X, ys.shape)),
            "resistance": (("sweep", "point"), ys),
            "doubt": (("sweep", "point"), mask, attrs),
        },
        attrs={"conventions": "supraspin-1"} if own else {},
    )


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("doubt", [name for name in BITS if name != "padding"])
def test_identity_the_schema_decides(doubt, own):
    result = fit(lorentzian, dataset(None, doubt, own=own))
    lost = bool(BITS[doubt] & DISQUALIFYING)
    assert result.n == (101 if lost else 202)
    flags = {f.code: f for f in result.flags}
    assert ("sweep_left_out" in flags) == lost
    if lost:
        assert flags["sweep_left_out"].message.startswith(f"sweep 1 is left out altogether: {doubt} 101")


def test_run_away_sweep_is_refused_with_the_way_out():
    with pytest.raises(FitError, match=r"left out: drift 101; keep=\['drift'\] fits them all the same"):
        fit(lorentzian, dataset("drift"))
    result = fit(lorentzian, dataset("drift"), keep=["drift"])
    assert result.n == 101
    assert result.params["width"].value == pytest.approx(0.2, rel=0.05)
    assert fit(lorentzian, dataset("drift"), keep="drift").n == 101


def test_no_way_out_where_there_is_no_number():
    ds = dataset("not_finite")
    ds["resistance"].values[:] = np.nan
    with pytest.raises(FitError, match="no usable point") as caught:
        fit(lorentzian, ds)
    assert "keep" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "keep", "message"),
    [
        (dataset("drift"), ["drifted"], "keep names 'drifted', which is no doubt of these data; they know not_finite, overload"),
        ((X, X), ["drift"], "keep names doubts, which only a data set has"),
    ],
)
def test_rejects_a_doubt_that_is_none(data, keep, message):
    with pytest.raises(FitError, match=message):
        fit(lorentzian, data, keep=keep)


def test_unnamed_bits_disqualify():
    ds = dataset(None)
    ds["doubt"].values[0, :7] = 1 << 20
    assert fit(lorentzian, ds).n == 94


def test_batch_is_for_arrays_without_doubts():
    assert fit_batch(lorentzian, X, dataset(None, None)["resistance"]).converged.all()
