"""Where an installation's database and files are: environment first, then what a checkout has."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from engine.actions.deploy import Deployment
from engine.actions.prepare import prepare
from engine.actions.system import ROOT, System
from engine.errors import InvalidInput
from engine.store.migrate import is_current

DATABASE = "JINGBAN_DATABASE_URL"
DEMO = "JINGBAN_DEMO"


@dataclass(frozen=True, slots=True)
class Installation:
    url: str
    root: Path
    demo: bool

    @classmethod
    def from_environment(cls, url: str | None = None, demo: bool | None = None) -> Installation:
        root = Path(os.environ.get("JINGBAN_ROOT", ROOT))
        return cls(
            url=url or os.environ.get(DATABASE) or f"sqlite:///{ROOT / 'var' / 'jingban.db'}",
            root=root,
            demo=os.environ.get(DEMO) == "1" if demo is None else demo,
        )

    def export(self) -> None:
        """For child processes and for the web application's factory."""
        os.environ[DATABASE] = self.driver_url
        os.environ[DEMO] = "1" if self.demo else "0"

    def open(self) -> System:
        """Raises InvalidInput when the address is none, or its folder cannot be written."""
        try:
            return System.open(self.driver_url, self.root, self.demo)
        except (SQLAlchemyError, ImportError, OSError) as error:
            raise InvalidInput(f"数据库地址 {self.safe_url} 无法使用：{_first_line(error)}") from error

    def open_ready(self) -> System:
        """Opened for commands that need data. Raises InvalidInput when the database is absent or not up to date."""
        file = self.sqlite_file
        if file is not None and not file.exists():
            raise InvalidInput(f"没有数据库 {file}，请先运行 jingban migrate")
        system = self.open()
        try:
            ready = is_current(system.store)
        except SQLAlchemyError as error:
            raise InvalidInput(f"数据库 {self.safe_url} 无法打开：{_first_line(error)}") from error
        if not ready:
            raise InvalidInput(f"数据库 {self.safe_url} 尚未建立或不是最新，请先运行 jingban migrate")
        return system

    def prepare(self, system: System) -> list[Deployment]:
        """Schema, calendar and deployments. Raises InvalidInput when the database does not answer."""
        try:
            return prepare(system)
        except SQLAlchemyError as error:
            raise InvalidInput(f"数据库 {self.safe_url} 无法建立：{_first_line(error)}") from error

    @property
    def driver_url(self) -> str:
        """`postgresql://` means the driver we ship."""
        scheme, separator, rest = self.url.partition("://")
        return f"postgresql+psycopg{separator}{rest}" if scheme in ("postgres", "postgresql") else self.url

    @property
    def sqlite_file(self) -> Path | None:
        return Path(self.url.partition(":///")[2]) if self.url.startswith("sqlite:///") else None

    @property
    def safe_url(self) -> str:
        """Without the password."""
        scheme, _, rest = self.url.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2]}"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
