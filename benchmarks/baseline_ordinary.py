"""Baseline (b): the ordinary application of SpiffWorkflow, as its documentation and most applications do it.

The whole workflow is written as JSON by SpiffWorkflow's own serializer into the case's row; tasks, timers and an audit
trail have tables of their own, so that there can be an inbox and a history; SQLAlchemy's ORM; one transaction a step,
taking the case first. Done as well as a competent developer would: the serializer and the specification are made
once, sessions come from a pool, foreign keys and the inbox's columns are indexed, rows are found by key, one
commit a step, the same durability as the product. It has no permissions, no form validation, no ledger and no chained
events: what those cost is on the product's side of the comparison.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import DateTime, ForeignKey, Index, String, Text, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from benchmarks.work import MATTER, OFFICE, REFERENCE, REGION


class Base(DeclarativeBase):
    pass


class CaseRow(Base):
    __tablename__ = "ordinary_cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    matter: Mapped[str] = mapped_column(String(80))
    region: Mapped[str] = mapped_column(String(20), index=True)
    office: Mapped[str] = mapped_column(String(40))
    applicant: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(10), index=True)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(Text)  # the whole workflow as JSON


class TaskRow(Base):
    __tablename__ = "ordinary_tasks"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # SpiffWorkflow's task id
    case_id: Mapped[int] = mapped_column(ForeignKey("ordinary_cases.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    region: Mapped[str] = mapped_column(String(20))
    lane: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10))
    assignee: Mapped[str | None] = mapped_column(String(60))
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_by: Mapped[str | None] = mapped_column(String(60))
    __table_args__ = (Index("ix_ordinary_tasks_inbox", "region", "lane", "status"),)


class TimerRow(Base):
    __tablename__ = "ordinary_timers"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("ordinary_cases.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    due: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class AuditRow(Base):
    __tablename__ = "ordinary_audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("ordinary_cases.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor: Mapped[str] = mapped_column(String(60))
    what: Mapped[str] = mapped_column(String(40))
    node: Mapped[str] = mapped_column(String(80))
    data: Mapped[str] = mapped_column(Text)


class Ordinary:
    def __init__(self, url: str) -> None:
        parser = BpmnParser()
        parser.add_bpmn_file(str(REFERENCE / "baseline.bpmn"))
        self.spec = parser.get_spec("reference")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        if url.startswith("sqlite"):
            self.engine = create_engine(url, connect_args={"timeout": 30})
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        else:
            self.engine = create_engine(url, pool_size=10)
        self.session = sessionmaker(self.engine)

    def create(self) -> None:
        Base.metadata.create_all(self.engine)

    def close(self) -> None:
        self.engine.dispose()

    # -- the two verbs ----------------------------------------------------------------------------

    def open(self, application: Mapping[str, Any]) -> int:
        now = datetime.now(UTC)
        workflow = BpmnWorkflow(self.spec)
        workflow.data["application"] = dict(application)
        workflow.do_engine_steps()
        with self.session.begin() as session:
            case = CaseRow(
                number=uuid.uuid4().hex, matter=MATTER, region=REGION, office=OFFICE, applicant=application["name"],
                status="open", opened_at=now, state=self.serializer.serialize_json(workflow),
            )  # fmt: skip
            session.add(case)
            session.flush()
            session.add(self._audit(case.id, now, "opened", "received", workflow.data["application"]))
            self._synchronise(session, case, workflow, now)
            return case.id

    def task(self, case: int, name: str) -> tuple[int, str]:
        return case, name

    def complete(self, task: tuple[int, str], submission: Mapping[str, Any]) -> None:
        case, name = task
        now = datetime.now(UTC)
        data = dict(submission)
        with self.session.begin() as session:
            row = session.get_one(CaseRow, case, with_for_update=True)
            workflow = self.serializer.deserialize_json(row.state)
            workflow.refresh_timers()
            (ready,) = workflow.get_tasks(state=TaskState.READY, spec_name=name)
            ready.data[name] = data
            ready.run()
            workflow.do_engine_steps()
            row.state = self.serializer.serialize_json(workflow)
            if workflow.is_completed():
                row.status, row.closed_at = "closed", now
            session.add(self._audit(row.id, now, "completed", name, data))
            self._synchronise(session, row, workflow, now)

    # -- rows beside the workflow -----------------------------------------------------------------

    def _audit(self, case_id: int, now: datetime, what: str, node: str, data: Mapping[str, Any]) -> AuditRow:
        return AuditRow(
            case_id=case_id, at=now, actor="window", what=what, node=node, data=json.dumps(data, ensure_ascii=False)
        )

    def _synchronise(self, session: Session, case: CaseRow, workflow: BpmnWorkflow, now: datetime) -> None:
        """Task and timer rows follow the workflow: new ones are added, those gone are closed or deleted."""
        ready = {str(t.id): t for t in workflow.get_tasks(state=TaskState.READY, manual=True)}
        open_rows = session.scalars(select(TaskRow).where(TaskRow.case_id == case.id, TaskRow.status == "open"))
        for row in open_rows:
            if ready.pop(row.id, None) is None:
                row.status, row.closed_at, row.closed_by = "completed", now, "window"
        for key, task in ready.items():
            session.add(
                TaskRow(
                    id=key, case_id=case.id, name=task.task_spec.name, region=case.region,
                    lane=task.task_spec.lane or "window", status="open", opened_at=now,
                )
            )  # fmt: skip
        waiting = {
            str(t.id): t
            for t in workflow.get_tasks(state=TaskState.WAITING, spec_class=CatchingEvent)
            if isinstance(t.task_spec.event_definition, TimerEventDefinition)
        }
        for timer in session.scalars(select(TimerRow).where(TimerRow.case_id == case.id)):
            if waiting.pop(timer.id, None) is None:
                session.delete(timer)
        for key, task in waiting.items():
            due = datetime.fromisoformat(task.task_spec.event_definition.details(task).value)
            session.add(TimerRow(id=key, case_id=case.id, name=task.task_spec.name, due=due))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
