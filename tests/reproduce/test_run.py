"""A cheap figure from device to page: files, determinism, what is refused, what is left out and why."""

from __future__ import annotations

import json
import re

import pytest

from supraspin.data import load
from supraspin.errors import OutputError
from supraspin.reproduce import reproduce, select
from supraspin.reproduce.place import prepare
from supraspin.reproduce.run import perform_safely

EVIL = "<script>alert('x')</script>"
ORIGIN = {
    "created": "2026-01-01T00:00:00+00:00",
    "command": EVIL,
    "versions": {"supraspin": "1"},
    "platform": "test",
    "inputs": [],
}


def made(folder, names, **options):
    return reproduce(select(names), folder, processes=1, origin=ORIGIN, **options)


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reproduced")
    return folder, made(folder, ["1b"], key=3)


def test_identity_page_numbers_figures_and_data_are_there(profile):
    folder, numbers = profile
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {"report.html", "results.json", "figures/1b.png", "figures/1b.pdf", "data/A_depth_profile.nc"}
    assert json.loads((folder / "results.json").read_text(encoding="utf-8")) == json.loads(json.dumps(numbers))
    assert load(folder / "data" / "A_depth_profile.nc").attrs["kind"] == "depth_profile"
    figure = numbers["reproduction"]["figures"][0]
    assert {one["number"]: one["verdict"] for one in figure["compared"]}.keys() == {"mean_concentration_A", "decay_length_A"}
    assert numbers["reproduction"]["unfinished"] == []


def test_identity_page_needs_nothing_outside_and_escapes(profile):
    page = (profile[0] / "report.html").read_text(encoding="utf-8")
    assert EVIL not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(src|href)=\"(?!data:|#)", page)
    assert "mean concentration" in page
    assert "±" in page


def test_identity_figure_is_as_wide_as_a_column(profile):
    from PIL import Image

    with Image.open(profile[0] / "figures" / "1b.png") as image:
        assert image.width == pytest.approx(89 / 25.4 * 300, abs=1)


def test_identity_same_key_same_bytes_and_another_key_another_noise(profile, tmp_path):
    folder, numbers = profile
    again, other = made(tmp_path / "again", ["1b"], key=3), made(tmp_path / "other", ["1b"], key=4)
    for name in ("figures/1b.png", "figures/1b.pdf", "data/A_depth_profile.nc"):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
        assert (folder / name).read_bytes() != (tmp_path / "other" / name).read_bytes()
    assert timeless(again) == timeless(numbers) != timeless(other)


def timeless(numbers) -> str:
    """Without how long the fits took."""
    return re.sub(r"'seconds': [^,}]*", "", str(numbers["reproduction"]))


def test_identity_an_earlier_reproduction_is_replaced(profile, tmp_path):
    made(tmp_path, ["1b"])
    (tmp_path / "figures" / ".1b.png.abc.part").write_bytes(b"left by a run that was killed")
    prepare(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("other", ["thesis.txt", "figures/photo.jpg", "data/mine.csv"])
def test_rejects_a_folder_that_holds_something_else(other, tmp_path):
    made(tmp_path, ["1b"])
    (tmp_path / other).write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="holds other files than a supraspin reproduction"):
        made(tmp_path, ["1b"])
    assert (tmp_path / other).exists()


def test_rejects_a_folder_of_another_report(tmp_path):
    (tmp_path / "results.json").write_text('{"supraspin": "1", "analyses": []}', encoding="utf-8")
    with pytest.raises(OutputError, match="holds an earlier reproduction"):
        made(tmp_path, ["1b"])


def test_identity_what_a_device_cannot_do_is_left_out_with_its_reason(tmp_path):
    numbers = made(tmp_path, ["3b"], swap={"A": "D"})
    figure = numbers["reproduction"]["figures"][0]
    assert "there is no magnetic contact" in figure["why_not"]
    assert "Left out: tmr_loop of device D" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not list((tmp_path / "figures").iterdir())


def test_identity_a_swapped_device_is_told(tmp_path):
    made(tmp_path, ["1b"], swap={"A": "C"})
    assert "C was measured in the place of device A" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_identity_noise_does_not_depend_on_what_else_is_measured(tmp_path):
    """A figure alone has the data that it has among all."""
    one = select(["1b"])[0].experiments[0]
    outcome = perform_safely(one, tmp_path, 3, {})
    assert outcome.data[0]["counts"].values.sum() > 0
    assert one.measurements[0].key(3) != one.measurements[0].key(4)
