"""The command line: `jingban COMMAND`. Exit codes: 0 done, 1 the answer is no, 2 unusable input. No tracebacks."""

from __future__ import annotations

import argparse
import os
import sys
from typing import NoReturn

from engine import cli_cases, cli_check, cli_deadline, cli_examples, cli_guides, cli_serve
from engine.errors import EngineError


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; the usage is one `--help` away."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}（用法见 {self.prog} --help）", file=sys.stderr)
        sys.exit(2)


def parser() -> argparse.ArgumentParser:
    top = _Parser(prog="jingban", description="经办流程：医保经办机构的办件系统")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (cli_serve, cli_check, cli_examples, cli_guides, cli_deadline, cli_cases):
        module.add_parser(commands)
    return top


def main(arguments: list[str] | None = None) -> int:
    args = parser().parse_args(arguments)
    try:
        return int(args.run(args))
    except EngineError as error:
        print(f"jingban: {error.message}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `jingban matters | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
