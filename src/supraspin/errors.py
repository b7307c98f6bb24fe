"""The package's own exceptions. Each message names the wrong thing, then what is allowed."""


class SupraspinError(Exception):
    """Anything a user can put right. The command line prints its one line and exits with code 2."""


class UnitError(SupraspinError):
    """A unit that is not known, or of the wrong dimension."""


class DataError(SupraspinError):
    """A file or data set that cannot be understood."""


class ModelError(SupraspinError):
    """A model or parameter that does not exist, or a model file that breaks the rules."""


class FitError(SupraspinError):
    """Data that cannot be fitted: too few points, no finite values, a start outside its bounds."""


class OutputError(SupraspinError):
    """A place that cannot be written, or that holds something which is not ours to replace."""
