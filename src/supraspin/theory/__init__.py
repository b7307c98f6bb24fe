"""What exchange tables and runs of moments say, as an `Analysis`: findings, figures, and the answer in a sentence.

`exchange_analysis` asks which way a pairing couples two moments, `order_analysis` whether it orders many.
"""

from supraspin.theory.exchange import exchange_analysis
from supraspin.theory.order import Outcome, order_analysis

__all__ = ["Outcome", "exchange_analysis", "order_analysis"]
