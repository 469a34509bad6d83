"""Starts a trial run and keeps it: a thread that notes what the process tells and ends it in time.

One run at a time for a designer and for a draft, two for the installation. Who leaves the page stops it; whoever does
not is bounded by the clock. The database is written once a second at most.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import structlog

from engine import encoding
from engine.actions.actor import Actor
from engine.actions.drafting import find_draft, person, require_editor, require_revision, require_status
from engine.actions.system import System
from engine.clock import SystemClock
from engine.errors import Conflict
from engine.store import drafts, trials
from engine.trials.job import Job, answers, cut, job_of
from engine.trials.standing import ALIVE, digest

log = structlog.get_logger("jingban.trials")
SECONDS = 120.0  # of one run
AT_ONCE = 2  # runs of the installation
BEAT = 1.0  # seconds between two writes of a run that goes on
MOST = 4 * 1024 * 1024  # bytes that a run may tell
CODE = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT")  # of our environment: no address, no secret


def begin_trial(system: System, actor: Actor, draft_id: int, revision: int, seconds: float = SECONDS) -> None:
    """Starts; answers at once. `seconds`: how long it may take.

    Raises Conflict while another run of the draft or of this designer goes on, or too many do, and where the draft was
    saved meanwhile; InvalidDiagram, NotFound and Conflict where there is nothing to run (see `job.job_of`).
    """
    with system.store.reading() as connection:
        view = find_draft(system, connection, draft_id)
        require_editor(system, actor, view)
        require_status(system, connection, view, drafts.EDITING, drafts.REJECTED)
        require_revision(connection, view, revision)
        job = job_of(system, connection, view)
    run, now = str(uuid.uuid4()), SystemClock().now()
    with system.store.writing() as connection:
        trials.hold(connection)
        _require_room(connection, actor, draft_id)
        values = {
            "draft": draft_id,
            "run": run,
            "revision": revision,
            "digest": digest(view.row.xml),
            "status": trials.RUNNING,
            "finished": 0,
            "total": 0,
            "started_by": actor.username,
            "started_at": system.clock.now(),
            "alive_at": now,
            "found": "",
        }
        trials.put(connection, values)
    threading.Thread(target=_keep, args=(system, run, job, seconds), name=f"trial-{draft_id}", daemon=True).start()


def stop_trial(system: System, actor: Actor, draft_id: int) -> None:
    """Ends the run that this designer started; nothing where there is none. Raises Forbidden for who is no designer."""
    with system.store.writing() as connection:
        view = find_draft(system, connection, draft_id)
        require_editor(system, actor, view)
        row = trials.of_draft(connection, draft_id)
        if row is not None and row.started_by == actor.username:
            trials.note(connection, row.run, {"status": trials.STOPPED})


def _require_room(connection: Any, actor: Actor, draft_id: int) -> None:
    going_on = trials.going_on(connection, SystemClock().now() - ALIVE)
    for row in going_on:
        if row.draft == draft_id:
            raise Conflict(f"这份草稿正在试运行（{person(connection, row.started_by)}开始的），请等它结束")
        if row.started_by == actor.username:
            raise Conflict("您的另一份草稿正在试运行，一次只能试运行一份，请等它结束或先停止")
    if len(going_on) >= AT_ONCE:
        raise Conflict("正在试运行的草稿较多，请稍候再试")


def _keep(system: System, run: str, job: Job, seconds: float) -> None:
    """The life of one run. Whatever happens, its process ends and its folder goes."""
    try:
        with tempfile.TemporaryDirectory(prefix="jingban-trial-") as folder:
            path = Path(folder) / "job.json"
            job.write(path)
            process = _started(path)
            try:
                _follow(system, run, process, time.monotonic() + seconds)
            finally:
                process.kill()
                process.wait()
    except Exception as error:  # the database may be gone; the row then shows a run that lost its keeper
        log.error("trial failed", error=type(error).__name__)


def _started(path: Path) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "engine.trials.child", str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=path.parent,
        env={**environment, "PYTHONPATH": str(CODE), "PYTHONDONTWRITEBYTECODE": "1"},
    )


def _follow(system: System, run: str, process: subprocess.Popen[bytes], until: float) -> None:
    """Until the process has told everything, it is late, or somebody stopped it."""
    total, ran, beaten = 0, [], time.monotonic()
    for answer in _told(process, until):
        match answer:
            case {"total": int(total)}:
                pass
            case {"ran": example}:
                ran.append(example)
            case {"refused": words}:
                return _end(system, run, trials.FAILED, {"why": cut(str(words))}, len(ran))
            case {"found": found}:
                return _end(system, run, trials.DONE, {"examples": ran, **found}, len(ran))
            case {"late": True}:
                why = f"超过规定的时间，运行到第 {len(ran) + 1} 个示例时停止"
                return _end(system, run, trials.FAILED, {"why": why}, len(ran))
        if time.monotonic() - beaten > BEAT:
            beaten = time.monotonic()
            values = {"finished": len(ran), "total": total, "alive_at": SystemClock().now()}
            with system.store.writing() as connection:
                if not trials.note(connection, run, values):
                    return None  # stopped
    return _end(system, run, trials.FAILED, {}, len(ran))


def _told(process: subprocess.Popen[bytes], until: float) -> Iterator[dict[str, Any]]:
    """The answers as they come, `{}` while none does, `{"late": True}` at the end of its time; ends where it ends."""
    lines: queue.Queue[dict[str, Any] | None] = queue.Queue()
    assert process.stdout is not None
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    while True:
        try:
            answer = lines.get(timeout=BEAT / 4)
        except queue.Empty:
            answer = {}
        if answer is None:
            return
        yield answer if time.monotonic() < until else {"late": True}


def _read(stream: IO[bytes], lines: queue.Queue[dict[str, Any] | None]) -> None:
    try:
        for answer in answers(iter(stream), MOST):
            lines.put(answer)
    except ValueError:
        pass  # a process that was killed in the middle of a line, or that tells too much
    finally:
        lines.put(None)


def _end(system: System, run: str, status: str, found: dict[str, Any], finished: int) -> None:
    values = {"status": status, "found": encoding.dumps(found), "finished": finished, "alive_at": SystemClock().now()}
    with system.store.writing() as connection:
        trials.note(connection, run, values)
