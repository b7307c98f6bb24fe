"""The main job on measurements that the package makes itself: files in the ways of three instruments, then one command.

Run it with `make demo`. The numbers behind the files are known, so the report can be held against them: they stand in
`demo/data/README.txt`.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from supraspin.backend import jax
from supraspin.data import make, save
from supraspin.models import hanle, two_gap

SPIN = {"amplitude": 12.0, "spin_lifetime": 350e-12, "diffusivity": 1.5e-2, "separation": 2.5e-6}
RESISTANCE_OFFSET, FIELD_OFFSET = -1.4, 0.8e-3
JUNCTION = {
    "gap": 1.30e-3, "gap_2": 0.80e-3, "weight": 0.55, "broadening": 45e-6, "broadening_2": 60e-6, "normal_conductance": 21e-6,
    "bias_offset": 90e-6, "critical_temperature": 7.2,
}  # fmt: skip
TEMPERATURES = (0.3, 1.2, 2.4, 3.6, 4.8, 6.0, 8.5)
RUNAWAY = (1.8, 6.4)
"""First and last temperature, K, of the file in which the cryostat lost its grip during the sweep."""


def main() -> int:
    base = Path("demo")
    folder = base / "data"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "spectra").mkdir(parents=True)
    rng = np.random.default_rng(20260101)
    write_hanle(folder, rng)
    write_spectra(folder / "spectra", rng)
    (folder / "README.txt").write_text(f"True values, SI units.\nSpin channel: {SPIN}\nJunction: {JUNCTION}\n", encoding="utf-8")
    arguments = ["analyze", str(folder), "--out", str(base / "report"), "--set", "separation=2.5 um"]
    print(f"$ {shlex.join(['supraspin', *arguments])}", flush=True)
    done = subprocess.run([sys.executable, "-m", "supraspin", *arguments], check=False).returncode
    if done == 0:
        print(f"\nOpen {(base / 'report' / 'report.html').resolve()} in a browser.")
    return done


def write_hanle(folder: Path, rng: np.random.Generator) -> None:
    """One file as a spreadsheet leaves it, parallel and antiparallel side by side, and one channel as netCDF."""
    field = np.linspace(-0.2, 0.2, 321)
    curves = [
        np.asarray(hanle(field, alignment, **SPIN, field_offset=FIELD_OFFSET, resistance_offset=RESISTANCE_OFFSET))
        + rng.normal(0.0, 0.06, field.size)
        for alignment in (1.0, -1.0)
    ]
    lines = ["field (mT)\tR_NL parallel (Ohm)\tR_NL antiparallel (Ohm)"]
    lines += [f"{1e3 * b:.3f}\t{p:.5f}\t{ap:.5f}" for b, p, ap in zip(field, *curves, strict=True)]
    (folder / "channel_hanle.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    longer = SPIN | {"separation": 5.0e-6}
    curve = np.asarray(hanle(field, **longer)) + rng.normal(0.0, 0.02, field.size)
    known = {"alignment": 1, "separation": longer["separation"]}
    data = make("hanle", field=field, nonlocal_resistance=curve, per_sweep=known, source="longer_channel.nc")
    save(data, folder / "longer_channel.nc")


def write_spectra(folder: Path, rng: np.random.Generator) -> None:
    """A series over temperature, one comma separated file each, bias in mV and conductance in uS, as a logger writes them."""
    bias = np.linspace(-4e-3, 4e-3, 241)
    spectrum = jax.jit(lambda temperature: two_gap(bias, temperature=temperature, **JUNCTION))
    for number, temperature in enumerate((*TEMPERATURES, RUNAWAY), 1):
        if isinstance(temperature, tuple):
            bath = np.linspace(*temperature, bias.size)
            steps = np.linspace(*temperature, 24)
            spectra = np.array([spectrum(step) for step in steps])
            exact = np.array([np.interp(t, steps, column) for t, column in zip(bath, spectra.T, strict=True)])
        else:
            bath = temperature + rng.normal(0.0, 0.004, bias.size)
            exact = np.asarray(spectrum(temperature))
        reading = exact + rng.normal(0.0, 0.12e-6, bias.size)
        lines = ["# tunnel junction, lock-in at 13 Hz", "Temperature (K),Bias (mV),Conductance (uS)"]
        lines += [f"{t:.4f},{1e3 * v:.5f},{1e6 * g:.5f}" for t, v, g in zip(bath, bias, reading, strict=True)]
        (folder / f"spectrum_{number:02d}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
