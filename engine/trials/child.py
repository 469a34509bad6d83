"""The process of one trial run: `python -m engine.trials.child JOB`, answers on its standard output (see job.py).

Whatever a diagram asks for ends with this process: it may use so much of the machine and no more, gives way to
everybody else, and goes when the server that started it is gone.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from importlib import import_module
from pathlib import Path

from engine.errors import EngineError
from engine.trials.job import Job
from engine.trials.playing import played

CPU = 120  # seconds
MEMORY = 2 * 1024**3  # bytes of addresses
FILE = 256 * 1024**2  # bytes of one file
MEANWHILE = 1.0  # seconds between looks at the parent


def main(path: str) -> int:
    _bound()
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    file = Path(path)
    try:
        for answer in played(Job.read(file), file.parent):
            _say(answer)
    except EngineError as error:
        _say({"refused": error.message})
    return 0


def _say(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def _bound() -> None:
    """Nothing where the system knows no such limits (Windows): there the keeper's clock is the only one."""
    if sys.platform == "win32":
        return
    resource = import_module("resource")
    limits = {"RLIMIT_CPU": CPU, "RLIMIT_AS": MEMORY, "RLIMIT_FSIZE": FILE, "RLIMIT_CORE": 0}
    for name, most in limits.items():
        _soft, hard = resource.getrlimit(getattr(resource, name))
        lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(getattr(resource, name), (lower, lower))
    os.nice(10)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(MEANWHILE)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
