"""What an examples file says in its own words, told to designers in theirs."""

from __future__ import annotations

import re

from engine.workflow.words import ALARMS, DEADLINES, LETTERS, OBJECTIONS, OUTCOMES

ACTS = {
    "open": "申请", "do": "办理", "claim": "领取", "wait": "时间经过", "receive": "收到来函", "substitute": "更换",
    "extend": "延长", "objection": "收到异议", "resolve": "处理异议", "reopen": "恢复办理",
}  # fmt: skip
_NAMES = {
    "act": "这一步", "task": "在办任务", "tasks": "在办任务", "seats": "未办席位", "due": "期限",
    "deadlines": "各项期限", "letters": "文书", "alarms": "提醒", "objections": "异议", "missing": "应补材料",
    "values": "填写的内容",
    "outcome": "办件结果", "closed_at": "办结时刻", "node": "结束节点", "at": "办结时刻", "path": "经过的环节",
}  # fmt: skip
_CODES = {
    **OBJECTIONS, **ALARMS, **DEADLINES, **LETTERS, **OUTCOMES, "none": "无", "paused": "暂停", "open": "未办结",
    "running": "正在计算", "suspended": "暂停", "met": "按期完成", "breached": "逾期", "state": "状态",
    "last_day": "最后一日", "due": "届满时刻", "occurrence": "第几次", "provisional": "暂定",
}  # fmt: skip
_WORD = re.compile(r"(?<![\w.])[a-z][a-z_]+(?![\w.])")


def what_is(name: str) -> str:
    return _NAMES.get(name, name)


def said(value: str) -> str:
    """Codes by their names, without the brackets and quotes of the file; what is no code stays."""
    named = _WORD.sub(lambda found: _CODES.get(found[0], found[0]), value)
    plain = named.replace("'", "").replace("{", "").replace("}", "")
    if plain.startswith("[") and plain.endswith("]"):
        plain = plain[1:-1].replace(", ", "、")
    return plain.strip() or "无"
