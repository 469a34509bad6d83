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
from engine.store.migrate import MayNotUpgrade, OutdatedSchema, UnknownSchema, is_current, require_no_upgrade

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
        """Opened for commands that need data.

        Raises InvalidInput when the database is absent, empty, of an older program or of a newer one.
        """
        file = self.sqlite_file
        if file is not None and not file.exists():
            raise InvalidInput(f"没有数据库 {file}，请先运行 jingban migrate")
        system = self.open()
        self.require_no_upgrade(system)
        if not is_current(system.store):
            raise InvalidInput(f"数据库 {self.safe_url} 尚未建立，请先运行 {self.migrating}")
        return system

    def require_no_upgrade(self, system: System) -> None:
        """Raises InvalidInput, with the commands to run, when the database is not of this program's version."""
        try:
            require_no_upgrade(system.store)
        except OutdatedSchema as error:
            raise InvalidInput(
                f"{error.message}：\n  1. 停止网页服务和定时器\n"
                f"  2. 备份：{self.backing_up}\n  3. 升级：{self.migrating}"
            ) from error
        except UnknownSchema as error:
            raise InvalidInput(error.message) from error
        except SQLAlchemyError as error:
            raise InvalidInput(f"数据库 {self.safe_url} 无法打开：{_first_line(error)}") from error

    def prepare(self, system: System) -> list[Deployment]:
        """Schema, calendar and deployments. Raises InvalidInput when the database does not answer or refuses."""
        try:
            return prepare(system)
        except MayNotUpgrade as error:
            words = error.message.rstrip("。")
            raise InvalidInput(f"{words}：{self.migrating}") from error
        except SQLAlchemyError as error:
            raise InvalidInput(f"数据库 {self.safe_url} 无法建立：{_first_line(error)}") from error

    @property
    def migrating(self) -> str:
        """The command that upgrades this database; on PostgreSQL its owner runs it, whoever asks now."""
        return f"jingban migrate --database {self.sqlite_url or self.owner_url}"

    @property
    def backing_up(self) -> str:
        if self.sqlite_url:
            return f"jingban backup 备份文件.db --database {self.sqlite_url}"
        return f"pg_dump --format=custom --file=备份文件.dump {self.owner_url}"

    @property
    def sqlite_url(self) -> str:
        """'' on PostgreSQL."""
        return self.url if self.url.startswith("sqlite") else ""

    @property
    def owner_url(self) -> str:
        """Of PostgreSQL, with a place for the owner's name; passwords belong into ~/.pgpass."""
        return f"postgresql://属主@{self.url.partition('://')[2].rpartition('@')[2]}"

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
