"""What a step costs: the product against both baselines, interleaved in one run, medians of the rounds' ratios."""

from __future__ import annotations

import cProfile
import gc
import io
import pstats
from collections.abc import Mapping
from statistics import median

from benchmarks.baseline_memory import Memory
from benchmarks.baseline_ordinary import Ordinary
from benchmarks.databases import Databases
from benchmarks.product import Product
from benchmarks.report import Figure
from benchmarks.work import Contender, timed_case

FASTER_THAN_ORDINARY = {"sqlite": ">= 2.5", "postgresql": ">= 2"}
SLOWER_THAN_MEMORY = {"sqlite": "<= 5", "postgresql": "<= 12"}
SLICE = 5  # cases a contender does before the next one's turn: noise of the machine meets all of them


def measure(databases: Databases, rounds: int, cases: int) -> tuple[list[Figure], str]:
    """Figures, and where the product's time goes."""
    ordinary, product = Ordinary(databases.new()), Product(databases.new())
    ordinary.create()
    product.create()
    contenders: dict[str, Contender] = {"memory": Memory(), "ordinary": ordinary, "product": product}
    for contender in contenders.values():
        for _ in range(5):
            timed_case(contender, supplements=1)
    results = [_round(contenders, cases) for _ in range(rounds)]
    profile = _profile(product, cases)
    for contender in contenders.values():
        contender.close()
    return _figures(databases.kind, results), profile


def _round(contenders: Mapping[str, Contender], cases: int) -> dict[str, list[float]]:
    """Contender -> seconds of all its steps."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders)
    for turn in range(max(1, cases // SLICE)):
        for name in order if turn % 2 else reversed(order):
            gc.collect()
            for _ in range(SLICE):
                seconds[name] += timed_case(contenders[name])
    return seconds


def _figures(kind: str, results: list[dict[str, list[float]]]) -> list[Figure]:
    def ratios(slow: str, fast: str) -> list[float]:
        """Of the time for the same number of steps, which is the inverse of steps a second."""
        return [sum(r[slow]) / sum(r[fast]) for r in results]

    ms = {name: median(s * 1000 for r in results for s in r[name]) for name in results[0]}
    mean = {name: sum(sum(r[name]) for r in results) * 1000 / sum(len(r[name]) for r in results) for name in ms}
    against_b, against_a = ratios("ordinary", "product"), ratios("product", "memory")
    figures = [
        Figure("steps/s, times the ordinary application (b)", kind, median(against_b), FASTER_THAN_ORDINARY[kind],
               detail={"rounds": against_b}),
        Figure("time of a step, times SpiffWorkflow in memory (a)", kind, median(against_a), SLOWER_THAN_MEMORY[kind],
               detail={"rounds": against_a}),
    ]  # fmt: skip
    titles = {"memory": "(a) in memory", "ordinary": "(b) ordinary application", "product": "product"}
    for name, title in titles.items():
        figures.append(Figure(f"a step of {title}, p50", kind, ms[name], unit="ms", detail={"mean": mean[name]}))
    return figures


def _profile(product: Product, cases: int) -> str:
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(cases):
        timed_case(product)
    profiler.disable()
    text = io.StringIO()
    stats = pstats.Stats(profiler, stream=text).strip_dirs()
    stats.sort_stats("cumulative").print_stats(r"engine|sqlite3|psycopg|base\.py.*execute|zlib|encoding|runner", 40)
    stats.sort_stats("tottime").print_stats(25)
    return text.getvalue()
