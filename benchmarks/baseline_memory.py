"""Baseline (a): SpiffWorkflow alone, in memory, nothing stored. The floor under everything built on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.work import REFERENCE


class Memory:
    def __init__(self) -> None:
        parser = BpmnParser()
        parser.add_bpmn_file(str(REFERENCE / "baseline.bpmn"))
        self.spec = parser.get_spec("reference")  # parsed once, shared by all cases

    def open(self, application: Mapping[str, Any]) -> BpmnWorkflow:
        workflow = BpmnWorkflow(self.spec)
        workflow.data["application"] = dict(application)
        workflow.do_engine_steps()
        return workflow

    def task(self, case: BpmnWorkflow, name: str) -> tuple[BpmnWorkflow, str]:
        return case, name

    def complete(self, task: tuple[BpmnWorkflow, str], submission: Mapping[str, Any]) -> None:
        case, name = task
        case.refresh_timers()
        (ready,) = case.get_tasks(state=TaskState.READY, spec_name=name)
        ready.data[name] = dict(submission)
        ready.run()
        case.do_engine_steps()

    def close(self) -> None:
        pass
