"""How often the analyses claim in the controls what only the paper's devices should show.

    python benchmarks/false_alarms_controls.py [--keys 200] [--protocol tmr_loop]

Film without cobalt, with too little, with too much, under a thick barrier, under bare cobalt: R(T) must show no anomaly, the
junction and the spin valve no switching, and the Hanle measurement no signal. Each key is another measurement with the whole
laboratory about it; a number counts where it is three of its errors above zero, a Hanle signal where the analysis claims one.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable

from supraspin.analysis import Analysis, Finding, analyze
from supraspin.devices import Device
from supraspin.errors import DataError
from supraspin.lab.protocol import PROTOCOLS
from supraspin.lab.setup import Setup

CONTROLS = ("no_cobalt", "dilute_cobalt", "excess_cobalt", "thick_barrier", "direct_contact")


SIGNIFICANT = 3.0
"""Errors from zero at which a number is taken as seen."""


CHANCE = "false_alarm_probability"


def claims(results: list[Analysis], finding: str) -> bool:
    """Whether an analysis gives the number with an error of its own that leaves it well above zero, and not as a limit.

    With the chance of a false alarm as the number: whether an analysis says that what it has seen is not by chance.
    """
    if finding == CHANCE:
        told = [one for one in results if any(found.name == CHANCE for found in one.findings)]
        return any(all(flag.code != "no_hanle_signal" for flag in one.flags) for one in told)
    return any(_seen(found) for one in results for found in one.findings if found.name == finding)


def _seen(found: Finding) -> bool:
    if found.stderr is None or found.limit is not None or not found.identified:
        return False
    return abs(found.value) > SIGNIFICANT * math.hypot(found.stderr, found.systematic or 0.0)


PROTOCOL_CLAIMS: dict[str, tuple[str, Callable[[str], dict[str, float]]]] = {
    "resistance_temperature": ("upturn_temperature", lambda name: {}),
    "tmr_loop": ("switching_signal", lambda name: {}),
    "spin_valve_loop": ("switching_signal", lambda name: {"temperature": 1.5}),
    "hanle": (CHANCE, lambda name: {"temperature": 1.5}),
}
"""What each protocol would claim, and its options for a control (in the insert, which does not get colder than 1.5 K)."""


def alarm(name: str, protocol: str, key: int) -> bool | None:
    """Whether the analysis claims something in a control; None where the control cannot be measured so (no junction)."""
    finding, options = PROTOCOL_CLAIMS[protocol]
    try:
        ds = PROTOCOLS[protocol].run(Setup.of(Device.load(name)), key, **options(name))
    except DataError:
        return None
    return claims(analyze(ds), finding)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=200, help="keys in all, dealt out to the controls")
    parser.add_argument("--protocol", choices=sorted(PROTOCOL_CLAIMS), action="append")
    arguments = parser.parse_args()
    print("| control | " + " | ".join(arguments.protocol or PROTOCOL_CLAIMS) + " |")
    totals: dict[str, list[int]] = {}
    began = time.perf_counter()
    for place, name in enumerate(CONTROLS):
        cells = []
        for protocol in arguments.protocol or PROTOCOL_CLAIMS:
            seen = [alarm(name, protocol, key) for key in range(place, arguments.keys, len(CONTROLS))]
            measured = [one for one in seen if one is not None]
            total = totals.setdefault(protocol, [0, 0])
            total[0] += sum(measured)
            total[1] += len(measured)
            cells.append(f"{sum(measured)} of {len(measured)}" if measured else "no junction")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    print("| all | " + " | ".join(f"{hits} of {count} ({hits / max(count, 1):.1%})" for hits, count in totals.values()) + " |")
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
