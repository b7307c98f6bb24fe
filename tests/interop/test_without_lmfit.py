"""What a user without lmfit sees: one line that says what to install, and a package that works without it."""

from __future__ import annotations

import builtins
import importlib
import sys

import pytest

from supraspin.errors import SupraspinError


@pytest.fixture
def no_lmfit(monkeypatch):
    real = builtins.__import__

    def refuse(name, *arguments, **options):
        if name.split(".")[0] == "lmfit":
            raise ModuleNotFoundError("No module named 'lmfit'", name="lmfit")
        return real(name, *arguments, **options)

    for name in [n for n in sys.modules if n.split(".")[0] == "lmfit" or n == "supraspin.interop.lmfit"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", refuse)


def test_rejects_in_one_line(no_lmfit):
    with pytest.raises(SupraspinError, match=r"lmfit is not installed; `pip install lmfit`") as caught:
        importlib.import_module("supraspin.interop.lmfit")
    assert "\n" not in str(caught.value)
    assert "supraspin.interop.lmfit" not in sys.modules


def test_the_rest_works(no_lmfit):
    fresh = importlib.reload(importlib.import_module("supraspin.interop"))
    assert fresh.__name__ == "supraspin.interop"
    assert callable(importlib.import_module("supraspin.fit.least_squares").fit)
