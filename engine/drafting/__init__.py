"""First drawings: from the steps and limits of a guide to a tidy, executable diagram in the house style.

    process = draft([guide, ...])          # regions that share the diagram
    data = diagram(process)                # BPMN 2.0 with its picture, bytes

Pure: guides in, bytes out, the same bytes each time. A draft is what a designer starts from; the check and the
examples say what is still missing.
"""

from engine.drafting.composing import draft, form_keys
from engine.drafting.model import Process
from engine.drafting.recognising import SHAPES, Shape, decisive, shape_of
from engine.drafting.writing import diagram

__all__ = ["SHAPES", "Process", "Shape", "decisive", "diagram", "draft", "form_keys", "shape_of"]
