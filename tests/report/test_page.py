"""The report: safe, self-contained, complete, and written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from supraspin import files
from supraspin.errors import OutputError
from supraspin.report.write import write_report

VOID = {"meta", "img", "br", "link", "hr", "input"}


class Reader(HTMLParser):
    """Tags, addresses and text of a page; complains of a tag that is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.tags, self.addresses, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(page: Path) -> Reader:
    reader = Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    assert reader.open == []
    return reader


def test_rejects_markup_from_files(tmp_path, hostile):
    source = tmp_path / "<script>x<b>.txt"
    source.write_text("1 2\n")
    write_report([hostile, hostile], tmp_path / "out", paths=[source], command="supraspin analyze '<img src=x>'")
    page = read(tmp_path / "out" / "report.html")
    assert "script" not in page.tags
    assert page.tags.count("img") == 2
    assert "".join(page.text).count("<script>alert('x')</script>") >= 20
    assert "<img src=x>" in "".join(page.text)
    assert all(re.fullmatch(r"[\w./-]+", name) for name in names(tmp_path / "out"))


def test_identity_page_needs_nothing_beside_it(tmp_path, harmless):
    write_report([harmless, harmless], tmp_path / "out")
    page = tmp_path / "out" / "report.html"
    assert all(address.startswith(("data:image/png;base64,", "#")) for address in read(page).addresses)
    assert not re.search(r"url\(|@import|https?://", page.read_text(encoding="utf-8"))


def test_identity_page_and_numbers_are_complete(tmp_path, harmless):
    source = tmp_path / "plain.txt"
    source.write_text("1 2\n")
    given = write_report([harmless], tmp_path / "out", paths=[tmp_path / "plain.txt"], command="supraspin analyze plain.txt")
    text = "".join(read(tmp_path / "out" / "report.html").text)
    for part in (
        "title plain",
        "summary plain",
        "514 ± 12 ps",
        "± 73 ps",
        "caption plain",
        "[[Model]]",
        "supraspin analyze plain.txt",
        "jax",
    ):
        assert part in text, part
    assert text.index("grave") < text.index("careful") < text.index("a note")
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert results.keys() == given.keys() == {"supraspin", "provenance", "analyses"}
    assert results["analyses"][0]["findings"][0]["value"] == 514e-12
    assert results["analyses"][0]["fits"]["plain"]["chi_square"] is None
    entry = results["provenance"]["inputs"][0]
    assert (entry["bytes"], entry["used"], entry["sha256"]) == (4, True, hashlib.sha256(b"1 2\n").hexdigest())
    assert (tmp_path / "out" / results["analyses"][0]["figures"]["plain"]).read_bytes().startswith(b"\x89PNG")


def test_identity_earlier_report_is_replaced(tmp_path, harmless):
    write_report([harmless, harmless], tmp_path / "out")
    write_report([harmless], tmp_path / "out")
    assert len(list((tmp_path / "out" / "figures").iterdir())) == 1
    assert names(tmp_path) == ["out"]


def test_rejects_folder_with_other_files(tmp_path, harmless):
    out = tmp_path / "out"
    write_report([harmless], out)
    (out / "thesis.tex").write_text("mine")
    with pytest.raises(OutputError, match="holds other files"):
        write_report([harmless], out)
    assert (out / "thesis.tex").read_text() == "mine"
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="is a file"):
        write_report([harmless], tmp_path / "file")
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "results.json").write_text('{"other": 1}')
    with pytest.raises(OutputError, match="holds other files"):
        write_report([harmless], tmp_path / "json")


@pytest.mark.parametrize("earlier", [False, True])
@pytest.mark.parametrize("step", ["third file", "swap"])
def test_identity_failure_midway_leaves_nothing(tmp_path, harmless, monkeypatch, step, earlier):
    out = tmp_path / "deep" / "out"
    before = []
    if earlier:
        write_report([harmless], out)
        before = (out / "results.json").read_bytes()
    if step == "swap":
        rename = Path.rename
        monkeypatch.setattr(
            Path, "rename", lambda self, to: fail() if Path(to) == out and ".old." not in str(self) else rename(self, to)
        )
    else:
        write, done = Path.write_bytes, []
        monkeypatch.setattr(
            Path, "write_bytes", lambda self, data: fail() if len(done) == 2 else (done.append(1), write(self, data))
        )
    with pytest.raises(OSError, match="disk full"):
        write_report([harmless], out)
    monkeypatch.undo()
    if earlier:
        assert names(tmp_path / "deep") == ["out"]
        assert (out / "results.json").read_bytes() == before
    else:
        assert names(tmp_path) == []


def test_identity_one_file_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "fit.png"
    target.write_bytes(b"old")
    monkeypatch.setattr(files.os, "replace", lambda *_: fail())
    with pytest.raises(OSError, match="disk full"):
        files.write_whole(target, b"new")
    assert names(tmp_path) == ["fit.png"]
    assert target.read_bytes() == b"old"


def fail():
    raise OSError(28, "disk full")


def names(place: Path) -> list[str]:
    return sorted(entry.name for entry in place.iterdir())
