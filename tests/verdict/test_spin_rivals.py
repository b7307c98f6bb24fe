"""Rivals of the loops, of the exchange and of the pairing: shapes, signs, twins, and what no data of a kind can tell."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from supraspin.analysis.switching.pairs import Loop, pair, read_sweeps
from supraspin.data import make
from supraspin.verdict import rival
from supraspin.verdict._gap_signs import share
from supraspin.verdict._loop_course import critical_temperature
from supraspin.verdict._loop_shape import like, shape_of
from supraspin.verdict._loop_signs import coupling, separation
from supraspin.verdict._loops import SEEN, line_and_junctions, repeated
from supraspin.verdict._twin_loops import Magnetised, StrayField
from supraspin.verdict.reference import measure
from supraspin.verdict.rivals.direct_exchange import PERCOLATION

SPIN = ("contact AMR", "stray-field vortices", "proximity ferromagnetism")
GAPS = ("full singlet gap", "two singlet gaps")


@cache
def truth(name: str, key: int):
    """Data sets of the paper's twin, or of a rival's."""
    return tuple(measure(key)) if name == "paper" else tuple(rival(name).twin(key))


def loops(readings, *, base: float = 3000.0, points: int = 161, reach: float = 0.04, source: str = "junction"):
    """A data set of one loop; `readings(u)` is what the fields d B add, ohm, and noise comes with seeds of the caller."""
    up = np.linspace(-reach, reach, points)
    return make("magnetoresistance", field=[up, up[::-1]], resistance=[base + readings(up), base + readings(up)],
                per_sweep={"temperature": 1.5, "current": 1e-7}).assign_attrs(source=source)  # fmt: skip


def plateau(height: float, first: float, second: float, sigma: float, rng: np.random.Generator):
    def readings(u: np.ndarray) -> np.ndarray:
        return height * ((u > first) & (u < second)) + sigma * rng.standard_normal(u.size)

    return readings


def loop(ds) -> Loop:
    return pair(read_sweeps(ds))[0][0]


def test_limit_two_magnets_of_one_field_are_a_peak():
    rng = np.random.default_rng(1)
    peak = shape_of(loop(loops(lambda u: 20 * np.exp(-(((u - 0.02) / 0.0015) ** 2)) + 0.2 * rng.standard_normal(u.size))))
    assert peak.seen > 30
    assert peak.separation[0] < 0.12 + 2 * peak.separation[1]
    assert peak.height == pytest.approx(20, rel=0.1)
    assert np.mean(peak.fields) == pytest.approx(0.02, abs=3e-4)


def test_identity_plateau_is_found_whatever_the_background():
    rng = np.random.default_rng(2)
    ds = loops(plateau(30.0, 0.008, 0.022, 0.3, rng))
    plain = shape_of(loop(ds))
    b = ds["field"].values
    bent = ds.assign(resistance=ds["resistance"] + 2000 * b + 4e4 * b**2 + np.array([[0.0], [15.0]]))
    tilted = shape_of(loop(bent))
    assert plain.fields == pytest.approx((0.008, 0.022), abs=4e-4)
    assert tilted.fields == pytest.approx(plain.fields, abs=1e-5)
    assert tilted.height == pytest.approx(plain.height, abs=0.05)
    assert like(loop(ds), plain).height == pytest.approx(plain.height, rel=1e-9)


def test_fields_of_a_plateau_are_calibrated():
    rng = np.random.default_rng(3)
    pulls = []
    for _ in range(16):
        first, second = 0.008 + 0.002 * rng.random(), 0.02 + 0.004 * rng.random()
        found = shape_of(loop(loops(plateau(3.0, first, second, 0.5, rng))))
        pulls += [(found.fields[0] - first) / found.errors[0], (found.fields[1] - second) / found.errors[1]]
    assert abs(np.mean(pulls)) < 0.6
    assert 0.4 < np.std(pulls) < 1.6


def test_noise_has_no_loop_that_is_seen():
    quiet = [ds for key in range(3) for ds in measure(key, only=("junction_warm",))]
    assert [separation([ds]) for ds in quiet] == [
        "the junction's loops show nothing that mirrors itself between rising and falling field"
    ] * len(quiet)


@pytest.mark.parametrize(
    "cause",
    [
        lambda u: 40 * np.exp(-(u + 0.04) / 0.008),  # settles after the sweep has begun
        lambda u: -30 * np.sqrt(np.abs(u) / 0.04),  # a magnetoresistance that remembers nothing
        lambda u: 20 * np.exp(-((u / 0.006) ** 2)),
    ],
)
def test_what_no_magnet_does_is_not_seen(cause):
    rng = np.random.default_rng(6)
    assert max(shape_of(loop(loops(lambda u: cause(u) + rng.standard_normal(u.size)))).seen for _ in range(5)) < SEEN


def test_identity_repetitions_are_one_loop():
    rng = np.random.default_rng(7)
    once = loops(plateau(5.0, 0.008, 0.022, 1.0, rng))
    again = make("magnetoresistance", field=[*once["field"].values] * 4, resistance=[*once["resistance"].values] * 4,
                 per_sweep={"temperature": 1.5, "current": 1e-7})  # fmt: skip
    (mean,) = repeated(pair(read_sweeps(again))[0])
    assert np.array_equal(mean.rising.reading, once["resistance"].values[0])
    assert len(repeated(pair(read_sweeps(again.assign_coords(temperature=("sweep", np.repeat([1, 2, 3, 4], 2) * 1.0))))[0])) == 4


def test_identity_line_is_told_by_name_or_by_its_resistance():
    data = measure(3, only=("junction", "contact"))
    line, junctions = line_and_junctions(data)
    assert [one.name for one in line] == ["A amr_loop"]
    nameless = [ds.assign_attrs(source=f"file {i}") for i, ds in enumerate(data)]
    assert [one.name for one in line_and_junctions(nameless)[0]] == ["file 1"]
    assert [one.name for one in junctions] == ["A tmr_loop"]


def test_identity_critical_temperature_is_that_of_the_film():
    assert critical_temperature(measure(3, only=("cooling",))) == pytest.approx(
        critical_temperature(measure(3, only=("map_along",))), rel=0.01
    )


def test_limit_stray_field_is_gone_in_the_normal_state_and_grows_towards_it():
    from supraspin.devices import Device

    device, stray = Device.load("A"), StrayField(0.3)
    top = np.array([-1.0, 0.0, 1.0])
    cold, warm, normal = (stray(device, device.contacts[1], t, None, top, top) for t in (1.5, 5.5, 8.0))
    assert cold[0] == cold[2] == 0.0
    assert warm[1] > 2 * cold[1] > 0
    assert not normal.any()


@pytest.mark.parametrize("field", [3e-3, 12e-3])
def test_identity_coupling_shifts_the_film_s_own_loop(field):
    film = Magnetised(field, 4e-3, np.random.default_rng(4))
    film.swing = 1.0
    way = np.linspace(-0.018, 0.018, 721)
    down = np.full(way.size, -1.0)
    rising, falling = (film.path(None, None, 1.5, leg, down, down) for leg in (way, way[::-1]))
    # parallel (0) to antiparallel (1) where half of the grains have turned
    assert way[np.argmax(rising > 0.5)] == pytest.approx(field + 4e-3, abs=3e-4)
    assert way[::-1][np.argmax(falling < 0.5)] == pytest.approx(field - 4e-3, abs=3e-4)


def test_identity_coupling_does_not_depend_on_where_the_contact_points():
    data = [ds for ds in truth("proximity ferromagnetism", 1) if str(ds.attrs["source"]) == "A tmr_loop"]
    read = coupling(data)
    turned = [ds.assign_coords(field=-ds["field"], direction=-ds["direction"]) for ds in data]
    assert read.value > 0.5
    assert coupling(turned).value == pytest.approx(read.value, abs=1e-6)


def test_precise_percolation_threshold_of_stacked_triangular_layers():
    """By Monte Carlo: clusters of touching sites reach through above the threshold, not below."""
    from scipy.ndimage import label

    touching = np.zeros((3, 3, 3), bool)
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1)):
        touching[1, 1 + x, 1 + y] = True
    touching[:, 1, 1] = True
    rng = np.random.default_rng(5)

    def through(share: float) -> float:
        count = 0
        for _ in range(12):
            names, _n = label(rng.random((36, 36, 36)) < share, touching)
            count += bool(np.intersect1d(names[:, 0][names[:, 0] > 0], names[:, -1][names[:, -1] > 0]).size)
        return count / 12

    assert through(PERCOLATION - 0.02) <= 0.25
    assert through(PERCOLATION + 0.02) >= 0.75


@pytest.mark.parametrize("name", SPIN)
def test_loops_tell_whose_twin_they_are(name):
    told = {other: rival(other).test(truth(name, 1)).verdict for other in SPIN}
    assert told.pop(name) == "supported"
    assert set(told.values()) <= {"excluded", "neither", "no data"}


def test_loops_of_the_paper_exclude_their_rivals():
    assert [rival(name).test(truth("paper", 1)).verdict for name in SPIN] == ["excluded"] * 3


@pytest.mark.parametrize("name", ["paper", *GAPS])
def test_spectra_tell_full_gaps_from_nodes(name):
    told = {other: rival(other).test(truth(name, 1)) for other in GAPS}
    if name == "paper":
        assert [one.verdict for one in told.values()] == ["excluded"] * 2
    else:
        assert told.pop(name).verdict == "supported"
        assert {one.verdict for one in told.values()} <= {"excluded", "neither"}


@pytest.mark.parametrize("name", ["paper", "full singlet gap"])
def test_no_spectrum_tells_the_spin_of_pairs(name):
    told = rival("nodal singlet").test(truth(name, 1))
    assert told.p_paper == told.p_rival
    assert told.verdict == ("cannot tell" if name == "paper" else "neither")
    assert len(told.missing) == 3
    assert any("Knight" in one.measurement for one in told.missing)


def test_limit_spectra_that_are_too_warm_tell_little():
    """At 0.9 T_c both kinds of gap are smeared alike: their share is known worse by far."""
    cold, warm = (
        share("two_gap")([make("tunnel_spectrum", bias=ds["bias"].values[i], conductance=ds["conductance"].values[i],
                               per_sweep={"temperature": float(ds["temperature"][i]), "modulation": 1e-4})])
        for ds in measure(4, only=("spectra",)) for i in (1, 3)
    )  # fmt: skip
    assert warm.stderr > 2 * cold.stderr


def test_direct_exchange_needs_moments_that_touch():
    one = rival("direct exchange")
    assert one.test(truth("direct exchange", 1)).verdict == "supported"
    assert one.test(truth("paper", 1)).verdict == "excluded"
    # The order of dilute moments that normal electrons carry is neither.
    assert one.test(truth("metallic RKKY", 1)).verdict == "neither"


def test_rejects_loops_without_what_the_sign_needs():
    junction, contact = measure(5, only=("junction",)), measure(5, only=("contact",))
    told = rival("contact AMR").test(junction)
    assert {one.sign: one.why for one in told.missing} == {
        "size over that of the line": "no loops of the contact line alone",
        "loop above T_c": "T_c is not known: no R(T) of the film through its transition",
    }
    why = rival("proximity ferromagnetism").test(junction).missing[0].why
    assert why.startswith("no loop of the film alone: all go beyond both coercive fields; their antiparallel state excludes")
    assert rival("stray-field vortices").test(contact).verdict == "no data"


@pytest.mark.parametrize(
    "ds",
    [
        loops(lambda u: 0.0 * u),
        loops(lambda u: 0.0 * u, base=0.0),
        make("tunnel_spectrum", bias=np.linspace(-5e-3, 5e-3, 101), conductance=np.zeros(101), per_sweep={"temperature": 1.5}),
        make("tunnel_spectrum", bias=np.linspace(-5e-3, 5e-3, 101), conductance=np.ones(101), per_sweep={"temperature": 1.5}),
    ],
    ids=["constant loop", "no resistance", "no conductance", "constant conductance"],
)
def test_rejects_readings_that_say_nothing(ds):
    for name in (*SPIN, *GAPS, "nodal singlet"):
        assert rival(name).test([ds]).verdict == "no data"


def test_limit_a_loop_without_noise_is_seen():
    found = shape_of(loop(loops(plateau(20.0, 0.008, 0.022, 0.0, np.random.default_rng(0)))))
    assert found.seen > 100
    assert found.fields == pytest.approx((0.008, 0.022), abs=5e-4)
