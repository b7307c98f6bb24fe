"""Posteriors of measured curves (not part of the repository) against least squares."""

from __future__ import annotations

from pathlib import Path

import pytest

from supraspin.data import load
from supraspin.fit import fit
from supraspin.fit.bayes import posterior

FOLDER = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def measured(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"measured data {name!r} is not beside this checkout")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("file", "separation"), [("figure_4a.tsv", 2.1e-6), ("figure_4b.tsv", 5.5e-6)])
def test_peer_least_squares_of_graphene(file, separation):
    """Means within a fifth of an error and widths alike, both with the growth that correlated residuals ask for."""
    ds = load(measured(f"hanle_graphene/{file}"))
    options = {"fix": {"separation": separation}, "free": ["resistance_offset"]}
    fitted, found = fit("hanle", ds, **options), posterior("hanle", ds, draws=600, warmup=200, **options)
    (flag,) = [one for one in found.flags if one.code == "residuals_structured"]
    assert flag.numbers["error_growth"] == pytest.approx(fitted.inflation)
    for name, m in found.marginals.items():
        value, error = fitted.params[name].value, fitted.inflation * fitted.params[name].stderr
        assert m.determined
        assert abs(m.mean - value) < 0.3 * error, name
        assert m.deviation == pytest.approx(error, rel=0.3), name
