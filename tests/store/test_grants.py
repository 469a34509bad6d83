"""Web and worker do all their work under a database user who can neither change the record nor what protects it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from engine.actions.appoint_user import appoint_user
from engine.actions.approve_draft import approve_draft
from engine.actions.erase_values import BASES, erasable, erase_values
from engine.actions.fire_timers import fire_timers
from engine.actions.history import read_events
from engine.actions.prepare import prepare
from engine.actions.propose_draft import propose_draft
from engine.actions.publish_notice import publish_notice
from engine.actions.save_draft import save_draft
from engine.actions.start_draft import start_draft
from engine.actions.system import System
from engine.actions.verify_accounts import verify_accounts
from engine.actions.verify_history import INTACT, UNVERIFIABLE, verify_history
from engine.cli import main
from engine.errors import InvalidInput
from engine.store import Store, cases, grants, metadata
from tests.conftest import prepare_at
from tests.engine.actions.test_drafts import BOSS, WEI, renamed
from tests.support.agreements import BODY, FORMS, HEAD, assessed
from tests.support.clerk import ACCEPT, INCOMPLETE, PASS, act, enrol, new_request
from tests.support.forms import ENROLMENT
from tests.support.hours import at
from tests.support.postgres import Postgres
from tests.support.small import REGION, deploy, employ, person
from tests.support.spring_2020 import ADMIN, original
from tests.support.visitor import Visitor
from webapp.app import create_app

ROLE = "jingban_web"
ENGINE = Path(grants.__file__).parents[1]


@pytest.fixture
def owner(postgres_server: Postgres) -> Iterator[Store]:
    """The database with the real library, opened by the owner of its tables; ROLE has no right there yet."""
    postgres_server.template("prepared", prepare_at)
    with postgres_server.database("prepared") as url:
        postgres_server.do(
            f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN PASSWORD 'x'; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        store = Store(url)
        yield store
        with store.writing() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {ROLE}")
        store.close()


def restricted_url(owner: Store) -> str:
    return make_url(owner.url).set(username=ROLE, password="x").render_as_string(hide_password=False)


@pytest.fixture
def restricted(owner: Store) -> Iterator[System]:
    """The product as a web server or a worker opens it."""
    with owner.writing() as connection:
        grants.grant(connection, ROLE)
    system = System.open(restricted_url(owner))
    yield system
    system.close()


@pytest.mark.postgres
def test_the_product_works_under_the_restricted_user(restricted: System) -> None:
    assert prepare(restricted) == []  # as every server does when it starts
    closed = opened_supplemented_swept_and_closed(restricted)
    assert_erased(restricted, closed)
    assert_published(restricted)
    assert_noticed(restricted)
    assert_signs_in(restricted)
    assert original(restricted).version == restricted.calendar().version  # a calendar is added
    assert [finding.split()[1] for finding in verify_accounts(restricted)] == ["li", "sun", "zhou"]  # employed by hand


def opened_supplemented_swept_and_closed(system: System) -> int:
    at(system, "2026-09-22 09:30")
    late, case = enrol(system).case_id, enrol(system).case_id
    act(system, late, INCOMPLETE)
    act(system, case, ACCEPT)
    act(system, case, PASS)
    at(system, "2026-12-22 09:30")
    assert fire_timers(system).cases == 1
    assert [verify_history(system, found).result for found in (late, case)] == [INTACT, INTACT]
    return case


def assert_erased(system: System, case_id: int) -> None:
    with system.store.reading() as connection:
        row = cases.by_id(connection, case_id)
        assert row is not None
        recorded = read_events(connection, case_id, row.number)
    chosen = [(event.seq, entry[0]) for event, entry in erasable(recorded)]
    leader = person("hunan.leader", "leader")
    assert erase_values(system, leader, case_id, chosen, BASES[0], "销毁清册", new_request()).values == len(chosen) == 4
    assert verify_history(system, case_id).result == UNVERIFIABLE


def assert_published(system: System) -> None:
    draft_id = start_draft(system, WEI, ENROLMENT, "hunan")
    save_draft(system, WEI, draft_id, renamed(system, draft_id), 1)
    propose_draft(system, WEI, draft_id, ["hunan"], "审核改称复核", 2)
    (deployment,) = approve_draft(system, BOSS, draft_id, 3)
    assert system.current(ENROLMENT, "hunan").id == deployment.id


def assert_noticed(system: System) -> None:
    at(system, "2026-03-20 10:00")
    deploy(system, BODY, FORMS, HEAD)
    employ(system, "sun", "zhou", "li")
    case = assessed(system, "市一医院")
    done = publish_notice(
        system, person("qian", "leader"), REGION, "2026Q1", [case], "关于拟新增机构的公示", new_request()
    )
    assert done.number == "430000-GS-2026-001"


def assert_signs_in(system: System) -> None:
    password = appoint_user(system, ADMIN, "gao", "高明", [ADMIN.memberships[0]])
    visitor = Visitor(create_app(system, secret="tests"))
    assert visitor.get("/readyz").status_code == 200
    assert visitor.post("/login", {"username": "gao", "password": "wrong"}).status_code == 422
    assert visitor.post("/login", {"username": "gao", "password": password}).status_code == 302
    new = {"current": password, "new": "青山绿水 correct horse", "again": "青山绿水 correct horse"}
    assert visitor.post("/account/password", new).status_code == 302


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'somebody' WHERE seq = 1",
        "UPDATE events SET payload = payload, actor = 'somebody' WHERE seq = 1",
        "DELETE FROM events",
        "TRUNCATE events",
        "ALTER TABLE events DISABLE TRIGGER USER",
        "ALTER TABLE events DISABLE TRIGGER events_no_change",
        "DROP TRIGGER events_no_change ON events",
        "DROP FUNCTION events_append_only() CASCADE",
        "CREATE OR REPLACE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN NEW; END $$",
        "SET session_replication_role = replica",
        "ALTER TABLE events ADD COLUMN more INTEGER",
        "DROP TABLE events",
        "CREATE TABLE public.mine (id INTEGER)",
        "UPDATE deployments SET note = 'x'",
        "DELETE FROM deployments",
        "UPDATE calendar_versions SET reason = 'x'",
        "DELETE FROM calendar_versions",
        "UPDATE account_changes SET actor = 'x'",
        "DELETE FROM account_changes",
        "DELETE FROM cases",
        "DELETE FROM human_tasks",
        "UPDATE letters SET number = 'x'",
        "UPDATE alembic_version SET version_num = 'x'",
        "SELECT setval('deployments_id_seq', 1)",
    ],
)
def test_the_database_refuses_the_restricted_user(restricted: System, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"InsufficientPrivilege|must be owner|permission denied"),
        restricted.store.writing() as connection,
    ):
        connection.execute(text(statement))


@pytest.mark.postgres
def test_an_event_that_nobody_erased_keeps_its_payload_also_beside_a_table_of_the_same_name(restricted: System) -> None:
    case = enrol(restricted).case_id
    with restricted.store.writing() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE events AS SELECT * FROM public.events"))
        connection.execute(text("UPDATE pg_temp.events SET kind = 'values_erased', seq = 9"))
        wanted = text("UPDATE public.events SET payload = '{}' WHERE case_id = :case")
        with pytest.raises(IntegrityError, match="append-only"), connection.begin_nested():
            connection.execute(wanted, {"case": case})
        connection.execute(text("DROP TABLE pg_temp.events"))
    assert verify_history(restricted, case).result == INTACT


@pytest.mark.postgres
def test_granting_again_takes_back_what_a_table_no_longer_allows(owner: Store, restricted: System) -> None:
    with owner.writing() as connection:
        connection.exec_driver_sql(f"GRANT UPDATE, DELETE ON events TO {ROLE}")
        connection.exec_driver_sql(f"GRANT UPDATE (actor) ON events TO {ROLE}")
    with owner.writing() as connection:
        assert grants.restricted(connection) == [ROLE]
        grants.grant(connection, ROLE)
    with pytest.raises(ProgrammingError, match="permission denied"), restricted.store.writing() as connection:
        connection.execute(text("UPDATE events SET actor = 'somebody'"))


@pytest.mark.postgres
def test_the_command_grants_and_refuses_who_could_change_tables_all_the_same(
    owner: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["grants", ROLE]) == 0
    assert f'GRANT SELECT, INSERT, UPDATE (payload) ON events TO "{ROLE}";' in capsys.readouterr().out
    place = ["--apply", "--database", owner.url]
    assert main(["grants", ROLE, *place]) == 0
    assert "已授权" in capsys.readouterr().out
    assert main(["grants", "postgres", *place]) == 2
    assert "超级用户或表的属主" in capsys.readouterr().err
    assert main(["grants", "nobody_here", *place]) == 2
    assert "CREATE ROLE nobody_here" in capsys.readouterr().err
    assert main(["grants", ROLE, "--apply", "--database", restricted_url(owner)]) == 2
    assert "不是表的属主" in capsys.readouterr().err


def test_a_name_cannot_leave_its_quotes() -> None:
    assert 'GRANT USAGE ON SCHEMA public TO "a""; DROP"' in list(grants.statements('a"; DROP'))
    with pytest.raises(InvalidInput, match="1–63"):
        list(grants.statements(""))


def test_a_table_allows_what_the_program_does_with_it_and_no_more() -> None:
    """`update(t)`, `delete(t)`, `upsert(t)` of the store; rebuilding, which the owner does, stands in the actions."""
    found: dict[str, set[str]] = {name: set() for name in metadata.tables}
    for path in sorted((ENGINE / "store").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            verb = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
            if verb in ("update", "delete", "upsert") and isinstance(call, ast.Call) and call.args:
                assert isinstance(call.args[0], ast.Name), f"{path.name}:{call.lineno}"
                if call.args[0].id == "table":
                    continue  # the definition of upsert itself
                table = getattr(import_module(f"engine.store.{path.stem}"), call.args[0].id)
                found[table.name].add("DELETE" if verb == "delete" else "UPDATE")
    allowed = {name: {r.partition(" ")[0] for r in grants.rights(t)[2:]} for name, t in metadata.tables.items()}
    assert allowed == found
    writers = {p.stem for p in (ENGINE / "actions").glob("*.py") if "sqlalchemy import delete" in p.read_text("utf-8")}
    assert writers == {"rebuild_case"}
