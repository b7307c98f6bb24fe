"""An analysis whose every text tries to become markup, to be written by the tests of this folder."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.flags import Flag

EVIL = "<script>alert('x')</script>"


class FakeFit:
    def report(self) -> str:
        return f"[[Model]] {EVIL}"

    def to_dict(self) -> dict:
        return {"model": EVIL, "chi_square": float("nan")}


def analysis(text: str = EVIL) -> Analysis:
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([0, 1], [0, 1])
    return Analysis(
        kind=f"hanle {text}", title=f"title {text}", sources=(f"{text}.txt",), summary=f"summary {text}",
        findings=[Finding("spin_lifetime", 514e-12, "s", 12e-12, 73e-12, text=text), Finding(text, 1.0, "1")],
        tables=[Table(f"table {text}", (text, "AICc"), ((text, 1.5), (None, float("nan"))), note=text)],
        fits={text: FakeFit()}, figures={text: figure}, captions={text: f"caption {text}"},
        flags=[Flag("a", f"a note {text}", "note"), Flag("c", "grave", "fault"), Flag("b", "careful", "warning")],
    )  # fmt: skip


@pytest.fixture
def hostile() -> Analysis:
    """An analysis whose every text holds a script."""
    return analysis()


@pytest.fixture
def harmless() -> Analysis:
    return analysis("plain")
