"""The chain on real instrument files (not part of the repository), against the numbers that stand beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from synthetic import codes, ranking

from supraspin.analysis import Analysis, analyze
from supraspin.data import describe, describe_text, load_all

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def measured(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"measured data {name!r} is not beside this checkout")
    return path


@pytest.fixture(scope="module")
def graphene() -> dict[str, Analysis]:
    results = analyze(measured("hanle_graphene"), settings={"separation@figure_4a.tsv": 2.1e-6})
    return {result.sources[0]: result for result in results}


@pytest.fixture(scope="module")
def nbse2() -> Analysis:
    (result,) = analyze(measured("tunnelling_nbse2"))
    return result


@pytest.mark.parametrize(("file", "lifetime"), [("figure_4a.tsv", 514), ("figure_4b.tsv", 452), ("figure_4c.1.tsv", 132)])
def test_published_lifetimes_of_graphene(graphene, file, lifetime):
    assert graphene[file].finding("spin_lifetime").value == pytest.approx(lifetime * 1e-12, rel=0.03)


@pytest.mark.parametrize(("file", "lifetime", "other"), [("figure_4a.tsv", 514, 441), ("figure_4c.1.tsv", 132, 109)])
def test_published_systematic_of_the_offset(graphene, file, lifetime, other):
    result = graphene[file]
    assert result.finding("spin_lifetime").systematic >= 0.97 * (lifetime - other) * 1e-12
    assert "depends_on_choices" in codes(result)
    (table,) = [t for t in result.tables if t.title == "What the choices change"]
    (row,) = [r for r in table.rows if r[0] == "resistance offset free"]
    assert float(row[1].split()[0]) == pytest.approx(other, rel=0.03)


def test_the_systematic_covers_the_model_that_fits_better(graphene):
    result = graphene["figure_4a.tsv"]
    tau, best = result.finding("spin_lifetime"), result.fits["hanle_vortex"].params["spin_lifetime"].value
    assert tau.value + tau.systematic >= 0.999 * best > 1.9 * tau.value


def test_symmetrised_curves_count_each_reading_once(graphene):
    for result in graphene.values():
        assert "already_symmetrised" in codes(result)
        assert result.fits["hanle"].n <= 302
        (flag,) = [f for f in result.flags if f.code == "residuals_structured"]
        assert flag.numbers["n_effective"] < 60
        # One count and one error for one number, wherever they stand.
        error = result.finding("spin_lifetime").stderr
        for other in (f for f in result.flags if "stderr" in f.numbers):
            assert other.numbers["stderr"] == pytest.approx(error)
        assert not [f for f in result.flags if "independent points instead of" in f.message]
        (table,) = [t for t in result.tables if t.title == "What the choices change"]
        assert float(table.rows[0][1].split(" ± ")[1].split()[0]) == pytest.approx(1e12 * error, rel=0.05)


def test_published_diffusivity_and_length_with_the_separation(graphene):
    result = graphene["figure_4a.tsv"]
    assert result.finding("diffusivity").value == pytest.approx(0.0188, rel=0.03)
    assert result.finding("spin_diffusion_length").value == pytest.approx(3.11e-6, rel=0.03)
    assert "separation_unknown" in codes(graphene["figure_4b.tsv"])
    assert graphene["figure_4b.tsv"].finding("spin_diffusion_length_over_separation").value == pytest.approx(2.55 / 5.5, rel=0.03)


def test_published_ranking_of_gap_models_on_niobium_diselenide(nbse2):
    assert ranking(nbse2, "Gap models") == ["mcmillan", "two_gap", "anisotropic", "dynes", "nodal"]
    rms = {name.removeprefix("coldest: "): one.rms for name, one in nbse2.fits.items() if name.startswith("coldest")}
    assert rms["mcmillan"] == pytest.approx(0.0085, rel=0.15)
    assert rms["two_gap"] == pytest.approx(0.023, rel=0.1)
    assert rms["anisotropic"] == pytest.approx(0.05, rel=0.1)
    assert 0.07 <= rms["dynes"] <= 0.08
    assert 0.155 <= rms["nodal"] <= 0.19


def test_published_gaps_of_niobium_diselenide(nbse2):
    two = nbse2.fits["coldest: two_gap"].params
    gaps = sorted((two["gap"].value, two["gap_2"].value))
    assert gaps == pytest.approx([0.83e-3, 1.23e-3], rel=0.02)
    weight = two["weight"].value
    assert 0.37 < min(weight, 1 - weight) < 0.44
    assert 1.85 < nbse2.fits["coldest: dynes"].params["temperature"].value < 2.15


def test_published_run_away_sweep_is_left_out(nbse2):
    (flag,) = [f for f in nbse2.flags if f.code == "left_out_of_series"]
    assert "T_07_d066.csv" in flag.message
    assert {"temperature_drift", "bias_offset", "best_is_still_bad"} <= codes(nbse2)
    (offset,) = [f for f in nbse2.flags if f.code == "bias_offset"]
    assert abs(offset.numbers["bias_offset"]) == pytest.approx(0.14e-3, rel=0.05)
    assert {"coldest", "series"} == set(nbse2.figures)


def test_a_gap_of_the_series_that_is_not_determined_is_not_drawn_and_errors_count_the_misfit(nbse2):
    labels = [line.get_label() for line in nbse2.figures["series"].axes[1].get_lines()]
    assert "gap, joint fit" in labels
    assert not [label for label in labels if label.startswith("gap 2")]
    assert "does not determine gap 2" in nbse2.captions["series"]
    (table,) = [t for t in nbse2.tables if "on each spectrum alone" in t.title]
    first, warm = (float(row[2].split(" ± ")[0]) for row in (table.rows[0], table.rows[-2]))
    error = float(table.rows[-2][2].split(" ± ")[1].split()[0])
    assert warm - first < 2 * error


def test_published_polarisation_of_the_cobalt_contact_is_not_determined():
    (result,) = analyze(measured("andreev_cobalt"))
    assert ranking(result, "Gap models") == ["andreev"]
    assert not result.finding("polarisation").identified
    # With a polarisation of 0.1 the gap that fits is 1.24 meV, with 0.42 it is 1.97 meV.
    gap = result.finding("gap")
    assert not gap.identified or gap.stderr > 0.3e-3
    assert "not_identified" in codes(result)
    assert all(f.systematic is None for f in result.findings if not f.identified)


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")  # of a start that is given up
def test_published_spin_split_gap_of_aluminium_on_europium_sulphide():
    """The authors' Usadel fit has a gap of 281 ueV and an exchange of 135 ueV in zero field."""
    results = analyze(measured("tunnelling_al_eus") / "15.dat", settings={"temperature": 0.04})
    (result,) = [one for one in results if one.title.startswith("Tunnel spectra")]
    split = result.fits["coldest: exchange_split"].params
    assert split["gap"].value == pytest.approx(281e-6, rel=0.1)
    assert split["exchange_field"].value == pytest.approx(135e-6, rel=0.15)
    assert "spin-split by h = " in result.summary
    assert "two_gaps_or_splitting" in codes(result)


def test_identity_every_folder_is_described_and_analysed():
    wanted = {"amr_loops", "resistance_temperature", "spin_valve_nliv"}
    for name in sorted(wanted):
        for ds in load_all(measured(name)):
            assert describe(ds)["kind"] == ds.attrs["kind"]
            assert describe_text(ds)
        for result in analyze(measured(name)):
            assert result.summary
            assert "no_analysis" not in codes(result)
            assert "could_not_fit" not in codes(result)
