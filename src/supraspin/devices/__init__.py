"""Devices: what a stack is made of, as TOML files that are validated on load. A to E are the paper's, the rest its controls."""

from supraspin.devices.reading import names
from supraspin.devices.schema import Barrier, Channel, Contact, Device, Film, Intercalation, MomentExchange, Ordering, Spin

__all__ = ["Barrier", "Channel", "Contact", "Device", "Film", "Intercalation", "MomentExchange", "Ordering", "Spin", "names"]
