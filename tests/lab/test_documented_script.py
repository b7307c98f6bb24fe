"""The scripts of `docs/virtual_laboratory.md` run as they are printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("qcodes", reason="the drivers come with qcodes")

from supraspin.analysis import analyze

PAGE = Path(__file__).parents[2] / "docs" / "virtual_laboratory.md"

pytestmark = pytest.mark.filterwarnings("ignore::Warning")  # what the drivers themselves warn of


@pytest.mark.slow
def test_published_scripts_of_the_page_run(tmp_path, monkeypatch, capsys):
    """Everything on the page in the order it stands; the loop that the script stored switches at two fields of either sign."""
    import qcodes

    import pyvisa_supraspin

    monkeypatch.chdir(tmp_path)
    pyvisa_supraspin.configure("A", key=0)
    space: dict[str, object] = {}
    try:
        for script in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
            exec(compile(script, PAGE.name, "exec"), space)
    finally:
        qcodes.Instrument.close_all()
    said = capsys.readouterr().out
    assert "K, OK" in said
    assert "in range 0" in said
    (loop,) = [one for one in analyze("loop.db") if one.kind == "magnetoresistance"]
    assert 0.004 < loop.finding("coercive_field").value < 0.014
    assert 0.018 < loop.finding("coercive_field_2").value < 0.026
