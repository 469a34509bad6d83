"""Real processes of the product: `jingban serve` and `jingban worker`, started and killed without warning."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

START_SECONDS = 180  # a loaded machine of two cores


class Process:
    """One process group of the product: killing it takes its children too."""

    def __init__(self, arguments: list[str], url: str, log: Path) -> None:
        environment = {
            **os.environ,
            "JINGBAN_DATABASE_URL": url,
            "JINGBAN_DEMO": "1",
            "JINGBAN_SECRET_KEY": "of the tests, shared by every server of one installation",
        }
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "engine.cli", *arguments],
                env=environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        self._log = log

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed, nothing is said."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def log(self) -> str:
        return self._log.read_text("utf-8", errors="replace")[-4000:]


def _free_port() -> int:
    """Of those that the system gives to nobody by itself: another connection cannot take it before the server does."""
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


class Server(Process):
    """A web server with the worker it starts itself."""

    def __init__(self, url: str, log: Path) -> None:
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        super().__init__(["serve", "--demo", "--port", str(self.port), "--threads", "4"], url, log)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.running:
            try:
                with urllib.request.urlopen(f"{self.address}/readyz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"the server did not come up:\n{self.log()}")


class Worker(Process):
    def __init__(self, url: str, log: Path) -> None:
        super().__init__(["worker", "--demo", "--idle", "0.05"], url, log)
