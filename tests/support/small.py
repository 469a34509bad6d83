"""Small diagrams of the tests' own, deployed where unit enrolment stands in Hunan, with people to work them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from engine.actions.actor import Actor, Membership
from engine.actions.complete_task import Completed, complete_task
from engine.actions.deploy import deploy_bundle
from engine.actions.open_case import open_case
from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.store import cases, deployments, tasks, users
from tests.support.bpmn import HEAD, TAIL
from tests.support.forms import ENROLMENT

REGION, OFFICE = "hunan", "本级"


def text(key: str, label: str, **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "id": key, "key": key, "label": label, **more}


def chosen(key: str, label: str, group: str = "review", **more: Any) -> dict[str, Any]:
    """A field on which somebody of a group is chosen."""
    return {"type": "user", "id": key, "key": key, "label": label, "properties": {"candidate_group": group}, **more}


def choice(key: str, label: str, *values: str) -> dict[str, Any]:
    options = [{"value": value, "label": value} for value in values]
    return {"type": "radio", "id": key, "key": key, "label": label, "values": options, "validate": {"required": True}}


def form(title: str, *components: dict[str, Any]) -> dict[str, Any]:
    return {"id": "small", "title": title, "schemaVersion": 16, "ours": True, "components": list(components)}


def deploy(system: System, body: str, forms: Mapping[str, Any], head: str = HEAD) -> None:
    base = system.current(ENROLMENT, REGION).bundle
    bundle = replace(base, bpmn=f"{head}{body}{TAIL}", forms=dict(forms))
    with system.store.writing() as connection:
        deployments.hold_chain(connection)
        deploy_bundle(system, connection, bundle, "files", "tests", "tests", "小图")


def person(name: str, *roles: str) -> Actor:
    return Actor(0, name, name, tuple(Membership(REGION, OFFICE, role) for role in roles))


def employ(system: System, *names: str, role: str = "review") -> None:
    """People with a user name in one group of the office."""
    for name in names:
        values = {
            "username": name,
            "name": f"{name}某",
            "password_hash": "",
            "active": True,
            "demo": False,
            "failures": 0,
        }
        with system.store.writing() as connection:  # hashing a password takes longer than the whole test
            users.add_user(connection, values | {"created_at": system.clock.now()}, [(REGION, OFFICE, role)])


def new_id() -> str:
    return str(uuid.uuid4())


def opened(system: System, raw: Mapping[str, Any] | None = None) -> int:
    raw = raw or {"unit_name": "市一医院"}
    return open_case(system, person("wang", "window"), ENROLMENT, REGION, OFFICE, raw, new_id()).case_id


def row(system: System, case_id: int) -> Any:
    with system.store.reading() as connection:
        return cases.by_id(connection, case_id)


def open_tasks(system: System, case_id: int) -> list[Any]:
    with system.store.reading() as connection:
        return tasks.open_of_case(connection, case_id)


def task_at(system: System, case_id: int, node: str) -> Any:
    (found,) = [t for t in open_tasks(system, case_id) if t.node == node]
    return found


def do(system: System, case_id: int, node: str, who: Actor, **raw: Any) -> Completed:
    return complete_task(system, who, task_at(system, case_id, node).id, raw, new_id())


def drop_tokens(system: System, case_id: int) -> None:
    with system.store.writing() as connection:
        connection.execute(update(cases.cases).where(cases.cases.c.id == case_id).values(state=None))


def sound(system: System, case_id: int) -> None:
    """The case verifies, and its rows are what its events say."""
    verdict = verify_history(system, case_id)
    assert verdict.result == "intact", verdict
    assert rebuild_case(system, case_id).changed == ()
