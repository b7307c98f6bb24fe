"""The registered models and the vocabulary as tables: for `supraspin models`, for JSON, and for the pages of the docs."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Sequence
from typing import Any

from supraspin.formatting import si
from supraspin.model import MODELS, Model, Par
from supraspin.quantities import QUANTITIES


def overview(model: Model) -> dict[str, Any]:
    """A model in a line: name, what it gives against what, summary, reference."""
    return {
        "name": model.name,
        "summary": model.summary,
        "x": {"name": model.x.name, "unit": model.x.unit},
        "y": {"name": model.y.name, "unit": model.y.unit},
        "parameters": list(model.parameters),
        "reference": model.reference,
    }


def details(model: Model) -> dict[str, Any]:
    """Everything about a model: coordinates, parameters with unit, bounds and default, and its equation in words."""
    return overview(model) | {
        "coordinates": [{"name": axis.name, "unit": axis.unit, "default": model.extra.get(axis.name)} for axis in model.axes],
        "parameters": {
            name: {
                "unit": par.unit, "default": par.default, "lower": par.lower, "upper": par.upper, "held": par.held,
                "meaning": meaning(name),
            }
            for name, par in model.parameters.items()
        },
        "equation": equation(model),
    }  # fmt: skip


def equation(model: Model) -> str:
    """The docstring of the file that the model stands in."""
    return inspect.cleandoc(sys.modules[model.function.__module__].__doc__ or "")


def bounds(par: Par) -> str:
    """The bounds of a parameter in print, empty where there are none."""
    low, high = ("0" if end == 0 else si(end, par.unit) for end in (par.lower, par.upper))
    if math.isfinite(par.lower) and math.isfinite(par.upper):
        return f"{low} to {high}"
    return f"≥ {low}" if math.isfinite(par.lower) else f"≤ {high}" if math.isfinite(par.upper) else ""


def parameter_rows(model: Model) -> list[tuple[str, ...]]:
    """Name, meaning, unit, first guess, bounds, and whether a fit frees it, for each parameter."""
    return [
        (name, meaning(name), par.unit, si(par.default, par.unit), bounds(par), "held" if par.held else "free")
        for name, par in model.parameters.items()
    ]


def meaning(name: str) -> str:
    """What a name of the vocabulary means, empty for a name of the model's own."""
    return QUANTITIES[name].meaning if name in QUANTITIES else ""


def markdown() -> str:
    """One table of all models, then a section with equation and parameters for each."""
    models = MODELS.values()
    rows = [
        (f"[`{m.name}`](#model-{_slug(m.name)})", m.summary, f"{m.y.name} against {m.x.name}", link(m.reference)) for m in models
    ]
    parts = ["# Models\n", _table(("model", "what it describes", "gives", "source"), rows)]
    for model in models:
        parameters = [(f"`{name}`", _math(name), *rest) for name, *rest in parameter_rows(model)]
        parts += [
            f"(model-{_slug(model.name)})=\n## {model.name}\n",
            f"{model.summary} Source: {link(model.reference)}\n",
            f"```text\n{equation(model)}\n```\n",
            _table(("parameter", "symbol", "meaning", "unit", "first guess", "bounds", "in a fit"), parameters),
        ]
    return "\n".join(parts)


def nomenclature() -> str:
    """The vocabulary of `supraspin.quantities` as a page."""
    rows = [(f"`{name}`", _math(name), entry.unit, entry.meaning) for name, entry in QUANTITIES.items()]
    lead = "One name for one thing, in Python, on the command line, in files and in reports. SI units, energies in eV.\n"
    return "\n".join(("# Names and units\n", lead, _table(("name", "symbol", "unit", "meaning"), rows)))


def link(reference: str) -> str:
    """`doi:...` and `arXiv:...` as Markdown links, anything else as it is."""
    scheme, _, rest = reference.partition(":")
    address = {"doi": f"https://doi.org/{rest}", "arxiv": f"https://arxiv.org/abs/{rest}"}.get(scheme.lower())
    return f"[{reference}]({address})" if address and " " not in rest else reference


def _slug(name: str) -> str:
    return name.replace("_", "-")


def _math(name: str) -> str:
    return f"${QUANTITIES[name].symbol}$" if name in QUANTITIES else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
