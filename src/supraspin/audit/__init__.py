"""Do the numbers of a device hold together? Each quantity from one measurement alone, and from all others.

    from supraspin.audit import audit, read_numbers

    print(audit(read_numbers("numbers.toml")))

What must hold stands in `relations/`, one file a relation with its source; it knows nothing of any particular paper.
"""

from supraspin.audit.judge import audit
from supraspin.audit.numbers import Number, numbers_of_analyses, published_numbers, read_numbers
from supraspin.audit.relation import Relation, relations
from supraspin.audit.result import Audit

__all__ = [
    "Audit", "Number", "Relation", "audit", "numbers_of_analyses", "published_numbers", "read_numbers", "relations",
]  # fmt: skip
