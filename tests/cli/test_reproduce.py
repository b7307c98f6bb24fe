"""`supraspin reproduce`: a figure by name, refusals in one line, and what an interrupted run leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest


def test_identity_a_figure_by_name(supraspin, tmp_path):
    said = supraspin("reproduce", "--figure", "Fig. 1b", "--out", tmp_path, "--processes", 1)
    assert said.code == 0
    assert "mean concentration A" in said.out
    assert f"Page: {tmp_path / 'report.html'}" in said.out
    assert (tmp_path / "report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--figure", "9z"], "no figure '9z'; there are 1b, 1c"),
        (["--device", "Z"], "no figure is measured on device 'Z'; there are A"),
        (["--figure", "1b", "--swap", "B=C"], "--swap 'B': no chosen figure is measured on it; there are A"),
        (["--figure", "1b", "--swap", "A=Z"], "there is no device 'Z'; there are A, B"),
        (["--figure", "1b", "--swap", "A"], "--swap 'A' is not of the form name=value"),
        (["--figure", "1b", "--processes", "0"], "--processes must be between 1 and 64, not 0"),
        (["--figure", "1b", "--key", "x"], "key"),
    ],
)
def test_rejects_in_one_line(arguments, said, supraspin, tmp_path):
    result = supraspin("reproduce", *arguments, "--out", tmp_path / "out")
    assert result.code == 2
    assert said in result.err
    assert result.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_rejects_a_folder_with_other_files(supraspin, tmp_path):
    (tmp_path / "thesis.tex").write_text("mine", encoding="utf-8")
    result = supraspin("reproduce", "--figure", "1b", "--out", tmp_path)
    assert result.code == 2
    assert "holds other files than a supraspin reproduction" in result.err


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are sent the POSIX way")
def test_identity_an_interrupted_run_leaves_what_is_finished(supraspin, tmp_path):
    command = [sys.executable, "-m", "supraspin", "reproduce", "--figure", "1b", "--figure", "2c", "--out", str(tmp_path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True, text=True)
    picture = tmp_path / "figures" / "1b.png"
    end = time.monotonic() + 120
    while not picture.exists() and time.monotonic() < end and process.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)  # the page follows the figure
    process.send_signal(signal.SIGINT)  # to the program alone: its workers have to notice by themselves
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    told = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["reproduction"]
    assert [one["figure"] for one in told["figures"]] == ["1b"]
    assert told["unfinished"] == ["2c"]
    assert "Not made: 2c" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Warning" not in said
    end = time.monotonic() + 20
    while alive(process.pid) and time.monotonic() < end:
        time.sleep(0.2)
    assert not alive(process.pid)


def alive(group: int) -> list[str]:
    """States of the processes of a group that have not ended, whether or not anyone has taken note of their end."""
    told = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in told.splitlines()]
    return [row[1] for row in rows if int(row[0]) == group and not row[1].startswith("Z")]
