"""The figures that can be reproduced: one file each in `reproduce/figures`, found by themselves."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Sequence
from functools import cache

from supraspin.errors import DataError
from supraspin.reproduce.plan import PaperFigure


@cache
def figures() -> dict[str, PaperFigure]:
    """Name -> figure, in the order of the paper: every `FIGURE` in a file of the folder."""
    folder = importlib.import_module("supraspin.reproduce.figures")
    names = [entry.name for entry in pkgutil.iter_modules(folder.__path__) if not entry.name.startswith("_")]
    found = [importlib.import_module(f"{folder.__name__}.{name}").FIGURE for name in names]
    return {one.name: one for one in sorted(found, key=lambda one: _order(one.name))}


def _order(name: str) -> tuple[int, int, str]:
    """Main figures first, then extended data, each by number and panel; what has no number comes last."""
    match = re.fullmatch(r"(ED)?(\d+)([a-z]?)", name)
    return (int(bool(match[1])), int(match[2]), match[3]) if match else (2, 0, name)


def select(wanted: Sequence[str] = (), devices: Sequence[str] = ()) -> list[PaperFigure]:
    """The figures asked for (`3b`, or `3` for all its panels; none asks for all), of them those measured on a device.

    Raises `DataError` for a name that no figure has, with those there are.
    """
    there = figures()
    chosen = dict.fromkeys(there) if not wanted else {}
    for text in wanted:
        name = _plain(text)
        panels = [one for one in there if _plain(one) == name or re.fullmatch(f"{re.escape(name)}[a-z]", _plain(one))]
        if not panels:
            raise DataError(f"no figure {text!r}; there are {', '.join(there)}")
        chosen |= dict.fromkeys(panels)
    known = dict.fromkeys(device for one in there.values() for device in one.devices)
    for device in devices:
        if device not in known:
            raise DataError(f"no figure is measured on device {device!r}; there are {', '.join(known)}")
    found = [there[name] for name in there if name in chosen and (not devices or set(devices) & set(there[name].devices))]
    if not found:
        raise DataError(f"none of figures {', '.join(chosen)} is measured on {' or '.join(devices)}")
    return found


def _plain(name: str) -> str:
    """`Fig. 3b`, `fig3b`, `ED 7` and `Extended Data 7` as `3b` and `ed7`."""
    text = re.sub(r"[\s._-]", "", name.lower())
    return re.sub(r"^(extendeddata|edfig|ed)(fig(ure)?)?", "ed", re.sub(r"^fig(ure)?(?=\d)", "", text))
