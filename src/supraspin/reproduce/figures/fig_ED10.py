"""Extended Data Fig. 10: the devices' parameters, each as its analysis finds it."""

from __future__ import annotations

from supraspin.analysis import Finding
from supraspin.report.format import measured
from supraspin.reproduce.canvas import DOUBLE, canvas
from supraspin.reproduce.figures._experiments import DEPTH_B, FILM_A, FILM_B, FILM_C, FILM_E
from supraspin.reproduce.plan import Comparison, Outcome, Outcomes, PaperFigure

_FILMS = (FILM_A, FILM_B, FILM_C, FILM_E)
_BOTH = "Critical field in both directions"
_COLUMNS = (
    ("$T_\\mathrm{C0}$", "critical_temperature", _BOTH),
    ("$\\xi_\\mathrm{GL}^0$", "coherence_length", _BOTH),
    ("$d$", "thickness", _BOTH),
    ("$D$", "electron_diffusivity", _BOTH),
    ("$B_{\\mathrm{C2}\\perp}(0)$", "critical_field_perpendicular", _BOTH),
    ("$B_{\\mathrm{C2}\\parallel}(0)$", "critical_field_parallel", _BOTH),
    ("$B_{\\mathrm{C2}\\parallel}/B_\\mathrm{P}$", "critical_field_parallel_over_pauli", _BOTH),
    ("$T_\\mathrm{K}$", "ordering_temperature", "Phase map"),
)


def _cell(outcome: Outcome, name: str, title: str) -> str:
    found = outcome.finding(name, title)
    if found is None:
        return "–"
    error = ((found.stderr or 0.0) ** 2 + (found.systematic or 0.0) ** 2) ** 0.5
    return measured(Finding(found.name, found.value, found.unit, error or None, limit=found.limit, identified=found.identified))


def draw(outcomes: Outcomes):
    figure, axes = canvas(width=DOUBLE, height=38)
    ax = axes[0, 0]
    ax.set_axis_off()
    cells = [[_cell(outcomes[film.name], name, title) for _, name, title in _COLUMNS] for film in _FILMS]
    names = [film.measurements[0].device for film in _FILMS]
    drawn = ax.table(
        cells, rowLabels=names, colLabels=[text for text, *_ in _COLUMNS], loc="center", cellLoc="center", edges="horizontal"
    )
    drawn.auto_set_font_size(False)
    drawn.set_fontsize(5.5)
    drawn.scale(1, 1.35)
    for cell in drawn.get_celld().values():
        cell.set_linewidth(0.4)
    return figure


FIGURE = PaperFigure(
    "ED10", "Parameters of the films",
    "From R(T) at 21 fields in the plane and across it: critical fields in both directions fitted together (Eq. 2), and the "
    "onset of the resistive phase. Errors: statistical and systematic (criterion) together.",
    (*_FILMS, DEPTH_B), draw,
    (
        Comparison("critical_temperature_B", FILM_B.name, "critical_temperature", _BOTH),
        Comparison("film_thickness_A", FILM_A.name, "thickness", _BOTH),
        Comparison("film_thickness_B", FILM_B.name, "thickness", _BOTH),
        Comparison("mean_concentration_B", DEPTH_B.name, "mean_concentration"),
        Comparison("decay_length_B", DEPTH_B.name, "decay_length"),
    ),
    "The paper's own table is not in the text that we have.", wide=True,
)  # fmt: skip
