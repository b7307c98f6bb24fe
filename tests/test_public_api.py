"""`import supraspin` is light, and its names are the right things in whatever order modules are imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("jax", "scipy", "xarray", "pint", "matplotlib", "numpy", "pandas", "h5py")


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("statement", ["import supraspin", "import supraspin.cli", "import supraspin, sys; dir(supraspin)"])
def test_limit_nothing_heavy_is_imported(statement):
    assert run(f"{statement}\nimport sys\nprint([m for m in {HEAVY} if m in sys.modules])") == "[]"


@pytest.mark.parametrize(
    "before",
    [
        "", "import supraspin.fit", "from supraspin.fit import FitResult", "import supraspin.fit.result", "ss.fit", "ss.compare",
        "import supraspin.models.hanle", "from supraspin.models import hanle", "ss.MODELS['hanle']",
    ],
)  # fmt: skip
def test_identity_names_do_not_depend_on_the_order_of_imports(before):
    code = f"""
import types
import supraspin as ss
{before}
assert isinstance(ss.fit, types.FunctionType), ss.fit
assert isinstance(ss.models.hanle, types.FunctionType), ss.models.hanle
assert ss.models.hanle is ss.MODELS["hanle"].function
import supraspin.fit
from supraspin.fit import FitResult, fit
from supraspin.models.hanle import hanle
assert ss.fit is fit and ss.models.hanle is hanle and isinstance(FitResult, type)
print("good")
"""
    assert run(code) == "good"


def test_identity_all_public_names_resolve():
    import supraspin as ss

    for name in ss.__all__:
        assert getattr(ss, name) is not None
    assert set(ss.__all__) <= set(dir(ss))
    assert set(dir(ss.models)) == set(ss.MODELS)
    for name, model in ss.MODELS.items():
        assert getattr(ss.models, name) is model.function


def test_rejects_unknown_names():
    import supraspin as ss

    with pytest.raises(AttributeError, match="no attribute 'fitt'; it has MODELS, Device, Part, analyze"):
        _ = ss.fitt
    with pytest.raises(AttributeError, match="no attribute 'hanel'"):
        _ = ss.models.hanel


def test_identity_the_laboratory_is_at_hand():
    code = """
import supraspin as ss
assert ss.Device.load("A").film.thickness > 0
ds = ss.lab.simulate("A", "resistance_temperature", key=1, points=21)
same = ss.lab.simulate(ss.lab.Setup.of(ss.Device.load("A")), "resistance_temperature", key=1, points=21)
assert ds.identical(same)
assert ss.lab.Bench(ss.lab.Setup.of(ss.Device.load("A")), key=1).temperature == 1.5
try:
    ss.lab.bensh
except AttributeError as error:
    print(str(error)[:55])
"""
    assert run(code) == "module 'supraspin.lab' has no attribute 'bensh'; it has"
