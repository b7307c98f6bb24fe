"""Device files: every one of the package loads, and a wrong one is refused with its line, its entry and what is allowed."""

from __future__ import annotations

from importlib.resources import files

import pytest

from supraspin.devices import Device, names
from supraspin.devices.reading import parse
from supraspin.errors import DataError
from supraspin.materials import material
from supraspin.materials import names as materials

A = (files("supraspin.devices") / "A.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", names())
def test_identity_every_device_loads(name):
    device = Device.load(name)
    assert device.name
    assert device.description
    assert 0 < device.film.thickness < 1e-6


def test_identity_units_and_plain_numbers(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(A.replace('"11 nm"', "11e-9"), encoding="utf-8")
    assert Device.load(path).film.thickness == pytest.approx(Device.load("A").film.thickness, rel=1e-14)
    assert Device.load("A", {"film.thickness": "5 nm", "contacts.1.width": 3e-7}).contact(2).width == 3e-7


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"11 nm"', '"11 kg"', r"mine.toml, line 6: film.thickness: '11 kg' is in kg, but m is wanted"),
        ("\nthickness", "\nthikness", r"line 6: film.thikness: is not known here; allowed are .*thickness"),
        ("number = 3", "number = 2", "contact 2 stands twice"),
        ("layers = 2", "layers = 200", "line 3[0-9]: barrier.layers: must be less than or equal to 50, not 200"),
        ('coercive_field = "18 mT"', "coercive_field = -1", "line 63: contacts.2.coercive_field: must be greater"),
        ('"NbSe2"\n', '"NbSe3"\n', "line 4: film: material 'NbSe3' has no table; there are .*NbSe2"),
        ('name = "A"', "", "name: is missing"),
        ('bkt_temperature = "', 'bkt_temperature = "1', "bkt_temperature must lie below critical_temperature"),
        ("residual_resistance_ratio = 7.9", "residual_resistance_ratio = nan", "residual_resistance_ratio"),
        ("[film]", "[film", "is not valid TOML"),
    ],
)
def test_rejects_a_wrong_file(old, new, said):
    assert old in A
    with pytest.raises(DataError, match=said):
        parse(A.replace(old, new, 1), "mine.toml")


def test_rejects_what_is_not_there(tmp_path):
    with pytest.raises(DataError, match=r"there is no device 'Z'; there are A"):
        Device.load("Z")
    with pytest.raises(DataError, match="cannot be read"):
        Device.load(tmp_path / "absent.toml")
    with pytest.raises(DataError, match=r"film\.thicknes: is not known here"):
        Device.load("A", {"film.thicknes": "5 nm"})
    with pytest.raises(DataError, match="there is no entry '9'"):
        Device.load("A", {"contacts.9.width": 1.0})
    with pytest.raises(KeyError, match="A has no contact 7; it has 1, 2, 3, 4"):
        Device.load("A").contact(7)
    channel = '\n[[channels]]\ninjector = 2\ndetector = 9\nseparation = "1 um"\n'
    with pytest.raises(DataError, match="there is no contact 9"):
        parse(A + channel, "mine.toml")


def test_identity_every_number_of_a_material_has_a_source():
    for name in materials():
        for key, number in material(name).items():
            assert number.source, (name, key)
            assert number.value > 0
    assert material("NbSe2")["layer_thickness"].value == pytest.approx(material("NbSe2")["lattice_constant_c"].value / 2)
    with pytest.raises(DataError, match=r"NbSe2 has no number 'colour'; it has .*gap"):
        material("NbSe2")["colour"]
    with pytest.raises(DataError, match="no table of the material 'Xx'"):
        material("Xx")
