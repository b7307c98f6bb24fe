"""A model file dropped into `models/` appears everywhere with nothing else touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import supraspin

FILE = '''"""Decay of a spin current along a channel.

The signal falls with the distance L between injector and detector as

    R(L) = A exp(-L / lambda).
"""

from __future__ import annotations

from supraspin.backend import jnp
from supraspin.model import Axis, Length, Resistance, model


@model(x=Axis("separation", "m"), y=Axis("nonlocal_resistance", "ohm"), reference="doi:10.1103/PhysRevB.67.052409")
def dropped_in(separation, *, amplitude: Resistance = 1.0, spin_diffusion_length: Length = 1e-6):
    """Spin signal against the length of the channel."""
    return amplitude * jnp.exp(-jnp.asarray(separation) / spin_diffusion_length)
'''
CONTRACT = Path(__file__).with_name("test_contract.py")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run Python in a copy of the package that holds the new file, in a folder of its own."""
    folder = tmp_path_factory.mktemp("drop_in")
    shutil.copytree(Path(supraspin.__file__).parent, folder / "src" / "supraspin", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "src" / "supraspin" / "models" / "dropped.py").write_text(FILE, encoding="utf-8")

    def call(*arguments: str, code: int = 0) -> str:
        environment = os.environ | {"PYTHONPATH": str(folder / "src")}
        done = subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=folder, env=environment
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    call.folder = folder
    return call


def test_identity_in_the_list_of_models(run):
    assert str(run.folder) in run("-c", "import supraspin; print(supraspin.__file__)")
    listed = {entry["name"]: entry for entry in json.loads(run("-m", "supraspin", "models", "--json"))}
    assert listed["dropped_in"]["parameters"] == ["amplitude", "spin_diffusion_length"]
    assert "R(L) = A exp(-L / lambda)" in run("-m", "supraspin", "models", "dropped_in")


def test_identity_in_python(run):
    assert run("-c", "import supraspin as ss; print(float(ss.models.dropped_in(1e-6, spin_diffusion_length=2e-6)))").startswith(
        "0.6065"
    )


def test_identity_in_the_page_of_the_docs(run):
    page = run("-c", "from supraspin.report.model_table import markdown; print(markdown())")
    assert "## dropped_in" in page
    assert "R(L) = A exp(-L / lambda)" in page


def test_identity_in_a_fit(run):
    lengths = np.linspace(0.5e-6, 6e-6, 30)
    signal = 4e-3 * np.exp(-lengths / 1.7e-6) * (1 + 0.002 * np.sin(17 * np.arange(30)))
    rows = "\n".join(f"{1e6 * length:.4f},{1e3 * r:.7f}" for length, r in zip(lengths, signal, strict=True))
    (run.folder / "decay.csv").write_text(f"separation (um),nonlocal resistance (mOhm)\n{rows}\n", encoding="utf-8")
    told = json.loads(run("-m", "supraspin", "fit", "dropped_in", "decay.csv", "--json"))
    assert told["model"] == "dropped_in"
    assert told["parameters"]["spin_diffusion_length"]["value"] == pytest.approx(1.7e-6, rel=0.01)
    assert told["parameters"]["amplitude"]["value"] == pytest.approx(4e-3, rel=0.01)


def test_identity_in_the_contract_tests(run):
    shutil.copy(CONTRACT, run.folder / "test_contract.py")
    said = run("-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "test_contract.py", "-k", "dropped_in")
    assert int(said.split(" passed")[0].split()[-1]) >= 10
