"""A fit as text."""

from __future__ import annotations

import textwrap

from supraspin.fit.fitted import fitted_lines
from supraspin.fit.result import FitResult
from supraspin.formatting import si


def report(result: FitResult, min_correlation: float = 0.1) -> str:
    """The report of one fit, laid out like lmfit's `fit_report`."""
    lines = ["[[Model]]", f"    {result.model.name}: {result.model.summary}", "[[Data]]"]
    lines += [*(f"    {line}" for line in fitted_lines(result)), "[[Fit Statistics]]"]
    noise = ", ".join(si(v, result.model.y.unit) for v in result.noise)
    statistics = [
        ("data points", f"{result.n}"),
        ("variables", f"{len(result.free)}"),
        ("function evaluations", f"{result.nfev} ({result.seconds:.2f} s)"),
        ("converged", f"{'yes' if result.converged else 'NO'} ({result.message})"),
        ("sigma", f"{result.sigma_source} (model-free noise {noise})"),
        ("chi-square", f"{result.chi_square:.6g}"),
        ("reduced chi-square", f"{result.reduced_chi_square:.6g}"),
        ("rms of residuals", si(result.rms, result.model.y.unit)),
        ("AICc", f"{result.aicc:.6g}"),
        ("BIC", f"{result.bic:.6g}"),
    ]
    if result.inflation > 1:
        worth = f"{result.structure.n_effective:.0f} independent points instead of {result.n}"
        statistics.append(("error inflation", f"{result.inflation:.3g} (the residuals are correlated: {worth})"))
    lines += [f"    {name:<21}= {value}" for name, value in statistics]
    lines.append("[[Variables]]")
    width = max(len(name) for name in result.params) + 1
    for name, p in result.params.items():
        notes = []
        if p.vary:
            if p.stderr is not None and p.value and p.stderr < float("inf"):
                notes.append(f"{100 * abs(p.stderr / p.value):.2g} %")
            if result.inflation > 1 and p.stderr is not None and p.stderr < float("inf"):
                notes.append(f"± {si(result.inflation * p.stderr, p.unit)} counting the correlation")
            notes.append(f"start {si(p.start, p.unit)}")
            if p.at_bound:
                notes.append("at its bound")
            if p.profiled and p.interval_95 is not None:
                notes.append(f"95 %: {si(p.interval_95[0], p.unit)} .. {si(p.interval_95[1], p.unit)}, profile likelihood")
        lines.append(f"    {name + ':':<{width}} {p}" + (f" ({'; '.join(notes)})" if notes else ""))
    pairs = sorted(result.correlations.items(), key=lambda item: -abs(item[1]))
    shown = [(names, value) for names, value in pairs if abs(value) >= min_correlation]
    if shown:
        lines.append(f"[[Correlations]] (unreported ones are < {min_correlation:g})")
        lines += [f"    C({a}, {b}) = {value:+.4f}" for (a, b), value in shown]
    if result.flags:
        lines.append("[[Flags]]")
        for flag in result.flags:
            lines += textwrap.wrap(
                f"{flag.level} {flag.code}: {flag.message}", 116, initial_indent="    ", subsequent_indent="        "
            )
    return "\n".join(lines)
