"""`supraspin models`: the models there are, and what one of them says about itself."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

Switch = Annotated[bool, Parameter(negative="")]


def models(name: str | None = None, /, *, json: Switch = False) -> None:
    """List the models, or show the equation, parameters, bounds and source of one.

    Parameters
    ----------
    name
        Name of one model.
    json
        Print JSON.
    """
    from supraspin.model import MODELS

    if name:
        MODELS[name]  # before what takes longer to load
    from supraspin.report.model_table import details, overview

    if json:
        from supraspin.report.plain import to_json

        print(to_json(details(MODELS[name]) if name else [overview(model) for model in MODELS.values()]))
    elif name:
        _show(name)
    else:
        from supraspin.cli.show import show_table

        show_table(
            ("model", "what it describes", "gives", "source"),
            [(m.name, m.summary, f"{m.y.name} against {m.x.name}", m.reference) for m in MODELS.values()],
        )


def _show(name: str) -> None:
    from supraspin.cli.show import show_table
    from supraspin.model import MODELS
    from supraspin.report.model_table import equation, parameter_rows

    model = MODELS[name]
    coordinates = ", ".join(f"{axis.name} ({axis.unit})" for axis in model.axes)
    print(f"{model.name}: {model.summary}\n\n{equation(model)}\n\nSource: {model.reference}")
    print(f"Coordinates: {coordinates}; gives {model.y.name} ({model.y.unit})\n")
    show_table(("parameter", "meaning", "unit", "first guess", "bounds", "in a fit"), parameter_rows(model))
