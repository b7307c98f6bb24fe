"""Models: one file a phenomenon. A file put here is found by itself; see CONTRIBUTING.md.

`supraspin.models.hanle` is the function `hanle`, not the file that it stands in, for every registered model; the file
is `sys.modules["supraspin.models.hanle"]`, and `from supraspin.models.hanle import hanle` works as ever.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


def __getattr__(name: str) -> Any:
    if not name.startswith("_"):
        from supraspin.model import MODELS

        if name in MODELS:
            return MODELS[name].function
        if module := sys.modules.get(f"{__name__}.{name}"):
            return module
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    from supraspin.model import MODELS

    return sorted(MODELS)


class _Folder(ModuleType):
    """The folder itself. Importing `hanle.py` would bind that file to the name `hanle`, where the function belongs."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_") or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Folder
