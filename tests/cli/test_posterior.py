"""`supraspin fit ... --posterior`."""

from __future__ import annotations

import json

import pytest
import xarray as xr


def test_identity_fit_with_posterior_writes_draws_and_figures(supraspin, curve, tmp_path):
    draws, plot = tmp_path / "draws.nc", tmp_path / "fit.png"
    options = ["--fix", "separation=2.1 um", "--posterior", "--prior", "spin_lifetime=log_uniform:1 ps:10 ns"]
    said = supraspin("fit", "hanle", curve, *options, "--out", draws, "--plot", plot, "--json")
    assert (said.code, said.err) == (0, "")
    told = json.loads(said.out, parse_constant=pytest.fail)
    lifetime, fitted = told["posterior"]["parameters"]["spin_lifetime"], told["parameters"]["spin_lifetime"]
    assert lifetime["source"] == "given"
    assert abs(lifetime["mean"] - fitted["value"]) < 0.3 * fitted["stderr"]
    assert lifetime["deviation"] == pytest.approx(fitted["stderr"], rel=0.15)
    assert told["posterior"]["r_hat"] < 1.01
    with xr.open_dataset(draws, group="posterior", engine="h5netcdf") as group:
        assert float(group["spin_lifetime"].mean()) == pytest.approx(lifetime["mean"])
    for name in ("fit.png", "fit_corner.png", "fit_predictive.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--robust"], "belong to --posterior"),
        (["--posterior", "--prior", "spin_lifetime=flat:1 ps:1 ns"], "kind:first:second"),
        (["--posterior", "--prior", "lifetime=uniform:1 ps:1 ns"], "no parameter 'lifetime'"),
        (["--posterior", "--prior", "spin_lifetime=uniform:1 K:2 K"], "is in K, but s is wanted"),
        (["--posterior", "--out", "draws.csv"], "must end in .nc"),
    ],
)
def test_rejects_bad_posterior_options(supraspin, curve, arguments, message):
    said = supraspin("fit", "hanle", curve, *arguments)
    assert (said.code, said.out) == (2, "")
    assert message in said.err
