"""Two processes against one, on one database: whether a second server or worker helps."""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.synchronize import Barrier
from statistics import median
from typing import Any

from benchmarks.databases import Databases
from benchmarks.product import Product
from benchmarks.report import Figure
from benchmarks.work import timed_case

TARGET = {"sqlite": ">= 1", "postgresql": ">= 1.5"}


def measure(databases: Databases, rounds: int, seconds: float) -> list[Figure]:
    url = databases.new()
    product = Product(url)
    product.create()
    product.close()
    ratios, single, double = [], [], []
    for _ in range(rounds):
        single.append(_steps_a_second(url, 1, seconds))
        double.append(_steps_a_second(url, 2, seconds))
        ratios.append(double[-1] / single[-1])
    return [
        Figure("two processes, times one", databases.kind, median(ratios), TARGET[databases.kind],
               detail={"rounds": ratios, "one": single, "two": double}),
        Figure("one process", databases.kind, median(single), unit="steps/s"),
        Figure("two processes", databases.kind, median(double), unit="steps/s"),
    ]  # fmt: skip


def _steps_a_second(url: str, processes: int, seconds: float) -> float:
    spawn = multiprocessing.get_context("spawn")
    barrier, counts = spawn.Barrier(processes), spawn.Queue()
    running = [spawn.Process(target=_work, args=(url, seconds, barrier, counts)) for _ in range(processes)]
    for process in running:
        process.start()
    total = sum(counts.get(timeout=seconds + 60) for _ in running)
    for process in running:
        process.join()
    return float(total)


def _work(url: str, seconds: float, barrier: Barrier, counts: Any) -> None:
    product = Product(url)
    for _ in range(5):
        timed_case(product)
    barrier.wait()
    steps, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        steps += len(timed_case(product))
    counts.put(steps / elapsed)
    product.close()
