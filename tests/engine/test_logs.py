"""A log is one JSON object a line and holds no number of a person."""

from __future__ import annotations

import json
import subprocess
import sys

from engine.logs import STRUCK, strike_numbers

LOGGING = """
import structlog
from engine import logs
logs.configure()
structlog.get_logger("test").warning("未能处理", case="430100-2026-000001", to="11010519491231002X 来电 13800000000")
"""


def test_numbers_of_people_and_telephones_are_struck_out() -> None:
    entry = {
        "text": "证件11010519491231002X，旧证110105491231002，电话13800000000",
        "frames": ["a 430105199001010014 b"],
    }
    struck = strike_numbers(None, "error", dict(entry))
    assert struck["text"] == f"证件{STRUCK}，旧证{STRUCK}，电话{STRUCK}"
    assert struck["frames"] == [f"a {STRUCK} b"]


def test_what_an_operator_needs_stays() -> None:
    entry = {"case": "430100-2026-000001", "pid": 17, "at": "2026-11-22T10:00:00.123456Z", "ok": True, "none": None}
    assert strike_numbers(None, "info", dict(entry)) == entry


def test_a_process_logs_json_on_standard_error() -> None:
    done = subprocess.run([sys.executable, "-c", LOGGING], capture_output=True, check=True, text=True, encoding="utf-8")
    assert done.stdout == ""
    told = json.loads(done.stderr)
    assert (told["level"], told["event"], told["case"]) == ("warning", "未能处理", "430100-2026-000001")
    assert told["to"] == f"{STRUCK} 来电 {STRUCK}"
    assert told["timestamp"].endswith("Z")


def test_a_log_follows_standard_error_when_that_is_replaced() -> None:
    later = "sys.stderr = io.StringIO()\nstructlog.get_logger().info('later')\nprint(sys.stderr.getvalue())"
    replaced = f"import io, sys{LOGGING}{later}"
    done = subprocess.run(
        [sys.executable, "-c", replaced], capture_output=True, check=True, text=True, encoding="utf-8"
    )
    assert json.loads(done.stdout)["event"] == "later"
    assert json.loads(done.stderr)["event"] == "未能处理"
