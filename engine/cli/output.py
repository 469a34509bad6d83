"""What commands print: no traceback because of a terminal, a pipe or a disk, and JSON that is valid anywhere."""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import sys
from typing import Any


def prepare_streams() -> None:
    """A terminal that cannot show a character gets its escape (`\\u7ecf`): Windows code pages, `PYTHONIOENCODING`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def json_text(value: Any, indent: int | None = 2) -> str:
    """JSON is UTF-8; where standard output has another encoding (GBK), ASCII alone reads the same for everybody."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return json.dumps(value, ensure_ascii=codecs.lookup(encoding).name != "utf-8", indent=indent)


def write_bytes(data: bytes) -> None:
    """A file that names its own encoding (XML), unchanged whatever standard output's encoding is."""
    if sys.stdout is None:  # closed by the caller (`>&-`)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def flush() -> None:
    """Raises OSError for what could not be written (nobody reads any more, the disk is full)."""
    if sys.stdout is not None:
        sys.stdout.flush()


def let_go() -> None:
    """What is still in the buffer goes nowhere: else the interpreter would end with a message of its own."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
