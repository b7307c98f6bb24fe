"""What several figures are made of: the measurements of the captions, each made once.

Where a caption is silent (number of points, fields of a map), the number is ours. The films' maps serve the phase diagram, the
critical fields and the table of devices alike.
"""

from __future__ import annotations

from math import pi
from typing import Any

from supraspin.reproduce.plan import Experiment, experiment, measure

DEPTH = experiment("depth profile", measure("A", "depth_profile"), mean_window=11e-9)
DEPTH_B = experiment("depth profile of B", measure("B", "depth_profile"), mean_window=10e-9)
GAPS = experiment("interlayer gap", measure("A", "interlayer_gap"))

BKT = experiment(
    "V-I and R(T) of A",
    # Up to currents at which the film is not yet normal: beyond them V is ohmic again and says nothing of vortices.
    measure("A", "voltage_current", coldest=6.0, warmest=6.8, temperatures=17, reach=1e-5, smallest=5e-8, points=201),
    measure("A", "resistance_temperature", points=500, warmest=10.0),
    seconds=8,
)
LEAP = experiment(
    "V-I of D",
    measure("D", "voltage_current", coldest=6.65, warmest=7.05, temperatures=17, reach=2e-5, smallest=1e-6, points=161),
    seconds=3,
)


def film(device: str, coldest: float, warmest: float, in_plane: float, across: float) -> Experiment:
    """R(T) of a film at fields in its plane and across it, up to what the cryostat has, T; the current is that of Fig. 2b."""
    told: dict[str, Any] = {"coldest": coldest, "warmest": warmest, "points": 120, "fields": 21, "current": 1e-6}
    return experiment(
        f"maps of {device}",
        measure(device, "field_temperature_map", "in_plane", stop=in_plane, **told),
        measure(device, "field_temperature_map", "across", stop=across, field_angle=pi / 2, **told),
        seconds=14,
    )


FILM_A = film("A", 1.5, 8.0, 10.0, 6.0)
FILM_B = film("B", 0.08, 6.0, 7.0, 2.0)
FILM_C = film("C", 0.3, 6.0, 7.0, 2.0)
FILM_E = film("E", 0.3, 8.5, 7.0, 2.0)
ACROSS_A = experiment("R(B) of A", measure("A", "resistance_field", coldest=1.5, stop=6.0))
ACROSS_B = experiment("R(B) of B", measure("B", "resistance_field", coldest=0.08, stop=2.0))
COOLING_B = experiment("R(T) of B", measure("B", "resistance_temperature", points=500, coldest=0.05, warmest=8.0))

SPECTRA = experiment(
    "spectra of A", measure("A", "tunnel_spectrum", "temperatures", coldest=1.5, warmest=7.5, temperatures=9), seconds=40
)
SPECTRA_FIELD = experiment(
    "spectra of A in the field",
    measure("A", "tunnel_spectrum", "fields", coldest=1.5, temperatures=1, last_field=10.0, fields=9),
    seconds=30,
)
SPECTRUM = experiment("spectrum of A at 2.0 K", measure("A", "tunnel_spectrum", "one", coldest=2.0, temperatures=1), seconds=30)
LOOPS_COLD = experiment(
    "TMR and AMR at 2.0 K",
    measure("A", "tmr_loop", "one", coldest=2.0, current=1e-7, points=201),
    measure("A", "amr_loop", "one", temperature=2.0, current=1e-5, points=201),
    seconds=8,
)
LOOPS_WARMER = experiment(
    "TMR against temperature",
    measure("A", "tmr_loop", "temperatures", coldest=1.5, warmest=3.5, temperatures=5, current=1e-7, points=201),
    seconds=8,
)
LOOPS_SMALL = experiment(
    "TMR at 0.02 uA",
    measure("A", "tmr_loop", "small_current", coldest=1.5, warmest=7.5, temperatures=13, current=2e-8, points=161),
    seconds=14,
)
LOOPS_BIAS = experiment(
    "TMR against current",
    measure("A", "tmr_loop", "currents", coldest=2.0, current=5e-8, last_current=2e-6, currents=5, points=201),
    seconds=8,
)
CONTACT_BIAS = experiment(
    "AMR against current",
    measure("A", "amr_loop", "currents", temperature=2.0, current=1e-5, last_current=5e-7, currents=5, points=201),
    seconds=10,
)

VALVE_MAP = experiment("spin valve map", measure("B", "spin_valve_map", channel=1), seconds=4)
VALVE_LOOPS = experiment(
    "spin valve loops", measure("B", "spin_valve_loop", channel=1, bias=0.0, last_bias=2e-6, biases=5), seconds=12
)
LENGTHS = ("0.6 µm", "0.8 µm", "3.0 µm")
# The current of the captions is taken for the alternating one, rms; without a direct one the window of bias stays out of it.
_HANLE: dict[str, Any] = {"bias": 0.0, "modulation": 2**0.5 * 1e-7}
CHANNELS = tuple(
    experiment(
        f"Hanle, {length}", measure("B", "hanle", f"channel{number}", channel=number, temperature=0.046, **_HANLE), seconds=4
    )
    for number, length in enumerate(LENGTHS)
)
HANLE_WARM = experiment(
    "Hanle, 4.0 K", measure("B", "hanle", "warm", channel=1, temperature=4.0, bias=0.0, modulation=2**0.5 * 5e-8)
)
HANLE_BIAS = tuple(
    experiment(
        f"Hanle, {current} µA",
        measure("B", "hanle", f"bias{current}", channel=1, temperature=0.046, bias=current * 1e-6, antiparallel=0.0),
        seconds=3,
    )
    for current in (0.1, 0.5, 1.0, 1.5, 2.5)
)
DOPING = experiment(
    "R(T) from room temperature",
    *(
        measure(device, "resistance_temperature", "room", cryostat="insert", points=500, coldest=1.5, warmest=290.0, current=1e-6)
        for device in ("A", "B", "dilute_cobalt", "no_cobalt")
    ),
    seconds=6,
    reference_temperature=273.0,
)
