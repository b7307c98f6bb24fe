"""The findings of one channel of R(T)."""

from __future__ import annotations

import math

from supraspin.analysis.resistance.lagging import Lag
from supraspin.analysis.resistance.mean import Channel, Value, over_directions
from supraspin.analysis.resistance.ratio import ONE_SIDED
from supraspin.analysis.result import Finding
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain


def temperatures(found: Channel, suffix: str = "") -> list[Finding]:
    """T_C at 50, 10 and 90 %; the spread of the criteria is the systematic, a level that isn't reached gives a limit."""
    levels = {x: found.level(x) for x in (0.1, 0.5, 0.9)}
    known = [value.value for value in levels.values() if value is not None]
    middle = levels[0.5]
    out = []
    if middle is not None:
        spread = 0.5 * (max(known) - min(known)) if len(known) == 3 else max(known) - min(known)
        said = "half of R just above the transition; the systematic is half the distance of the 10 and 90 % criteria"
        if len(known) < 3:
            said = "half of R just above the transition; 10 % is not reached, the systematic is the distance to 90 %"
        out.append(Finding(f"critical_temperature{suffix}", middle.value, "K", middle.stderr, spread, text=said))
    else:
        coldest = min(float(c.temperature.min()) for c, _ in found.seen)
        said = "the resistance does not fall to half of that just above: a limit, the lowest temperature there is"
        out.append(Finding(f"critical_temperature{suffix}", coldest, "K", limit="upper", text=said))
    for x in (0.1, 0.9):
        value = levels[x]
        if value is not None:
            said = f"{100 * x:.0f} % of the resistance just above the transition"
            out.append(Finding(f"critical_temperature{suffix}, {100 * x:.0f} %", value.value, "K", value.stderr, text=said))
    return out


def levels(found: Channel, lead: float | None) -> list[Finding]:
    """Resistance just above the transition, that of the leads or what is left, in ohm and in parts."""
    seen = [(c, t, t.normal) for c, t in found.seen if t.normal is not None]
    normal = over_directions([(c, line.value, line.stderr) for c, _, line in seen])
    floor = over_directions([(c, t.floor, t.floor_stderr) for c, t, _ in seen])
    assert normal is not None
    assert floor is not None
    out = [Finding("normal_resistance", normal.value, "ohm", normal.stderr, text="just above the transition")]
    if found.complete and lead is None:
        said = "what is left below the transition, taken as leads or offset and subtracted"
        out.append(Finding("lead_resistance", floor.value, "ohm", floor.stderr, text=said))
    if not found.complete:
        taken = lead or 0.0
        part = (floor.value - taken) / (normal.value - taken)
        error = math.hypot(floor.stderr, part * normal.stderr) / (normal.value - taken)
        said = "lowest resistance over that just above the transition: the transition is not complete"
        out.append(Finding("residual_fraction", part, "1", error, text=said))
    return out


def ratios(found: Channel) -> list[Finding]:
    """RRR, or the limit that the unknown resistance of leads leaves."""
    values = over_directions([(c, r.value, r.stderr) for (c, _), r in zip(found.seen, found.ratios, strict=False)])
    if values is None:
        return []
    first = found.ratios[0]
    where = f"R({first.reference:.4g} K) over R just above the transition"
    if not first.asked:
        # A metal's resistance rises further: what the curve shows of the ratio is a limit, and one that falls shows nothing.
        least = values.value - (0.0 if first.limit else ONE_SIDED * values.stderr)
        if first.limit == "upper" or not least > 1:
            return []
        said = f"{where}, where the curve ends: that to the temperature asked for is larger in a metal"
        return [Finding("residual_resistance_ratio", least, "1", limit="lower", text=said)]
    if first.limit is None:
        return [Finding("residual_resistance_ratio", values.value, "1", values.stderr, text=where)]
    said = f"{where}; the leads are not known, and with them as large as the lowest resistance it would be {first.most:.3g}"
    return [Finding("residual_resistance_ratio", values.value, "1", limit=first.limit, text=said)]


def anomaly(found: Channel) -> list[Finding]:
    """Where a resistance rises again on cooling, its minimum and the height of the rise; order is one cause of several."""
    risen = [(c, t, t.rising) for c, t in found.seen if t.rising is not None]
    if not found.reentrant or not risen:
        return []
    onset = found.mean_onset()
    lowest = over_directions([(c, up.lowest, up.lowest_stderr) for c, _, up in risen])
    parts = [_height(t.normal.value - t.lead, t.normal.stderr, up.height, up.height_stderr) for _, t, up in risen if t.normal]
    height = over_directions([(c, p.value, p.stderr) for (c, _, _), p in zip(risen, parts, strict=True)])
    feet = [t.rise for _, t, _ in risen if t.rise is not None]
    tops = [up.top for _, _, up in risen]
    assert lowest is not None
    assert height is not None
    wide = max(up.systematic for _, _, up in risen)
    about = ("onset of the rise on cooling, by order or something else (R(T) alone can't tell); the systematic is its "
             "spread over how much of the rise is fitted")  # fmt: skip
    at = f"the rise from its minimum to {si(float(min(tops)), 'K')}, over the resistance just above the transition"
    return [
        Finding("upturn_temperature", onset.value, "K", onset.stderr, wide, text=about),
        Finding("minimum_temperature", sum(f.foot for f in feet) / len(feet), "K",
                systematic=max(0.5 * (f.plateau[1] - f.plateau[0]) for f in feet),
                text="middle of the lowest resistance; the systematic is half the width of its plateau"),
        Finding("minimum_resistance", lowest.value, "ohm", lowest.stderr),
        Finding("anomaly_height", height.value, "1", height.stderr, text=at),
    ]  # fmt: skip


def _height(normal: float, normal_stderr: float, rise: float, stderr: float) -> Value:
    return Value(rise / normal, math.hypot(stderr, rise / normal * normal_stderr) / normal)


def lag_findings(late: Lag | None) -> tuple[list[Finding], list[Flag]]:
    """The shift between warming and cooling, and what it may be."""
    if late is None:
        return [], []
    out = [Finding("warming_minus_cooling", late.shift.value, "K", late.shift.stderr, text="of T_C at 50 %")]
    flags = []
    if late.hysteresis is not None:
        out.append(Finding("hysteresis", late.hysteresis.value, "K", late.hysteresis.stderr, text="shift at rate zero"))
    if late.time is not None:
        alone = (
            "" if late.hysteresis is not None else ", if the shift is delay alone: one sweep rate can't tell it from hysteresis"
        )
        said = f"delay of the sample behind its thermometer (negative: of the thermometer){alone}"
        out.append(Finding("lag_time", late.time.value, "s", late.time.stderr, text=said))
    if late.significant and late.hysteresis is None:
        told = uncertain(late.shift.value, late.shift.stderr, "K")
        rate = "" if late.rate is not None else ", and no time column gives the rate"
        said = f"T_C on warming less T_C on cooling is {told}: a delay or hysteresis, which one sweep rate can't tell apart{rate}"
        flags.append(Flag("warming_differs", said, "note", {"shift": late.shift.value, "stderr": late.shift.stderr}))
    return out, flags
