"""Which figures there are, what they are made of, and the choice among them."""

from __future__ import annotations

import pytest

from supraspin.devices import Device
from supraspin.devices.published import number, numbers
from supraspin.errors import DataError
from supraspin.lab.protocol import PROTOCOLS
from supraspin.lab.setup import Setup
from supraspin.reproduce import figures, select
from supraspin.reproduce.registry import _order

PAPER = [
    "1b", "1c", "1d", "2a", "2b", "2c", "2d", "3b", "3c", "3d", "3e", "4b", "4c", "4d",
    "ED1", "ED3", "ED4", "ED5", "ED6", "ED7", "ED8", "ED9", "ED10",
]  # fmt: skip


def test_published_every_data_figure_of_the_paper_is_there():
    assert [name for name in figures() if name != "controls"] == PAPER


def test_identity_measurements_of_one_name_are_the_same():
    seen = {}
    for figure in figures().values():
        for experiment in figure.experiments:
            assert seen.setdefault(experiment.name, experiment) == experiment
            for measurement in experiment.measurements:
                assert seen.setdefault(measurement.name, measurement) == measurement


def test_identity_every_measurement_is_one_of_the_laboratory():
    for figure in figures().values():
        for experiment in figure.experiments:
            for measurement in experiment.measurements:
                options = PROTOCOLS[measurement.protocol].options
                assert {name for name, _ in measurement.options} <= set(options)
                Setup.of(Device.load(measurement.device))


def test_published_every_number_compared_is_printed_of_that_device():
    for figure in figures().values():
        measured = {experiment.name: experiment for experiment in figure.experiments}
        for one in figure.comparisons:
            assert number(one.number).device in measured[one.experiment].devices


def test_published_every_number_of_the_paper_is_compared():
    """But for the bulk penetration depth, which no figure measures: it is put into what is reckoned of fault 8."""
    compared = {one.number for figure in figures().values() for one in figure.comparisons}
    assert {one.name for one in numbers()} - compared <= {"penetration_depth"}


@pytest.mark.parametrize("text", ["3b", "Fig. 3b", "fig3b", "3B", "figure 3b"])
def test_identity_a_figure_by_any_usual_name(text):
    assert [one.name for one in select([text])] == ["3b"]


def test_identity_all_panels_of_a_figure():
    assert [one.name for one in select(["1"])] == [name for name in PAPER if name.startswith("1")]


def test_identity_figures_of_a_device():
    assert all("A" in one.devices for one in select(devices=["A"]))


@pytest.mark.parametrize(
    ("wanted", "devices", "said"),
    [
        (["9z"], [], "no figure '9z'; there are 1b"),
        (["ED"], [], "no figure 'ED'"),
        ([], ["Z"], "no figure is measured on device 'Z'; there are A"),
        (["3b"], ["D"], "none of figures 3b is measured on D"),
    ],
)
def test_rejects_what_is_not_there(wanted, devices, said):
    with pytest.raises(DataError, match=said):
        select(wanted, devices)


def test_identity_order_of_the_paper():
    assert sorted(["ED10", "ED3", "2a", "10a", "controls", "1b"], key=_order) == ["1b", "2a", "10a", "ED3", "ED10", "controls"]
