"""`supraspin joint`: files of a device to one posterior."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

from supraspin.data import save
from supraspin.data.build import make
from supraspin.models import hanle
from supraspin.models.critical_field_perpendicular import critical_field_perpendicular

TRUTH = {"amplitude": 6.0, "spin_lifetime": 1.7e-10, "diffusivity": 6.5e-3}
FAST = ["--draws", "600", "--warmup", "150"]


@pytest.fixture
def folder(tmp_path):
    """Two channels and a critical field, 3 % noise."""
    rng = np.random.default_rng(4)
    field = np.linspace(-0.5, 0.5, 32)
    place = tmp_path / "device"
    place.mkdir()
    for number, length in enumerate((0.6e-6, 0.8e-6)):
        clean = np.asarray(hanle(field, separation=length, **TRUTH))
        y = clean + 0.03 * np.ptp(clean) * rng.standard_normal(field.size)
        save(
            make("hanle", field=[field], nonlocal_resistance=[y], per_sweep={"separation": [length]}),
            place / f"channel{number}.nc",
        )
    t = np.linspace(1.5, 5.8, 20)
    clean = np.asarray(critical_field_perpendicular(t, critical_temperature=6.6, coherence_length=6.4e-9))
    made = make("critical_field", temperature=[t], critical_field=[clean + 0.03 * rng.standard_normal(t.size)],
                per_sweep={"field_angle": [np.pi / 2]})  # fmt: skip
    save(made, place / "fields.nc")
    return place


@pytest.mark.slow
def test_identity_files_of_a_device_become_one_posterior(supraspin, folder, tmp_path):
    out, plot = tmp_path / "draws.nc", tmp_path / "device.png"
    said = supraspin("joint", folder, *FAST, "--out", out, "--plot", plot, "--json", "--prior", "diffusivity=log_normal:7e-3:2")
    assert (said.code, said.err) == (0, "")
    told = json.loads(said.out, parse_constant=pytest.fail)
    assert {part["model"] for part in told["parts"]} == {"hanle", "critical_field_perpendicular"}
    for name, value in (("spin_lifetime", 1.7e-10), ("diffusivity", 6.5e-3), ("coherence_length", 6.4e-9)):
        found = told["parameters"][name]
        assert abs(found["mean"] - value) < 4 * found["deviation"]
        assert found["ess"] >= 400
    assert told["parameters"]["diffusivity"]["source"] == "given"
    who = {(one["quantity"], one["part"]) for one in told["alone"]}
    assert {("diffusivity", "hanle_1"), ("diffusivity", "hanle_2"), ("coherence_length", "critical_field")} <= who
    assert not any(one["part"] == "critical_field" and one["quantity"] == "diffusivity" for one in told["alone"])
    assert all(abs(one["sigma"]) < 4 for one in told["tension"])
    with xr.open_dataset(out, group="posterior", engine="h5netcdf") as group:
        assert float(group["diffusivity"].mean()) == pytest.approx(told["parameters"]["diffusivity"]["mean"])
    for name in ("device_corner.png", "device_predictive.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--prior", "lifetime=uniform:1 ps:1 ns"], "no quantity"),
        (["--prior", "diffusivity=uniform:1 K:2 K"], "is in K, but m^2/s is wanted"),
        (["--model", "tunnel_spectrum=nodal"], "the data are of critical_field, hanle"),
        (["--out", "draws.csv"], "must end in .nc"),
        (["--device", "Z"], "Z"),
    ],
)
def test_rejects_bad_options_of_joint(supraspin, folder, arguments, message):
    said = supraspin("joint", folder, *arguments)
    assert (said.code, said.out) == (2, "")
    assert message in said.err
