"""The table of numbers that no device can have with the others."""

from __future__ import annotations

from supraspin.devices.published import number, results
from supraspin.reproduce.tensions import table


def test_published_what_is_left_out_stands_far_from_the_device_and_costs_others():
    found = table()
    assert len(found.rows) == len(results().tension) > 0
    for one, row in zip(results().tension, found.rows, strict=True):
        assert abs(one.pull) > 2
        assert number(one.number).figure in row
        assert all(other.number.replace("_", " ") in row[-1] for other in one.against)
