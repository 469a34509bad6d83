"""The timer worker: sweeps until it is told to stop. Any number of them may run; the database coordinates.

A worker keeps nothing in memory that matters: killed at any instant, it leaves either the committed step or nothing,
and whoever sweeps next goes on. `parent` makes a worker that a server started end with that server, also when the
server was killed.
"""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

import structlog

from engine.actions.fire_timers import fire_timers
from engine.actions.system import System

log = structlog.get_logger("jingban.worker")
IDLE_SECONDS = 1.0  # between sweeps that found nothing


def run_worker(system: System, idle: float = IDLE_SECONDS, parent: int | None = None) -> None:
    """Returns when SIGTERM or SIGINT arrives, or when the parent process is gone."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    log.info("started", pid=os.getpid())
    while not stop.is_set() and (parent is None or os.getppid() == parent):
        try:
            swept = fire_timers(system)
        except Exception as error:  # the database may be restarting; the worker must outlive it
            log.error("sweep failed", error=type(error).__name__)
            stop.wait(idle * 5)
            continue
        if swept.cases or swept.failures:
            log.info("swept", cases=swept.cases, failures=swept.failures)
        if not swept.cases:
            stop.wait(idle)
    log.info("stopped", pid=os.getpid())
