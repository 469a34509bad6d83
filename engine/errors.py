"""One error tree for everything the engine refuses.

A docstring of a class is the default message. No HTTP status lives here: `webapp/errors.py` holds the one
table from error class to status. Messages are Chinese where a user reads them and always say what was
expected, where, and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping


class EngineError(Exception):
    """操作未能完成。"""

    def __init__(self, message: str | None = None, **details: object) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.details: Mapping[str, object] = details  # machine-readable facts for the page and the log

    @property
    def message(self) -> str:
        return str(self.args[0])


class InvalidInput(EngineError):
    """输入不符合要求。"""


class InvalidSubmission(InvalidInput):
    """表单有需要更正的内容。"""

    def __init__(self, errors: Mapping[str, str], message: str | None = None) -> None:
        super().__init__(message)
        self.errors = dict(errors)  # field path -> what is expected


class InvalidDiagram(InvalidInput):
    """流程图有不能运行的内容。"""


class InvalidExpression(InvalidInput):
    """表达式不符合 FEEL 子集的语法。"""


class InvalidGuide(InvalidInput):
    """办事指南数据有误。"""


class NotFound(EngineError):
    """没有找到所请求的内容。"""


class Forbidden(EngineError):
    """您没有办理此项操作的权限。"""


class Conflict(EngineError):
    """该内容已被他人更新。"""


class TaskAlreadyDone(Conflict):
    """该任务已由他人办理。"""


class StaleRevision(Conflict):
    """办件在计算期间发生变化。"""


class RequestReused(Conflict):
    """同一请求编号提交了不同的内容。"""


class EngineFailure(EngineError):
    """流程引擎发生内部错误，办件未作任何改变。"""


class NotCovered(EngineError):
    """日历未覆盖所需的年份。"""
