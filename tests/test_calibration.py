"""Statistical truth of every model in its default use: pulls have mean 0 and width 1, intervals cover what they claim.

The uses and the making of the data stand in `benchmarks/calibration.py`, which prints the table.
"""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path

import pytest

from supraspin.backend import jnp
from supraspin.model import MODELS, Axis, Model, Par

FILE = Path(__file__).parents[1] / "benchmarks" / "calibration.py"
SLOW = {"andreev", "critical_field_ising", "critical_field_whh", "mcmillan", "exchange_split", "anisotropic", "two_gap"}


@pytest.fixture(scope="module")
def calibration():
    spec = importlib.util.spec_from_file_location("calibration", FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules["calibration"] = module  # where a dataclass looks up its annotations
    spec.loader.exec_module(module)
    yield module
    del sys.modules["calibration"]


@pytest.mark.parametrize("model", [pytest.param(m, marks=[pytest.mark.slow] * (n in SLOW), id=n) for n, m in MODELS.items()])
def test_fit_errors_are_calibrated(calibration, model):
    lines, failed, _ = calibration.calibrate(model)
    assert failed == 0
    for line in lines:
        said = f"{line.parameter}: mean {line.mean:+.3f}, width {line.width:.3f}, in {line.inside_68:.3f}, {line.inside_95:.3f}"
        assert line.count >= 300, said
        assert abs(line.mean) < 0.1, said
        assert 0.9 < line.width < 1.1, said
        for share, claimed in ((line.inside_68, 0.6827), (line.inside_95, 0.95)):
            assert abs(share - claimed) < 3.5 * math.sqrt(claimed * (1 - claimed) / line.count), said


def test_coverage_is_not_granted(calibration, monkeypatch):
    """The same machinery finds errors that are too small by a third."""
    real = calibration.fit_batch

    def optimistic(*arguments, **options):
        result = real(*arguments, **options)
        for error in result.stderr.values():
            error *= 2 / 3
        return result

    monkeypatch.setattr(calibration, "fit_batch", optimistic)
    lines, _, _ = calibration.calibrate(MODELS["hanle"])
    assert all(line.width > 1.3 and line.inside_68 < 0.56 for line in lines)


def test_identity_a_new_model_takes_part(calibration):
    """A model on a coordinate that no table knows finds its own sweep, from the parameter that has the coordinate's unit."""
    entry = Model(
        "decay", lambda time, *, amplitude=1e-3, lifetime=3e-9: amplitude * jnp.exp(-time / lifetime), (Axis("time", "s"),),
        Axis("voltage", "V"), {"amplitude": Par("V", default=1e-3), "lifetime": Par("s", 0.0, default=3e-9)}, "test",
    )  # fmt: skip
    x = calibration.sweep(entry, 50)
    assert (x[0], x[-1]) == pytest.approx((0.6e-9, 15e-9))
    lines, failed, _ = calibration.calibrate(entry)
    assert failed == 0
    assert [line.parameter for line in lines] == ["amplitude", "lifetime"]
    assert all(abs(line.mean) < 0.1 and 0.9 < line.width < 1.1 for line in lines)
