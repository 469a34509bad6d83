"""`jingban serve`, `worker`, `migrate`: the processes of an installation."""

from __future__ import annotations

import argparse
import os
import pkgutil
import socket
import subprocess
import sys
from datetime import datetime
from typing import Any

from engine import logs, proxies
from engine.actions.seed_demo import DEMO_PASSWORD, seed_demo
from engine.actions.system import System
from engine.clock import SHANGHAI
from engine.errors import InvalidInput
from engine.installation import Installation
from engine.store import grants
from engine.worker import run_worker

WORKER_SECONDS = 30  # as long as the web server gives a request that is being answered
MANUAL = "docs/部署与运维.md"
APPLICATION = "webapp.app:create_app_from_env"  # by name: nothing in engine/ imports the web


def add_parser(commands: Any) -> None:
    serve = commands.add_parser("serve", help="启动网页服务（含定时器）")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--threads", type=int, default=8, help="网页服务的线程数")
    serve.add_argument("--processes", type=int, default=1, help="网页服务的进程数（SQLite 宜为 1）")
    serve.add_argument("--demo", action="store_true", default=None, help="演示系统：演示用户、演示办件、可拨动的时钟")
    serve.add_argument("--clock", metavar="时刻", help="演示时钟的起点，如 2026-01-05T09:00；只用于新的数据库")
    serve.add_argument("--no-worker", action="store_true", help="不启动定时器进程（另行运行 jingban worker）")
    serve.set_defaults(run=_serve)
    worker = commands.add_parser("worker", help="启动一个定时器进程；可以启动任意多个")
    worker.add_argument("--demo", action="store_true", default=None)
    worker.add_argument("--idle", type=float, default=1.0, help="无事可做时的间隔秒数")
    worker.add_argument("--parent", type=int, default=None, help=argparse.SUPPRESS)
    worker.set_defaults(run=_worker)
    migrate = commands.add_parser("migrate", help="建立或升级数据库，并从文件部署流程")
    migrate.add_argument("--demo", action="store_true", default=None)
    migrate.set_defaults(run=_migrate)
    for command in (serve, worker, migrate):
        command.add_argument("--database", metavar="URL", help="数据库地址（默认取 JINGBAN_DATABASE_URL）")


def _migrate(args: argparse.Namespace) -> int:
    installation = Installation.from_environment(args.database, args.demo)
    system = installation.open()
    added = installation.prepare(system)
    system.close()
    print(f"数据库已就绪；部署了 {len(added)} 个流程版本")
    return 0


def _worker(args: argparse.Namespace) -> int:
    logs.configure()
    system = Installation.from_environment(args.database, args.demo).open_ready()
    run_worker(system, args.idle, args.parent)
    return 0


def _serve(args: argparse.Namespace) -> int:
    if not 1 <= args.port <= 65535 or args.threads < 1 or args.processes < 1:
        raise InvalidInput("端口应为 1–65535，线程数和进程数至少为 1")
    _require_free(args.host, args.port)
    installation = Installation.from_environment(args.database, args.demo)
    proxies.networks(proxies.named())  # said before anything is prepared
    logs.configure()
    system = installation.open()
    if not system.store.is_sqlite and not os.environ.get("JINGBAN_SECRET_KEY"):  # SQLite keeps one beside its file
        raise InvalidInput("使用 PostgreSQL 时须设置环境变量 JINGBAN_SECRET_KEY：一串随机字符，所有网页服务相同")
    if not system.demo:  # what a demo holds needs no backup
        installation.require_no_upgrade(system)
    installation.prepare(system)
    if system.demo:
        _announce(args, seed_demo(system, _start_of(args.clock)))
    else:
        _warn(args, system)
    system.close()
    installation.export()
    worker = None if args.no_worker else _start_worker()
    try:
        _run_web(args)
    finally:
        if worker is not None:
            _stop(worker)
    return 0


def _start_of(text: str | None) -> datetime | None:
    """Of the demo clock; Shanghai where no zone is given."""
    if text is None:
        return None
    try:
        start = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("--clock 应当形如 2026-01-05T09:00") from error
    return start if start.tzinfo else start.replace(tzinfo=SHANGHAI)


def _require_free(host: str, port: int) -> None:
    """Said before anything is prepared, and in one line."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise InvalidInput(f"无法在 {host}:{port} 上提供服务：{error.strerror}；可用 --port 换一个端口") from error


def _announce(args: argparse.Namespace, users: list[tuple[str, str]]) -> None:
    print("演示系统：以下用户的密码都是", DEMO_PASSWORD, "（非演示模式下一律拒绝登录）")
    for username, name in users:
        print(f"  {username:<22}{name}")
    print(f"请用浏览器打开 http://{args.host}:{args.port}", flush=True)


def _warn(args: argparse.Namespace, system: System) -> None:
    """What an operator should set before people work here; nothing of it keeps the service from starting."""
    warnings = []
    with system.store.reading() as connection:
        if not system.store.is_sqlite and grants.owns_tables(connection):
            warnings.append("网页服务以数据库表的属主连接，可以绕过“只增不改”；请用 jingban grants 另授权一个用户")
    if args.host not in ("127.0.0.1", "::1", "localhost"):
        if os.environ.get("JINGBAN_HTTPS") != "1":
            warnings.append("没有设置 JINGBAN_HTTPS=1：会话凭证可能经未加密的连接传送；请在前面设置 HTTPS 反向代理")
        if not proxies.named():
            warnings.append(
                f"没有设置 {proxies.VARIABLE}：若前面有反向代理，访问频次会把所有读者当作一个地址；请写上代理的地址"
            )
    for warning in warnings:
        print(f"警告：{warning}（见 {MANUAL}）", file=sys.stderr, flush=True)


def _start_worker() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "engine.cli", "worker", "--parent", str(os.getpid())]
    return subprocess.Popen(command)


def _stop(worker: subprocess.Popen[bytes]) -> None:
    """It ends the case in hand; should that take too long it is killed, which leaves that case as it was."""
    worker.terminate()
    try:
        worker.wait(WORKER_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _run_web(args: argparse.Namespace) -> None:
    application = pkgutil.resolve_name(APPLICATION)
    if sys.platform == "win32":
        from waitress import serve as waitress_serve

        waitress_serve(application(), host=args.host, port=args.port, threads=args.threads)
        return
    from gunicorn.app.base import BaseApplication

    class Web(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            options = {
                "bind": f"{args.host}:{args.port}",
                "workers": args.processes,
                "threads": args.threads,
                "worker_class": "gthread",
                "timeout": 60,
                "accesslog": None,  # addresses carry case numbers; requests are counted, not logged
                "loglevel": "warning",
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return application()

    Web().run()
