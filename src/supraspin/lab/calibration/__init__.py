"""The twin fitted to the published numbers: parameters of the device files, pulls, and which numbers pull against which.

`python -m supraspin.lab.calibration` prints the fit; with `--write` it enters the optimum in the device files.
"""

from supraspin.lab.calibration.consistent import Calibration, calibrate
from supraspin.lab.calibration.predictions import PREDICTIONS, predict
from supraspin.lab.calibration.relations import relations
from supraspin.lab.calibration.tensions import tensions

__all__ = ["PREDICTIONS", "Calibration", "calibrate", "predict", "relations", "tensions"]
