"""The command line: `jingban COMMAND`. Exit codes: 0 done, 1 the answer is no, 2 unusable input. No tracebacks."""

from __future__ import annotations

import argparse
import errno
import sys
from importlib import import_module
from typing import NoReturn

from engine.cli import output
from engine.errors import EngineError

MODULES = {  # command -> the module that adds it
    "serve": "engine.cli.serve",
    "worker": "engine.cli.serve",
    "migrate": "engine.cli.serve",
    "check": "engine.cli.check",
    "examples": "engine.cli.examples",
    "matters": "engine.cli.guides",
    "guide": "engine.cli.guides",
    "draft": "engine.cli.draft",
    "deadline": "engine.cli.deadline",
    "case": "engine.cli.cases",
    "verify": "engine.cli.cases",
    "rebuild": "engine.cli.cases",
    "calendar": "engine.cli.calendar",
    "admin": "engine.cli.accounts",
    "grants": "engine.cli.keeping",
    "backup": "engine.cli.keeping",
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; the usage is one `--help` away."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}（用法见 {self.prog} --help）", file=sys.stderr)
        sys.exit(2)


def parser(command: str = "") -> argparse.ArgumentParser:
    """For one command only its module is loaded: computing a deadline need not wait for a database driver."""
    top = _Parser(prog="jingban", description="经办流程：医保经办机构的办件系统")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    wanted = [MODULES[command]] if command in MODULES else dict.fromkeys(MODULES.values())
    for name in wanted:
        import_module(name).add_parser(commands)
    return top


def main(arguments: list[str] | None = None) -> int:
    output.prepare_streams()
    words = sys.argv[1:] if arguments is None else arguments
    args = parser(words[0] if words else "").parse_args(words)
    try:
        code = int(args.run(args))
        output.flush()
        return code
    except EngineError as error:
        print(f"jingban: {error.message}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `jingban matters | head`
        output.let_go()
        return 0
    except OSError as error:
        output.let_go()
        if error.errno != errno.ENOSPC:
            raise
        print("jingban: 输出没有写完，磁盘空间不足", file=sys.stderr)
        return 2
