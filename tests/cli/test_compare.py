"""`supraspin compare`."""

from __future__ import annotations

import json

import pytest

MODELS = ["--model", "hanle", "--model", "hanle_vortex"]


def test_identity_comparison_with_and_without_evidence(supraspin, curve):
    said = supraspin("compare", curve, *MODELS, "--fix", "separation=2.1 um", "--json")
    assert (said.code, said.err) == (0, "")
    plain = json.loads(said.out, parse_constant=pytest.fail)
    assert {row["model"] for row in plain["ranking"]} == {"hanle", "hanle_vortex"}
    said = supraspin("compare", curve, *MODELS, "--fix", "separation=2.1 um", "--evidence", "--json", "--prior",
                     "spin_lifetime=log_uniform:1 ps:10 ns")  # fmt: skip
    assert (said.code, said.err) == (0, "")
    told = json.loads(said.out, parse_constant=pytest.fail)
    assert told["weights"][0]["model"] == "hanle"
    assert told["weights"][0]["priors"]["spin_lifetime"]["source"] == "given"
    assert all(row["k_hat"] < 0.7 for row in told["weights"])
    assert any(flag["code"] == "few_rivals" for flag in told["flags"])
    assert told["fits"]["ranking"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--prior", "spin_lifetime=uniform:1 ps:1 ns"], "belong to --evidence"),
        (["--fix", "gap=1 meV"], "none of hanle, hanle_vortex has a parameter 'gap'"),
    ],
)
def test_rejects_bad_input(supraspin, curve, arguments, message):
    said = supraspin("compare", curve, *MODELS, *arguments)
    assert (said.code, said.out) == (2, "")
    assert message in said.err
