"""The folder of a reproduction: page, numbers, figures and data, each file written whole as soon as it is there."""

from __future__ import annotations

import shutil
from pathlib import Path

from supraspin.report.folder import FIGURES, NUMBERS, PAGE, Contents, check_place

DATA = "data"
REPRODUCTION = Contents("reproduction", "reproduction", {FIGURES: (".png", ".pdf"), DATA: (".nc",)})


def prepare(out: Path) -> Path:
    """The folder, made where it is not there; an earlier reproduction in it is removed.

    Raises `OutputError` where something else is there, or where nothing can be written.
    """
    place = check_place(out, REPRODUCTION)
    place.mkdir(parents=True, exist_ok=True)
    for name in (DATA, FIGURES):
        shutil.rmtree(place / name, ignore_errors=True)
        (place / name).mkdir()
    for file in (PAGE, NUMBERS):
        (place / file).unlink(missing_ok=True)
    return place
