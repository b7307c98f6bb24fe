"""Every mistake of a user is one clear line."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from small import decay, line, lorentzian, signed

from supraspin.errors import FitError, ModelError
from supraspin.fit import fit

X = np.linspace(-1, 1, 50)
Y = X + 0.1 * np.random.default_rng(0).normal(size=50)
DS = xr.Dataset({"field": (("sweep", "point"), X[None]), "resistance": (("sweep", "point"), Y[None])})


@pytest.mark.parametrize(
    ("model", "data", "options", "message"),
    [
        (line, None, {}, "no data"),
        (line, [], {}, "list of data sets is empty"),
        (line, "file.txt", {}, "of type str cannot be fitted"),
        (line, (X, Y[:-1]), {}, "50 points and y has 49"),
        (line, (X[:2], Y[:2]), {}, "2 usable points cannot determine"),
        (line, (X, np.full(50, np.nan)), {}, "no usable point"),
        (line, (X, ["a"] * 50), {}, "y is not an array of numbers"),
        (line, (X, Y + 1j), {}, "y is complex"),
        (line, (X[None], Y[None]), {}, "one-dimensional"),
        (line, (X, Y), {"sigma": 0.0}, "sigma must be positive"),
        (line, (X, Y), {"sigma": -np.ones(50)}, "sigma must be positive"),
        (line, (X, Y), {"sigma": np.ones(49)}, "sigma has shape"),
        (line, [(X, Y), (X, Y)], {"sigma": [0.1]}, "one entries|1 entries"),
        (line, (X, Y), {"window": (1.0, -1.0)}, "low < high"),
        (line, (X, Y), {"window": (5.0, 6.0)}, "in the window 5..6 T"),
        (line, (X, Y), {"fix": {"slope": np.nan}}, "must be a finite number"),
        (line, (X, Y), {"fix": {"slope": "2"}}, "must be a finite number"),
        (line, (X, Y), {"fix": {"slope": 1.0, "constant": 0.0}}, "no parameter of line is free"),
        (line, (X, Y), {"fix": {"slope": 1.0}, "free": ["slope"]}, "both in fix and in free"),
        (line, (X, Y), {"bounds": {"slope": (1.0, 0.0)}}, "lower must be below"),
        (line, (X, Y), {"multistart": -1}, "multistart"),
        (lorentzian, (X, Y), {"fix": {"width": -1.0}}, "outside 0..inf T"),
        (lorentzian, (X, Y), {"start": {"width": -1.0}}, "outside its bounds"),
        (lorentzian, (X, Y), {"start": {"width": 2.0}, "bounds": {"width": (0.0, 1.0)}}, "outside its bounds 0..1 T"),
        (lorentzian, (X, Y), {"bounds": {"width": (-2.0, -1.0)}}, "where lorentzian is defined"),
        (lorentzian, (X, Y), {"start": {"resistance_offset": 1.0}}, "name it in free="),
        (lorentzian, DS, {"y": "voltage"}, "no variable 'voltage'; they have field, resistance"),
        (lorentzian, DS, {"y": Y}, "must be the name of a variable"),
        (decay, DS, {}, "no variable 'time'"),
        (lorentzian, DS.drop_vars("resistance"), {}, "the data have no 'resistance'"),
        (lorentzian, DS.rename(point="row"), {}, "wants sweep and point only"),
        (lorentzian, DS.assign_coords(width=0.1), {"start": {"width": 0.2}}, "held at the data's own value"),
        (signed, ((X, X, X), Y), {}, "takes field, alignment"),
        (signed, ((X, X[:7]), Y), {}, "must be of one length"),
    ],
)
def test_rejects(model, data, options, message):
    with pytest.raises(FitError, match=message) as caught:
        fit(model, data, **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("option", ["fix", "start", "bounds", "free", "shared", "profile"])
def test_rejects_unknown_parameter(option):
    value = {"fix": {"lifetime": 1.0}, "start": {"lifetime": 1.0}, "bounds": {"lifetime": (0, 1)}}.get(option, ["lifetime"])
    with pytest.raises(ModelError, match="line has no parameter 'lifetime'; it has constant, slope"):
        fit(line, (X, Y), **{option: value})


def test_rejects_model_that_is_nowhere_finite():
    with pytest.raises(FitError, match="decay gives no finite value"):
        fit(decay, (X, Y), bounds={"lifetime": (1e-300, 1e-299)}, start={"lifetime": 1e-300})


def test_sigma_for_some_data_only():
    with pytest.raises(FitError, match="some of the data only"):
        fit(line, [(X, Y), (X, Y)], sigma=[0.1, None])
