"""The opened product: store, clock, calendar in force, deployments made ready. One a process, shared by its threads."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine import encoding
from engine.bundles import Bundle
from engine.calendars import Calendar
from engine.clock import Clock, SystemClock
from engine.errors import EngineFailure, NotFound
from engine.forms import Form
from engine.guides import Guide, Region, load_regions
from engine.store import Store, deployments, settings
from engine.workflow.program import Program, Timekeeper

ROOT = Path(__file__).resolve().parents[2]
BLOCK = 50  # case numbers a process takes at once, so that no row is hot; unused ones are lost
DEPLOYED = 1000  # versions kept ready in a process; then the one read first goes, or years of versions would add up
CALENDAR_SECONDS = 5.0  # how long another process's new calendar may go unseen


@dataclass(frozen=True)
class Deployed:
    """A deployment made ready to run."""

    id: int
    version: int
    bundle: Bundle

    @property
    def program(self) -> Program:
        return self.bundle.program

    @property
    def forms(self) -> Mapping[str, Form]:
        return self.bundle.form_objects

    @property
    def guide(self) -> Guide:
        return self.bundle.guide

    @property
    def matter(self) -> str:
        return self.bundle.matter

    @property
    def region(self) -> str:
        return self.bundle.region


class DemoClock:
    """One clock in the database for web and workers alike: the machine's clock plus what the slider moved."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def now(self) -> datetime:
        with self._store.reading() as connection:
            offset = settings.demo_offset(connection)
        return datetime.now(UTC) + timedelta(seconds=offset or 0)


class System:
    """Everything an action needs besides its actor and its input."""

    def __init__(self, store: Store, root: Path, clock: Clock, demo: bool = False) -> None:
        self.store = store
        self.root = root
        self.clock = clock
        self.demo = demo
        self._lock = threading.Lock()
        self._deployed: dict[int, Deployed] = {}
        self._by_sha: dict[str, Bundle] = {}
        self._calendars: dict[str, Calendar] = {}
        self._in_force: tuple[float, Calendar] | None = None
        self._numbers: dict[tuple[str, str, int], list[int]] = {}
        self._number_lock = threading.Lock()  # held while the database is waited for: never take the other inside
        self._regions: Mapping[str, Region] | None = None

    @classmethod
    def open(cls, url: str, root: Path | None = None, demo: bool = False) -> System:
        store = Store(url)
        return cls(store, root or ROOT, DemoClock(store) if demo else SystemClock(), demo)

    def close(self) -> None:
        self.store.close()

    # -- deployments ------------------------------------------------------------------------------

    def deployed(self, deployment_id: int) -> Deployed:
        """A deployment, parsed once a process."""
        found = self._deployed.get(deployment_id)
        if found is None:
            with self.store.reading() as connection:
                row = deployments.by_id(connection, deployment_id)
            if row is None:
                raise NotFound(f"没有编号为 {deployment_id} 的流程版本")
            if hashlib.sha256(row.bundle.encode()).hexdigest() != row.sha:
                raise EngineFailure(f"编号为 {deployment_id} 的流程版本内容与其哈希不符，已停用，请由管理员核查")
            with self._lock:
                bundle = self._by_sha.setdefault(row.sha, Bundle.from_text(row.bundle))
                found = self._deployed.setdefault(row.id, Deployed(row.id, row.version, bundle))
                if len(self._deployed) > DEPLOYED:
                    del self._deployed[next(iter(self._deployed))]
                    self._by_sha = {d.bundle.sha: d.bundle for d in self._deployed.values()}
        return found

    def current(self, matter: str, region: str) -> Deployed:
        """The version that new cases of a matter run on in a region."""
        with self.store.reading() as connection:
            row = deployments.current(connection, matter, region)
        if row is None:
            raise NotFound(f"{self.region_name(region)}没有开通事项 {matter}")
        return self.deployed(row.id)

    def regions(self) -> Mapping[str, Region]:
        if self._regions is None:
            self._regions = load_regions(self.root)
        return self._regions

    def region_name(self, code: str) -> str:
        region = self.regions().get(code)
        return region.name if region else code

    # -- calendar ---------------------------------------------------------------------------------

    def calendar(self) -> Calendar:
        """The version in force."""
        now = time.monotonic()
        if self._in_force is None or now - self._in_force[0] > CALENDAR_SECONDS:
            with self.store.reading() as connection:
                version = settings.calendar_in_force(connection)
            if version is None:
                raise NotFound("数据库中没有工作日历，请先运行 jingban migrate")
            self._in_force = (now, self.calendar_version(version))
        return self._in_force[1]

    def forget_calendar(self) -> None:
        """The next question reads which version is in force: one was just added."""
        self._in_force = None

    def calendar_version(self, version: str) -> Calendar:
        """A version that was in force at some time; versions are never deleted."""
        if version not in self._calendars:
            with self.store.reading() as connection:
                text = settings.calendar_table(connection, version)
            if text is None:
                raise NotFound(f"没有版本为 {version} 的工作日历")
            self._calendars[version] = Calendar.from_value(encoding.loads(text))
        return self._calendars[version]

    def timekeeper(self, deployed: Deployed, version: str | None = None) -> Timekeeper:
        calendar = self.calendar_version(version) if version else self.calendar()
        return Timekeeper(calendar, deployed.program.hours)

    # -- numbers ----------------------------------------------------------------------------------

    def next_number(self, kind: str, region: str, year: int) -> int:
        """A number nobody else gets, from this process's block; never called while a write lock is held."""
        key = (kind, region, year)
        with self._number_lock:
            block = self._numbers.setdefault(key, [])
            if not block:
                with self.store.writing() as connection:
                    first = settings.take_block(connection, kind, region, year, BLOCK)
                block.extend(range(first + BLOCK - 1, first - 1, -1))
            return block.pop()
