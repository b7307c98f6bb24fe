"""What a fit was made to: how many sweeps, which values each has of its own, and which one value they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from supraspin.fit.parameter import Parameter
from supraspin.fit.problem import Problem
from supraspin.flags import Flag
from supraspin.formatting import si
from supraspin.model import Model
from supraspin.quantities import implausible

if TYPE_CHECKING:
    from supraspin.fit.result import Block, FitResult

_MOST = 8


def own_constants(model: Model, blocks: Sequence[Block]) -> dict[str, list[float]]:
    """What the data hold that is not the same in all blocks: name -> the values of the blocks that have it, SI."""
    values = {name: [block.constants[name] for block in blocks if name in block.constants] for name in model.parameters}
    return {name: found for name, found in values.items() if len(set(found)) > 1}


def span(values: Sequence[float], unit: str) -> str:
    """`0.5 K to 6 K`."""
    return f"{si(min(values), unit)} to {si(max(values), unit)}"


def together_flag(problem: Problem, blocks: Sequence[Block], poor: bool) -> list[Flag]:
    """That sweeps which differ in what is known of them are one problem: what each has of its own, and what all share."""
    own = own_constants(problem.model, blocks)
    common = [slot.name for slot in problem.slots if slot.group is None]
    if not own or not common:
        return []
    sweeps = sum(len(block.breaks) for block in blocks)
    each = " and ".join(f"{name} ({span(v, problem.model.parameters[name].unit)})" for name, v in own.items())
    text = f"{sweeps} sweeps are fitted as one problem: each has its own {each}, all have one value of {', '.join(common)}"
    apart = "; name in shared only what is common to them, or fit one sweep alone" if len(common) == len(problem.slots) else ""
    return [Flag("fitted_together", text + apart, "warning" if poor else "note", {"sweeps": float(sweeps)})]


def size_flags(params: Mapping[str, Parameter]) -> list[Flag]:
    """Values, given or found, that no experiment has: mostly a unit that was forgotten or taken for another."""
    flags = []
    for name, p in params.items():
        said = implausible(name, p.value, p.unit) if p.source != "default" and p.identified else None
        if said:
            why = ": is the unit right? A number without one is in SI" if p.source in ("fixed", "data") else ""
            flags.append(Flag("implausible", said + why, "warning", {name: p.value}))
    return flags


def fitted_lines(result: FitResult) -> list[str]:
    """The data of a fit, a line for every block of sweeps."""
    own = own_constants(result.model, result.blocks)
    labels = {block.label for block in result.blocks}
    lines = []
    for block in result.blocks[:_MOST]:
        known = ", ".join(
            f"{name} = {si(block.constants[name], result.model.parameters[name].unit)}" for name in own if name in block.constants
        )
        several = len(block.breaks) > 1
        name = f"{'sweeps' if several else 'sweep'} {block.label}" if block.label else "points"
        name = f"data set {block.group}, {name}" if len(labels) < len(result.blocks) else name
        where = f"{result.model.x.name} {span(block.x.tolist(), result.model.x.unit)}"
        lines.append(f"{name}: {len(block.y)} points, {where}{', ' if known else ''}{known}")
    if len(result.blocks) > _MOST:
        lines.append(f"and {len(result.blocks) - _MOST} more")
    return lines
