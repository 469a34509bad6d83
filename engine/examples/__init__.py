"""Examples: cases told in sentences, run by the real actions under a clock that the example sets.

    examples = load_examples(root / "processes" / slug / "examples.yaml")
    ran = run_example(system, slug, examples[0])        # raises ExampleFailed: file, line, example, step, why

The format is described in loading.py.
"""

from engine.examples.coverage import Coverage, coverage_of
from engine.examples.loading import load_examples
from engine.examples.model import Example, ExampleFailed, InvalidExample, Place, Step
from engine.examples.running import Ran, run_example

__all__ = [
    "Coverage", "Example", "ExampleFailed", "InvalidExample", "Place", "Ran", "Step", "coverage_of", "load_examples",
    "run_example",
]  # fmt: skip
