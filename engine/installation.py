"""Where an installation's database and files are: environment first, then what a checkout has."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

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
        os.environ[DATABASE] = self.url
        os.environ[DEMO] = "1" if self.demo else "0"

    def open(self) -> System:
        return System.open(self.url, self.root, self.demo)

    def open_ready(self) -> System:
        """Opened for commands that need data. Raises InvalidInput when the database is absent or not up to date."""
        system = self.open()
        try:
            ready = is_current(system.store)
        except SQLAlchemyError as error:
            raise InvalidInput(f"数据库 {self.safe_url} 无法打开：{type(error).__name__}") from error
        if not ready:
            raise InvalidInput(f"数据库 {self.safe_url} 尚未建立或不是最新，请先运行 jingban migrate")
        return system

    @property
    def safe_url(self) -> str:
        """Without the password."""
        scheme, _, rest = self.url.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2]}"
