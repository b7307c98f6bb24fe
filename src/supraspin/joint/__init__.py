"""All measurements of a device as one posterior: which model describes which kind, and what they have in common."""

from supraspin.joint.declaration import Declaration, declarations
from supraspin.joint.device import device_posterior, device_priors, parts

__all__ = ["Declaration", "declarations", "device_posterior", "device_priors", "parts"]
