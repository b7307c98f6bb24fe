"""supraspin: superconducting spintronics, from raw sweeps to physics and from a Hamiltonian to raw sweeps.

    import supraspin as ss

    data = ss.load("hanle.tsv")
    print(ss.fit(ss.models.hanle, data))

Nothing heavy is imported until it is asked for: each name below is fetched at its first use.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0.dev0"

if TYPE_CHECKING:
    from supraspin import lab as lab
    from supraspin import models as models
    from supraspin.analysis import analyze as analyze
    from supraspin.data import load as load
    from supraspin.data import load_all as load_all
    from supraspin.data import save as save
    from supraspin.data.describe import describe as describe
    from supraspin.devices import Device as Device
    from supraspin.fit import compare as compare
    from supraspin.fit import fit as fit
    from supraspin.fit import fit_batch as fit_batch
    from supraspin.fit.bayes import Part as Part
    from supraspin.fit.bayes import posterior as posterior
    from supraspin.fit.bayes import tension as tension
    from supraspin.fit.bayes import weigh as weigh
    from supraspin.joint import device_posterior as device_posterior
    from supraspin.model import MODELS as MODELS

_HOMES = {
    "MODELS": "supraspin.model",
    "Part": "supraspin.fit.bayes",
    "Device": "supraspin.devices",
    "analyze": "supraspin.analysis",
    "compare": "supraspin.fit",
    "describe": "supraspin.data",
    "device_posterior": "supraspin.joint",
    "fit": "supraspin.fit",
    "fit_batch": "supraspin.fit",
    "load": "supraspin.data",
    "load_all": "supraspin.data",
    "posterior": "supraspin.fit.bayes",
    "save": "supraspin.data",
    "tension": "supraspin.fit.bayes",
    "weigh": "supraspin.fit.bayes",
}

__all__ = [
    "MODELS", "Device", "Part", "analyze", "compare", "describe", "device_posterior", "fit", "fit_batch", "lab", "load",
    "load_all", "models", "posterior", "save", "tension", "weigh",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in ("lab", "models"):
        return importlib.import_module(f"supraspin.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'supraspin' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted({*__all__, "__version__"})


class _Package(ModuleType):
    """The package itself. `import supraspin.fit` would bind the sub-package to `ss.fit`, where the function belongs."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
