"""The table of published numbers: complete, with sources, in units, and refused where it is wrong."""

from __future__ import annotations

from importlib.resources import files

import pytest

from supraspin.devices import Device, published
from supraspin.devices.published import fault_of, faults, number, numbers, read
from supraspin.errors import DataError

TEXT = (files("supraspin.devices.published") / "numbers.toml").read_text(encoding="utf-8")


def test_published_every_number_has_a_source_and_a_known_device():
    assert len(numbers()) >= 30
    for one in numbers():
        assert one.source
        assert one.error > 0
        for entry in one.constrains:
            Device.load(one.device, {entry: _present(Device.load(one.device), entry)})


def _present(device, entry):
    for part in entry.split("."):
        device = device[int(part)] if isinstance(device, tuple) else getattr(device, part)
    return device


def test_published_units_are_si():
    assert number("film_thickness_A").value == pytest.approx(11e-9)
    assert number("spin_diffusion_length_middle_B").value == pytest.approx(1.06e-6)
    assert number("tmr_resistance_A").error == 50.0


def test_published_faults_are_those_of_the_design_and_more():
    assert [one.number for one in faults()] == list(range(1, 13))
    assert [one.number for one in faults(figure="ED4b")] == [9, 11]
    assert [one.number for one in faults(figure="3")] == [4, 6, 12]
    assert fault_of(5).title == "Two diffusion constants of one film"
    used = {fault for one in numbers() for fault in one.faults}
    assert used == {4, 5, 6, 7, 8, 9, 10, 11, 12}


def test_identity_a_figure_takes_in_its_panels():
    assert {one.figure for one in numbers(figure="ED9")} == {"ED9b"}
    assert {one.figure for one in numbers(figure="ED1")} == set()
    assert {one.figure for one in numbers(figure="3")} == {"3b", "3d"}
    assert {one.device for one in numbers(device="B")} == {"B"}


def test_identity_pull_of_a_bound_is_zero_on_its_side():
    least = number("tmr_saturation_temperature_A")
    assert least.pull(3.0) == 0
    assert least.pull(2.0) == pytest.approx(-5)
    exact = number("bkt_temperature_A")
    assert exact.pull(6.4) == pytest.approx(2)
    assert exact.pull(6.4, stderr=0.05 * 3**0.5) == pytest.approx(1)
    assert number("critical_temperature_B").pull(4.1) == pytest.approx(2)
    assert number("critical_temperature_B").pull(3.0) == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"6.6 K"', '"6.6 kg"', r"numbers.toml: number.0: value: '6.6 kg' is in kg"),
        ('device = "A"', 'device = "Z"', "there is no device 'Z'"),
        ('name = "bkt_temperature_A"', 'name = "critical_temperature_A"', "'critical_temperature_A' stands twice"),
        ("faults = [8]", "faults = [88]", r"refers to faults \(88,\)"),
        ('source = "Superconductivity', 'sauce = "Superconductivity', "number.0.source: Field required"),
        ('error = "0.05 K"', 'error = "0 K"', "number.0.error: Input should be greater than 0"),
        ('temperature = "1.5 K" }', 'temprature = "1.5 K" }', "at: 'temprature' is no quantity"),
        ('temperature = "1.5 K" }', 'temperature = "1.5 m" }', "at.temperature: '1.5 m' is in m"),
        ("[[number]]", "[[number", "is not valid TOML"),
    ],
)
def test_rejects_a_wrong_table(old, new, said):
    assert old in TEXT
    with pytest.raises(DataError, match=said):
        read(TEXT.replace(old, new, 1), "numbers.toml")


def test_rejects_what_is_not_there():
    with pytest.raises(DataError, match=r"there is no published number 'T_K'; there are .*bkt_temperature_A"):
        number("T_K")
    with pytest.raises(DataError, match="there is no fault 99"):
        fault_of(99)
    assert published.numbers(device="E") == ()
