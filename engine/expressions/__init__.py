"""The one closed expression language of the product: a subset of FEEL, the language of DMN.

Every expression (sequence-flow conditions, timers, form and guide conditions) is written in it. Why our own
and not Python, simpleeval or a FEEL library: SpiffWorkflow evaluates with `exec`, each sandbox around it was
escaped, and the libraries either allow `"%999999999d" % 1` or fail on `in [1..10]`. Here nothing can be
reached but the values handed in and the functions in `signatures.SIGNATURES`.

    expression = parse('intake.decision = "supplement"')
    expression.truth({"intake": {"decision": "supplement"}}, functions)

What null does: a path through null is null; `and`/`or`/`not` are three-valued; `=` and `!=` are total (null
equals only null); `<`, `in`, `between` with null, or with values of two kinds, are false; arithmetic on what
is not a number, and division by zero, are null.
"""

from __future__ import annotations

from engine.expressions.expression import Expression, parse
from engine.expressions.functions import Functions, NoFunctions
from engine.expressions.kinds import Doubt, Kind, doubts
from engine.expressions.signatures import SIGNATURES

__all__ = ["SIGNATURES", "Doubt", "Expression", "Functions", "Kind", "NoFunctions", "doubts", "parse"]
