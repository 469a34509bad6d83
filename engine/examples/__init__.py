"""Examples: cases told in sentences, run by the real actions under a clock that the example sets.

    examples = load_examples(root / "processes" / slug / "examples.yaml")
    ran = run_example(system, slug, examples[0])        # raises ExampleFailed: file, line, example, step, why

The format is described in loading.py.
"""

from engine.examples.coverage import Coverage, coverage_of
from engine.examples.loading import load_examples
from engine.examples.model import Difference, Example, ExampleFailed, InvalidExample, Place, Step
from engine.examples.running import Ran, begin, play, run_example, stands_at

__all__ = [
    "Coverage", "Difference", "Example", "ExampleFailed", "InvalidExample", "Place", "Ran", "Step", "begin",
    "coverage_of", "load_examples", "play", "run_example", "stands_at",
]  # fmt: skip
