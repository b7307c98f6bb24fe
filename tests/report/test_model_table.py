"""The tables of models and names."""

from __future__ import annotations

import json
import math

from supraspin.model import MODELS, Par
from supraspin.quantities import QUANTITIES
from supraspin.report.model_table import bounds, details, link, markdown, nomenclature
from supraspin.report.plain import to_json


def test_identity_every_model_and_parameter_stands_in_the_page():
    page = markdown()
    for model in MODELS.values():
        assert f"\n## {model.name}\n" in page
        assert page.count(f"(model-{model.name.replace('_', '-')})=") == 1
        section = page.split(f"\n## {model.name}\n")[1].split("\n## ")[0]
        assert all(f"| `{name}` |" in section for name in model.parameters)
        assert link(model.reference) in section
    assert all(f"| `{name}` |" in nomenclature() for name in QUANTITIES)


def test_identity_rows_have_the_width_of_their_head():
    for page in (markdown(), nomenclature()):
        for block in page.split("\n\n"):
            rows = [line.replace("\\|", "") for line in block.splitlines() if line.startswith("|")]
            assert len({line.count("|") for line in rows}) <= 1


def test_identity_details_are_strict_json():
    for model in MODELS.values():
        told = json.loads(to_json(details(model)))
        assert list(told["parameters"]) == list(model.parameters)
        assert told["equation"]


def test_identity_links():
    assert link("doi:10.1038/416713a") == "[doi:10.1038/416713a](https://doi.org/10.1038/416713a)"
    assert link("arXiv:2306.06659") == "[arXiv:2306.06659](https://arxiv.org/abs/2306.06659)"
    assert link("a book") == "a book"


def test_identity_bounds():
    assert bounds(Par("s")) == ""
    assert bounds(Par("s", lower=0)) == "≥ 0"
    assert bounds(Par("1", -1, 1)) == "-1.00 to 1.00"
    assert bounds(Par("V", -math.inf, 2e-3)) == "≤ 2.00 mV"
