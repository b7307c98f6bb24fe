"""Whatever the terminal, the locale, the streams and the user's hands do: one line, and nothing half-written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from supraspin.analysis.result import Analysis, Finding
from supraspin.cli import interrupt
from supraspin.cli.show import plain
from supraspin.report.plain import to_json
from supraspin.report.write import write_report

PROGRAM = [sys.executable, "-m", "supraspin"]


def call(*arguments, **surroundings):
    environment = os.environ | surroundings
    return subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, check=False, env=environment)


def test_name_that_no_encoding_takes(curve, tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"bad\xff\x1b[31m.tsv")
    os.rename(curve, path)
    done = subprocess.run([*PROGRAM, "data", path, "--json"], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)[0]["source"] == ["bad\\udcff\x1b[31m.tsv"]
    assert b"\x1b" not in done.stdout


def test_terminal_that_knows_ascii_only(curve):
    done = call(
        "models", "hanle", LC_ALL="POSIX", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", TERM="dumb", COLUMNS="20", HOME="/nonexistent"
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()


@pytest.mark.parametrize(("redirect", "code"), [("<&-", 0), (">&-", 0), ("2>&-", 0), (">/dev/full", 2)])
def test_streams_closed_or_full(redirect, code):
    line = f"{' '.join(PROGRAM)} --version {redirect}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stderr == ("supraspin: the output: No space left on device\n" if code else "")


def test_interrupt_ends_at_once_and_leaves_nothing(curve, tmp_path):
    out = tmp_path / "out" / "report"
    before = sorted(tmp_path.iterdir())
    begun = subprocess.Popen(
        [*PROGRAM, "analyze", str(curve), "--out", str(out), "--set", "separation=2.1 um"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(1.5)
    begun.send_signal(signal.SIGINT)
    said = begun.communicate(timeout=30)
    assert (begun.returncode, *said) == (130, "", "supraspin: interrupted\n")
    assert sorted(tmp_path.iterdir()) == before


def test_interrupt_while_writing_is_left_to_the_writer(tmp_path, monkeypatch):
    """A module that tidies up gets the exception; anything else would be ended on the spot."""
    from supraspin.report import folder

    def swap(new, place):
        assert new.is_dir()
        interrupt._stop(signal.SIGINT, sys._getframe())

    monkeypatch.setattr(folder, "_swap", swap)
    with pytest.raises(KeyboardInterrupt):
        write_report([Analysis("hanle", "t", ("a",), "s")], tmp_path / "deep" / "out")
    assert list(tmp_path.iterdir()) == []


def test_text_for_the_terminal_holds_nothing_that_steers():
    assert plain("a\x1b[31m\udcff\u202e\x9b\nb\tc") == "a?[31m???\nb\tc"


def test_json_is_strict_and_holds_nothing_that_steers(tmp_path):
    text = to_json({"a": float("nan"), "b": "\x9b31m\u202e\udcff\x7f", "c": [float("-inf")]})
    assert json.loads(text) == {"a": None, "b": "\x9b31m\u202e\udcff\x7f", "c": [None]}
    assert text.isascii()
    assert text.replace("\n", "").isprintable()


def test_report_holds_nothing_that_steers(tmp_path):
    evil = "\x1b]0;x\x07\x9b31m\u202e\udcff<script>"
    write_report([Analysis("hanle", evil, (evil,), evil, findings=[Finding("gap", 1.0, "eV", text=evil)])], tmp_path / "out")
    for name in ("report.html", "results.json"):
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert not set(text) & set("\x1b\x07\x9b\u202e")
    assert "<script>" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
