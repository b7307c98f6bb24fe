"""What is remarkable about the transition of a channel of R(T), as flags."""

from __future__ import annotations

from supraspin.analysis.resistance.mean import Channel
from supraspin.analysis.resistance.transition_search import LEVEL
from supraspin.flags import Flag
from supraspin.formatting import si


def verdict_flags(found: Channel) -> list[Flag]:
    """What is remarkable about the transition of a channel."""
    flags: list[Flag] = []
    seen = [t for _, t in found.seen]
    if len(seen) < len(found.found):
        why = next(t.why_not for t in found.found if not t.found)
        said = f"{len(found.found) - len(seen)} of {len(found.found)} sweeps show no transition ({why})"
        flags.append(Flag("transition_not_repeated", said, "warning"))
    if any(t.short for t in seen):
        line = next(t.normal for t in seen if t.short and t.normal is not None)
        seen_from = f"{si(line.span[0], 'K', 4)} to {si(line.span[1], 'K', 4)} ({line.points} readings)"
        said = (
            f"the normal state is seen only from {seen_from}: R just above T_C is their mean, its possible slope is in the errors"
        )
        flags.append(Flag("short_normal_state", said, "warning", {"low": line.span[0], "high": line.span[1]}))
    if len(found.found) == 1 and not seen[0].resolved:
        said = "the fall is one step from a reading to the next: a jump of the reading looks the same; another sweep would tell"
        flags.append(Flag("transition_or_jump", said, "warning"))
    if not found.complete:
        part = max(t.residual for t in seen)
        said = f"the resistance stays finite: {100 * part:.3g} % of that just above the transition is left at its lowest"
        flags.append(Flag("incomplete_transition", said, "warning", {"residual": part}))
    if found.steps is not None:
        s = found.steps
        said = f"the transition goes in two steps, at {si(s.upper, 'K')} and {si(s.lower, 'K')}, shoulder at {s.level:.2f} R_N"
        flags.append(Flag("two_step_transition", said, "warning", {"upper": s.upper, "lower": s.lower, "level": s.level}))
    if found.reentrant:
        z = min(t.rise.z for t in seen if t.rise is not None)
        said = (f"the resistance rises again on cooling ({z:.3g} standard errors, false alarms below {100 * LEVEL:g} %): "
                "re-entrant")  # fmt: skip
        flags.append(Flag("reentrant", said, "note", {"z": z}))
    elif found.unrepeated:
        said = "the resistance rises again on cooling in some sweeps only: not called re-entrant"
        flags.append(Flag("rise_not_repeated", said, "warning"))
    elif any(
        t.rise is not None and t.rise.like_drift and t.normal and t.rise.z > 6 and t.rise.size > 0.03 * t.normal.value
        for t in seen
    ):
        said = (
            "the resistance rises below the transition in proportion to time, as a drift would: a sweep the other way would tell"
        )
        flags.append(Flag("rise_or_drift", said, "warning"))
    if found.ratios and not found.ratios[0].asked:
        ends = si(found.ratios[0].reference, "K", 4)
        said = (f"the curve ends at {ends}: the resistance ratio is a limit; --set reference_temperature='{ends}' gives that "
                "to there")  # fmt: skip
        flags.append(Flag("reference_not_reached", said, "note"))
    spikes = sum(c.spikes for c in found.curves)
    if spikes:
        flags.append(Flag("spikes", f"{spikes} lone readings far from their neighbours are left out", "note", {"points": spikes}))
    return flags
