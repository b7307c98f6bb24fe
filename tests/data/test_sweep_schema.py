"""The schema: what `make` builds is valid, what breaks the rules is named, and a file gives back what went in."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supraspin.data import BITS, KINDS, describe, doubts, good, load, load_netcdf, make, save, sweeps, validate
from supraspin.data.split import turns
from supraspin.errors import DataError
from supraspin.flags import Flag


def example():
    return make(
        "hanle", field=[np.linspace(-1, 1, 7), np.linspace(1, -1, 5)], nonlocal_resistance=[np.arange(7.0), np.arange(5.0)],
        per_sweep={"alignment": [1, -1], "temperature": 4.2}, source="twin",
        doubts=[Flag("noise", "made up", "note", {"a": 1.5})], metadata={"who": "nobody"},
    )  # fmt: skip


def test_make_pads_and_signs():
    ds = example()
    assert dict(ds.sizes) == {"sweep": 2, "point": 7}
    assert np.isnan(ds["field"].values[1, 5:]).all()
    assert (ds["doubt"].values[1, 5:] == BITS["padding"]).all()
    assert (ds["doubt"].values[0] == 0).all()
    assert ds["direction"].values.tolist() == [1, -1]
    assert ds["alignment"].values.tolist() == [1, -1]
    assert ds["field"].attrs["units"] == "T"
    assert "field" in ds.coords
    assert good(ds).sum(dim="point").values.tolist() == [7, 5]
    assert [s.sizes["point"] for s in sweeps(ds)] == [7, 5]
    assert doubts(ds) == [Flag("noise", "made up", "note", {"a": 1.5})]


def test_one_axis_serves_several_sweeps():
    ds = make("tunnel_spectrum", bias=np.linspace(-1, 1, 4), conductance=np.ones((3, 4)), per_sweep={"temperature": [1, 2, 3]})
    assert ds["bias"].shape == (3, 4)
    assert ds["temperature"].values.tolist() == [1, 2, 3]


def test_disqualified_points_are_kept_but_not_good():
    mask = np.array([0, BITS["overload"], BITS["duplicate"], BITS["drift"]])
    ds = make("hanle", field=np.arange(4.0), nonlocal_resistance=[1.0, 2.0, 3.0, 4.0], doubt=mask)
    assert good(ds).values.tolist() == [[True, False, True, False]]
    assert ds["nonlocal_resistance"].values.tolist() == [[1, 2, 3, 4]]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    lengths=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    seed=st.integers(0, 2**31),
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
)
def test_file_gives_back_what_went_in(lengths, seed, text, tmp_path_factory):
    rng = np.random.default_rng(seed)
    variables = {name: [rng.normal(size=n) for n in lengths] for name in ("bias", "conductance", "current")}
    ds = make(
        "tunnel_spectrum",
        variables,
        per_sweep={"temperature": rng.random(len(lengths))},
        metadata={"note": text},
        source="made here",
    )
    back = load_netcdf(save(ds, tmp_path_factory.mktemp("nc") / "x.nc"))
    assert ds.identical(back)
    assert all(ds[name].dtype == back[name].dtype for name in ds.variables)
    assert json.loads(back.attrs["metadata"]) == {"note": text}


def test_load_knows_its_own_files(tmp_path):
    path = save(example(), tmp_path / "own.nc")
    assert load(path).identical(example())
    assert load(path, kind="hanle").identical(example())
    with pytest.raises(DataError, match="of kind hanle, not iv_curve"):
        load(path, kind="iv_curve")
    assert [p.name for p in tmp_path.iterdir()] == ["own.nc"]


def test_rejects_what_breaks_the_schema():
    with pytest.raises(DataError, match="kind 'guess' is not known"):
        make("guess", field=[1.0, 2.0])
    with pytest.raises(DataError, match="needs nonlocal_resistance"):
        make("hanle", field=[1.0, 2.0])
    with pytest.raises(DataError, match="sweep 0: nonlocal_resistance has 3 points, field has 2"):
        make("hanle", field=[1.0, 2.0], nonlocal_resistance=[1.0, 2.0, 3.0])
    with pytest.raises(DataError, match="alignment must be one value or 1"):
        make("hanle", field=[1.0, 2.0], nonlocal_resistance=[1.0, 2.0], per_sweep={"alignment": [1, -1]})
    with pytest.raises(DataError, match="both over"):
        make("hanle", field=[1.0, 2.0], nonlocal_resistance=[1.0, 2.0], per_sweep={"field": 1})
    with pytest.raises(DataError, match="not empty"):
        make("hanle", field=[], nonlocal_resistance=[])
    ds = example()
    ds["field"].attrs["units"] = "Oe"
    with pytest.raises(DataError, match="field has units 'Oe'; they must be 'T'"):
        validate(ds)
    with pytest.raises(DataError, match="doubt"):
        validate(example().drop_vars("doubt"))
    with pytest.raises(DataError, match="coordinate source"):
        validate(example().drop_vars("source"))
    with pytest.raises(DataError, match="must be sweep and point"):
        validate(example().rename(point="place"))


def test_describe_can_be_written_as_json():
    said = json.loads(json.dumps(describe(example())))
    assert said["kind"] == "hanle"
    assert said["variables"]["nonlocal_resistance"]["maximum"] == 6
    assert said["doubts"][0]["code"] == "noise"
    assert set(KINDS) >= {
        "hanle",
        "tunnel_spectrum",
        "iv_curve",
        "nonlocal_iv",
        "resistance_temperature",
        "magnetoresistance",
        "unknown",
    }


UP = np.linspace(-1, 1, 50)


@pytest.mark.parametrize(
    ("x", "every", "wanted"),
    [
        (np.concatenate([UP, UP[-2::-1]]), True, [50]),
        (np.concatenate([UP, UP[-2::-1]]), False, []),
        (np.concatenate([UP, UP[::-1]]), True, [50]),
        (np.tile(UP, 3), True, [50, 100]),
        (np.tile(UP, 3), False, [50, 100]),
        (UP, True, []),
        (np.concatenate([UP[25:], UP[-2::-1], UP[1:]]), True, [25, 74]),
        (np.concatenate([UP[:30], [UP[29] - 0.03], UP[30:]]), True, []),
        (np.concatenate([[0.9], UP]), True, [1]),
        (np.concatenate([UP, [-1.0]]), True, [50]),
        (np.random.default_rng(3).normal(size=60), True, []),
        (np.full(30, 2.0), True, []),
        (np.array([1.0, np.nan, 2.0]), True, []),
    ],
)
def test_turning_points(x, every, wanted):
    assert turns(x, every=every).tolist() == wanted


@settings(max_examples=60, deadline=None, derandomize=True)
@given(legs=st.lists(st.integers(20, 60), min_size=1, max_size=5), noise=st.floats(0, 2e-3), seed=st.integers(0, 2**31))
def test_every_leg_of_a_noisy_loop_is_found(legs, noise, seed):
    rng = np.random.default_rng(seed)
    parts = [np.linspace(-1, 1, n)[:: (1 if i % 2 == 0 else -1)] for i, n in enumerate(legs)]
    x = np.concatenate([part if i == 0 else part[1:] for i, part in enumerate(parts)])
    x = x + rng.uniform(-noise, noise, len(x))
    cuts = turns(x, every=True)
    ends = np.cumsum([legs[0]] + [n - 1 for n in legs[1:]])[:-1]
    assert len(cuts) == len(legs) - 1
    assert (np.abs(cuts - ends) <= 1).all()
