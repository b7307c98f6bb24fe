"""What headers, file names and folders say, and how tables become sweeps."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.data import doubts, load, load_all
from supraspin.data.filenames import alignment, bare_number, natural, quantities
from supraspin.data.names import read_header
from supraspin.data.times import iso_time, started

HEADERS = {
    "Bias": ("bias", ""), "V": ("bias", ""), "V_mV": ("bias", "mV"), "Vbias": ("bias", ""), "v_bias": ("bias", ""),
    "Bias calc (V)": ("bias", "V"), "G_inphase_uS": ("conductance", "uS"), "dI/dV": ("conductance", ""),
    "dI/dV (2e^2/h)": ("conductance", "2e^2/h"), "G": ("conductance", ""), "lockin_6_CondX": ("conductance", ""),
    "LI Demod 1 X (A)": ("conductance", "A"), "Conductance": ("conductance", ""),
    "G_quad_uS": ("conductance_quadrature", "uS"), "G/G_N": ("normalised_conductance", ""), "G_N": (None, ""),
    "B": ("field", ""), "Field": ("field", ""), "magnet_bpar": ("field", ""), "Field (Oe)": ("field", "Oe"),
    "Magnetic Field (Oe)": ("field", "Oe"), "H (Oe)": ("field", "Oe"), "h": (None, ""), "Temp": ("temperature", ""),
    "T_K": ("temperature", "K"), "T / K": ("temperature", "K"), "Channel 5 Temp (K)": ("temperature", "K"),
    "temperature: T1": ("temperature", ""), "temperature: setpoint": (None, ""), "temperature: dT/dt": (None, ""),
    "Temperature (K)": ("temperature", "K"), "R_NL (mOhm)": ("nonlocal_resistance", "mOhm"), "I_nA": ("current", "nA"),
    "Applied current (mA)": ("current", "mA"), "Voltage": ("voltage", ""), "V_NL": ("voltage", ""),
    "Resistance": ("resistance", ""), "Restsitance (Ohms)": ("resistance", "Ohms"), "Resistance/Ohm": ("resistance", "Ohm"),
    "YIG-Nb-Co::R": ("resistance", ""), "YIG-Nb-Co::Theta": (None, ""), "dV/dI (Ohm)": ("resistance", "Ohm"),
    "Resistor": (None, ""), "Bridge 1 Resistance (Ohms)": ("resistance", "Ohms"), "Bridge 1 Std. Dev. (Ohm)": (None, "Ohm"),
    "Time Stamp (sec)": ("time", "sec"), "Sample Position (deg)": ("angle", "deg"), "Delta": (None, ""),
    "Sigma_D_h": (None, ""), "t": ("time", ""), "T": ("temperature", ""),
}  # fmt: skip


@pytest.mark.parametrize("text", HEADERS)
def test_header(text):
    assert read_header(text)[:2] == HEADERS[text]


def test_header_alignment():
    assert read_header("nonlocal resistance (parallel field) (Ω)") == ("nonlocal_resistance", "Ω", 1)
    assert read_header("nonlocal resistance (antiparallel field) (Ω)") == ("nonlocal_resistance", "Ω", -1)
    assert read_header("RNL_AP") == ("nonlocal_resistance", "", -1)


NAMES = {
    "IV_at_-0.03T.txt": {"field": -0.03}, "Control -30.0Deg 0.004T.txt": {"angle": np.radians(-30), "field": 0.004},
    "AMR_1101.44Ohm_0.0Oe_2.0mA_2018.csv": {"field": 0.0, "current": 2e-3}, "T=4.2K.csv": {"temperature": 4.2},
    "x_10mT": {"field": 0.01}, "2p5K_run3.dat": {"temperature": 2.5}, "run-5K.dat": {"temperature": 5.0}, "T_07_d066.csv": {},
    "sample_2A_3.txt": {}, "50mK_-2T.h5": {"temperature": 0.05, "field": -2.0}, "1T_2T.txt": {},
    "L=0.6um B=5mT.txt": {"separation": 0.6e-6, "field": 5e-3}, "scan_300K_-150Oe.csv": {"temperature": 300.0, "field": -0.015},
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_file_name(name):
    found = {key: value.value for key, value in quantities(name).items()}
    assert found == pytest.approx(NAMES[name])


def test_file_name_odds_and_ends():
    assert bare_number("NLIV at -0.010000!0001.txt") == -0.01
    assert bare_number("look at this.txt") is None
    assert (alignment("hanle_AP.csv"), alignment("hanle_antiparallel.csv"), alignment("hanle_P.csv"), alignment("maps.csv")) == (
        -1,
        -1,
        1,
        0,
    )
    assert sorted(["r_10", "r_9", "r_1"], key=natural) == ["r_1", "r_9", "r_10"]
    assert iso_time("<04:36:15.271 16/03/2018>T") == "2018-03-16T04:36:15.271000"
    assert iso_time("2024-01-02T03:04:05+01:00") == "2024-01-02T03:04:05"
    assert iso_time("soon") == ""
    assert started({}, "x_2018-11-06-133905.csv") == "2018-11-06T13:39:05"


def table(path, header, *columns):
    path.write_text(header + "\n" + "\n".join(",".join(repr(float(v)) for v in row) for row in zip(*columns, strict=True)) + "\n")


def test_files_of_a_folder_make_one_set_by_field_in_their_names(tmp_path):
    current = np.linspace(-1, 1, 21)
    for b in (0.1, -0.2, 0.0):
        table(tmp_path / f"NL IV at {b}T.csv", "I (mA),V (uV)", current, b * current)
    ds = load(tmp_path)
    assert ds.attrs["kind"] == "nonlocal_iv"
    assert sorted(ds["field"].values.tolist()) == [-0.2, 0.0, 0.1]
    for i in range(3):
        np.testing.assert_allclose(ds["voltage"].values[i], ds["field"].values[i] * current * 1e-6, atol=1e-20)
    assert len(ds.attrs["sha256"].split()) == 3


def test_files_of_a_folder_named_one_by_one_make_what_the_folder_makes(tmp_path):
    current = np.linspace(-1, 1, 21)
    for b in (0.1, -0.2, 0.0):
        table(tmp_path / f"NL IV at {b}T.csv", "I (mA),V (uV)", current, b * current)
    (tmp_path / "LICENSE").write_text("free\n")
    names = sorted(tmp_path.iterdir(), reverse=True)
    (together,), _ = load_all(tmp_path, skip_bad=True)
    (singly,), remarks = load_all(*names, tmp_path, skip_bad=True)
    assert singly.identical(together)
    assert {flag.code for flag in remarks} == {"skipped", "named_twice"}


def test_files_that_nothing_tells_apart_stay_apart(tmp_path):
    for name in ("a.csv", "b.csv"):
        table(tmp_path / name, "B (T),R_NL (Ohm)", np.linspace(-1, 1, 9), np.ones(9))
    assert len(load_all(tmp_path)) == 2


def test_start_times_order_the_sweeps_and_tell_their_direction(tmp_path):
    for minute, b in ((3, -10), (1, 10), (2, 0), (4, 5)):
        path = tmp_path / f"{b}mT.csv"
        table(path, f"# started: 2024-01-01 10:0{minute}:00\nI (mA),V (uV)", np.linspace(-1, 1, 9), np.ones(9))
    ds = load(tmp_path)
    np.testing.assert_allclose(ds["field"], [10e-3, 0, -10e-3, 5e-3])
    assert ds["outer_direction"].values.tolist() == [-1, -1, -1, 1]


def test_rows_out_of_time_order_are_put_back(tmp_path):
    b = np.concatenate([np.linspace(-1, 1, 21), np.linspace(0.95, -1, 20)])
    time = np.arange(41.0)
    order = np.argsort(b, kind="stable")
    table(tmp_path / "x.csv", "time (s),B (T),R (Ohm)", time[order], b[order], (time**2)[order])
    ds = load(tmp_path / "x.csv")
    assert ds["direction"].values.tolist() == [1, -1]
    np.testing.assert_allclose(ds["resistance"].values[0, :21], np.arange(21.0) ** 2)
    assert "reordered" in {flag.code for flag in doubts(ds)}


def test_map_by_rows_and_by_columns_are_the_same(tmp_path):
    v, b = np.linspace(-2, 2, 31), np.linspace(0, 1, 7)
    g = 5 + v[None, :] ** 2 * (1 + b[:, None])
    grid_b, grid_v = np.meshgrid(b, v, indexing="ij")
    table(tmp_path / "rows.csv", "B (T),V (mV),G (uS)", grid_b.ravel(), grid_v.ravel(), g.ravel())
    table(tmp_path / "columns.csv", "B (T),V (mV),G (uS)", grid_b.T.ravel(), grid_v.T.ravel(), g.T.ravel())
    rows, columns = load(tmp_path / "rows.csv"), load(tmp_path / "columns.csv")
    for ds in (rows, columns):
        assert dict(ds.sizes) == {"sweep": 7, "point": 31}
        np.testing.assert_allclose(ds["field"], b)
        np.testing.assert_allclose(ds["conductance"], g * 1e-6)


def test_meandering_map_keeps_each_sweep_with_its_direction(tmp_path):
    v, b = np.linspace(-2, 2, 31), np.linspace(0, 1, 6)
    lines = [(x, y) for i, x in enumerate(b) for y in (v if i % 2 == 0 else v[::-1])]
    bs, vs = np.array(lines).T
    table(tmp_path / "m.csv", "B (T),V (mV),G (uS)", bs, vs, 5 + vs**2 + bs)
    ds = load(tmp_path / "m.csv")
    assert ds["direction"].values.tolist() == [1, -1, 1, -1, 1, -1]
    np.testing.assert_allclose(ds["field"], b)


def test_kind_by_what_moves_and_the_user_overrules(tmp_path):
    t, b = np.linspace(2, 9, 40), np.linspace(-1, 1, 40)
    table(tmp_path / "rt.csv", "T (K),B (T),R (Ohm)", t, np.full(40, 0.5), t)
    table(tmp_path / "mr.csv", "T (K),B (T),R (Ohm)", np.full(40, 4.2) + 1e-3 * np.sin(t), b, b**2)
    rt, mr = load(tmp_path / "rt.csv"), load(tmp_path / "mr.csv")
    assert (rt.attrs["kind"], mr.attrs["kind"]) == ("resistance_temperature", "magnetoresistance")
    assert rt["field"].values.tolist() == [0.5]
    assert mr["temperature"].item() == pytest.approx(4.2, abs=1e-3)
    assert mr["temperature_reading"].dims == ("sweep", "point")
    forced = load(tmp_path / "mr.csv", kind="hanle")
    assert forced.attrs["kind"] == "hanle"
    np.testing.assert_allclose(forced["nonlocal_resistance"].values[0], b**2)


@pytest.mark.parametrize(
    ("header", "scale", "assumed"), [("V,G (uS)", 1.0, "mV"), ("V,G (uS)", 1e-3, "V"), ("V (uV),G (uS)", 1e3, "")]
)
def test_bias_without_a_unit_is_assumed_aloud(tmp_path, header, scale, assumed):
    v = np.linspace(-20, 20, 41)
    table(tmp_path / "s.csv", header, v * scale, 5 + v**2)
    ds = load(tmp_path / "s.csv")
    np.testing.assert_allclose(ds["bias"].values[0], v * 1e-3, atol=1e-18)
    said = [flag.message for flag in doubts(ds) if flag.code == "unit_assumed"]
    assert any(f"{assumed} is assumed for bias" in text for text in said) if assumed else said == []


def test_celsius_and_unknown_columns_are_kept(tmp_path):
    table(tmp_path / "s.csv", "Temperature (C),R (Ohm),Gate Leak (nA),Qubit-7 !", *(np.arange(12.0) + k for k in (0, 1, 2, 3)))
    ds = load(tmp_path / "s.csv")
    np.testing.assert_allclose(ds["temperature"].values[0], 273.15 + np.arange(12.0))
    np.testing.assert_allclose(ds["gate_leak"].values[0], (2 + np.arange(12.0)) * 1e-9)
    assert ds["gate_leak"].attrs["units"] == "A"
    assert ds["qubit_7"].attrs["original_name"] == "Qubit-7 !"


def test_column_in_the_wrong_unit_is_not_believed(tmp_path):
    table(
        tmp_path / "s.csv", "Field (K),B (T),R (Ohm)", np.arange(9.0) * 0.3, np.linspace(-1, 1, 9), np.ones(9) + np.arange(9) ** 2
    )
    ds = load(tmp_path / "s.csv")
    np.testing.assert_allclose(ds["field"].values[0], np.linspace(-1, 1, 9))
    assert "unit_mismatch" in {flag.code for flag in doubts(ds)}
