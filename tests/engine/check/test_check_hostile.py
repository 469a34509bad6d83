"""Hostile files: never a traceback, nothing opened, and within limits that the kernel enforces.

The limits are ceilings set on a separate process (processor seconds, address space), not a measure of speed.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.check import check_bytes
from engine.errors import InvalidDiagram
from tests.engine.check.diagrams import END, HEAD, START, flows, gateway, process, sub, task

SECONDS, BYTES = 30, 500 * 1024 * 1024
LOL = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
INSIDE = '<process xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="p">{}</process>'
HOSTILE: dict[str, bytes] = {
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LOL}]><x>&l9;</x>'.encode(),
    "billion laughs in an attribute": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LOL}]><x a="&l9;"/>'.encode(),
    "external entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "parameter entity": b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x">%p;]><x/>',
    "doctype behind a comment": b"<!-- x --><?pi x?>\n<!DOCTYPE html><x/>",
    "doctype in UTF-16": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"),
    "doctype in UTF-16 without a mark": '<?xml version="1.0"?><!DOCTYPE x><x/>'.encode("utf-16-le"),
    "doctype in UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>',
    "a hundred thousand levels": b"<a>" * 100_000 + b"</a>" * 100_000,
    "a hundred thousand elements": b"<a>" + b"<b/>" * 100_000 + b"</a>",
    "a huge attribute": b'<a b="' + b"x" * 2_000_000 + b'"/>',
    "many attributes": b"<a " + b" ".join(b'b%d=""' % i for i in range(200_000)) + b"/>",
    "many namespaces": b"<a " + b" ".join(b'xmlns:b%d="u"' % i for i in range(90_000)) + b"/>",
    "too large": b"<a>" + b"x" * 5_000_000 + b"</a>",
    "invalid UTF-8": b"<a>\xff\xfe\xfd</a>",
    "lone surrogates in UTF-16": b"\xff\xfe<\x00a\x00>\x00\x00\xd8<\x00/\x00a\x00>\x00",
    "NUL": b"<a>\x00</a>",
    "nothing": b"",
    "only blanks": b" \n" * 1000,
    "random bytes": random.Random(7).randbytes(100_000),
    "HTML": b"<html><body><br><p>x</body></html>",
}  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_diagram_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(InvalidDiagram) as caught:
        check_bytes(data, "x.bpmn")
    assert "\n" not in caught.value.message
    assert isinstance(caught.value.details["line"], int)


def _flows(pairs: list[tuple[str, str]], condition: str = "") -> str:
    body = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return "".join(
        f'<bpmn:sequenceFlow id="f{i}" sourceRef="{a}" targetRef="{b}">{body}</bpmn:sequenceFlow>\n'
        for i, (a, b) in enumerate(pairs)
    )


def _nested(depth: int) -> str:
    body = ""
    for i in range(depth):
        body = sub(f"x{i}", f'<bpmn:startEvent id="s{i}"/>{body}<bpmn:endEvent id="e{i}"/>')
    return body


NINE = " ".join(f'a{j}=""' for j in range(9))


def _heavy() -> Iterator[tuple[str, bytes]]:
    rng = random.Random(1)
    ids = [f"t{i}" for i in range(600)]
    mesh = [("s", "t0"), *((rng.choice(ids), rng.choice(ids)) for _ in range(1200))]
    for kind in ("exclusive", "parallel", "inclusive", "eventBased", "complex"):
        yield f"mesh of {kind} gateways", process(START + gateway(kind, *ids) + _flows(mesh), picture=False)
    yield (
        "mesh of conditions",
        process(
            START
            + gateway("exclusive", *ids[:300])
            + _flows([(rng.choice(ids[:300]), rng.choice(ids[:300])) for _ in range(700)], "a.b = 1"),
            picture=False,
        ),
    )
    layers = [(ids[i], ids[min(599, i + rng.randint(1, 4))]) for i in range(600) for _ in (0, 1)]
    mixed = "".join(gateway(rng.choice(["exclusive", "parallel"]), i) for i in ids)
    yield (
        "layers of all gateways",
        process(START + mixed + END + _flows([("s", "t0"), *layers, ("t599", "e")]), picture=False),
    )
    yield (
        "chain",
        process(START + task(*ids) + END + _flows(list(zip(["s", *ids], [*ids, "e"], strict=True))), picture=False),
    )
    yield (
        "circle",
        process(START + task(*ids) + _flows(list(zip(["s", *ids], [*ids, "t0"], strict=True))), picture=False),
    )
    yield "dangling flows", process(START + _flows([(f"x{i}", f"y{i}") for i in range(1900)]), picture=False)
    yield "orphans", process(START + task(*(f"o{i}" for i in range(1900))), picture=False)
    yield "one id for all", process(START + task(*["a"] * 1900), picture=False)
    yield "no ids", process(START + "<bpmn:userTask/>" * 1900, picture=False)
    yield "nested sub-processes", process(START + END + _nested(90) + flows("s>x89 x89>e"), picture=False)
    yield (
        "a sub-process in itself",
        process(
            START + sub("x", '<bpmn:startEvent id="s1"/>' + flows("s1>x x>s1 x>x")) + END + flows("s>x x>e"),
            picture=False,
        ),
    )
    yield (
        "a lane in itself",
        process(
            '<bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:flowNodeRef>l</bpmn:flowNodeRef><bpmn:flowNodeRef>ls'
            "</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>" + START + END + flows("s>e"),
            picture=False,
        ),
    )
    yield (
        "a boundary event on itself",
        process(START + END + '<bpmn:boundaryEvent id="b" attachedToRef="b"/>' + flows("s>e b>b"), picture=False),
    )
    yield (
        "a process that is its own participant",
        (
            HEAD.format(ours="")
            + '<bpmn:collaboration id="c"><bpmn:participant id="p" processRef="p"/></bpmn:collaboration>'
            '<bpmn:process id="p"/></bpmn:definitions>'
        ).encode(),
    )
    yield (
        "half a megabyte of conditions",
        process(
            START
            + gateway("exclusive", "g", default="g_e")
            + "".join(f'<bpmn:endEvent id="e{i}"/>' for i in range(450))
            + END
            + flows("s>g g>e")
            + "".join(
                f'<bpmn:sequenceFlow id="q{i}" sourceRef="g" targetRef="e{i}"><bpmn:conditionExpression>'
                f"intake.x = {i} or {' or '.join(['intake.x = 1'] * 60)}</bpmn:conditionExpression></bpmn:sequenceFlow>"
                for i in range(450)
            ),
            picture=False,
        ),
    )
    yield "a huge id", process(START + f'<bpmn:userTask id="{"x" * 1_900_000}"/>', picture=False)
    yield "an id of brackets", process(START + f'<bpmn:userTask id="{"{a" * 900_000}"/>', picture=False)
    yield (
        "a huge condition",
        process(
            START + gateway("exclusive", "g") + END + _flows([("s", "g"), ("g", "e")], "(" * 900_000), picture=False
        ),
    )
    yield (
        "unknown attributes",
        process(
            START + "".join(f'<bpmn:userTask id="t{i}" {NINE}/>' for i in range(1900)),
            picture=False,
        ),
    )
    yield "unknown elements", process(START + "<bpmn:fun/>" * 1900, picture=False)
    yield (
        "long form keys",
        process(
            START
            + "".join(f'<bpmn:userTask id="t{i}" jingban:form="f{"x" * 2000}{i}"/>' for i in range(500))
            + gateway("exclusive", "g")
            + _flows([("g", f"t{i}") for i in range(400)], "a.b = 1"),
            picture=False,
        ),
    )
    yield (
        "xinclude and stylesheet",
        (
            b'<?xml-stylesheet type="text/xsl" href="file:///etc/passwd"?>'
            + process(
                START
                + '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
                + END
                + flows("s>e"),
                picture=False,
            )
        ),
    )
    yield (
        "schema location",
        process(START + END + flows("s>e"), picture=False).replace(
            b"<bpmn:definitions",
            b'<bpmn:definitions xsi:schemaLocation="urn:x file:///etc/passwd urn:y http://127.0.0.1:1/"',
            1,
        ),
    )


HEAVY = dict(_heavy())


def _ceilings() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (4 * BYTES, 4 * BYTES))  # libraries map far more than they use


PROBE = """
import sys
from pathlib import Path
from engine.cli.check import add_parser
import argparse
parser = argparse.ArgumentParser()
add_parser(parser.add_subparsers())
args = parser.parse_args(["check", *sys.argv[1:]])
code = args.run(args)
# not getrusage: its figure is inherited from the process that started this one
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
print("peak", int(peak.split()[1]) * 1024, file=sys.stderr)
sys.exit(code)
"""


def probe(*paths: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *map(str, paths)],
        capture_output=True,
        text=True,
        preexec_fn=_ceilings,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert int(done.stderr.rpartition("peak ")[2]) < BYTES
    return done


@pytest.mark.parametrize("data", HEAVY.values(), ids=HEAVY)
def test_a_heavy_file_stays_within_ten_seconds_and_500_mb(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "hostile.bpmn"
    path.write_bytes(data)
    done = probe(path)
    assert done.returncode in (0, 1), done.stderr
    assert list(tmp_path.iterdir()) == [path]


def test_all_hostile_files_together_stay_within_the_same_limits(tmp_path: Path) -> None:
    for number, data in enumerate(HOSTILE.values()):
        (tmp_path / f"{number}.bpmn").write_bytes(data)
    done = probe(*tmp_path.iterdir())
    assert done.returncode == 2
    assert done.stderr.count(": error J001 -: ") == len(HOSTILE)


def test_nothing_that_a_file_names_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "curious.bpmn"
    opened: list[str] = []
    hooked = True
    sys.addaudithook(lambda event, args: opened.append(f"{event} {args}") if hooked and _reaches_out(event) else None)
    for data in (HEAVY["xinclude and stylesheet"], HEAVY["schema location"]):
        check_bytes(data, str(path))  # once for the schema and grammar that are loaded on first use
        opened.clear()
        check_bytes(data, str(path))
    hooked = False
    assert opened == []


def _reaches_out(event: str) -> bool:
    return event in ("open", "os.open", "subprocess.Popen", "os.system") or event.startswith(("socket.", "urllib."))


GOOD = process(
    START + task("a", "b") + gateway("exclusive", "g", default="g_e") + END + flows("s>a a>g g>e g>b?intake.x_=_1 b>a")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(max_size=4), st.integers(0, 40)), max_size=4))
def test_any_damage_to_a_file_ends_in_a_report_or_a_refusal(damage: list[tuple[int, bytes, int]]) -> None:
    data = GOOD
    for at, inserted, removed in damage:
        data = data[:at] + inserted + data[at + removed :]
    try:
        report = check_bytes(data, "x.bpmn")
    except InvalidDiagram as refusal:
        report = None
        line = refusal.details["line"]
    assert (report is not None and all(f.line >= 1 for f in report.findings)) or isinstance(line, int)


names = st.sampled_from(["s", "e", "a", "b", "g", "h", "x", "t1", "zz", "", "p"])
kinds = st.sampled_from(
    ["userTask", "startEvent", "endEvent", "boundaryEvent", "exclusiveGateway", "parallelGateway", "subProcess",
     "eventBasedGateway", "intermediateCatchEvent", "callActivity", "laneSet", "sequenceFlow", "inclusiveGateway"]
)  # fmt: skip


@st.composite
def graphs(draw: st.DrawFn) -> bytes:
    """Any elements with any references, also nested."""

    def element(depth: int) -> str:
        kind = draw(kinds)
        attributes = "".join(
            f' {name}="{draw(names)}"'
            for name in ("id", "sourceRef", "targetRef", "attachedToRef", "default", "processRef")
            if draw(st.booleans())
        )
        inner = "".join(element(depth + 1) for _ in range(draw(st.integers(0, 2)))) if depth < 3 else ""
        definition = draw(st.sampled_from(["", "<bpmn:timerEventDefinition/>", "<bpmn:errorEventDefinition/>"]))
        return f"<bpmn:{kind}{attributes}>{definition}{inner}</bpmn:{kind}>"

    return process("".join(element(0) for _ in range(draw(st.integers(0, 8)))), picture=False)


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_any_graph_of_elements_ends_in_a_report(data: bytes) -> None:
    report = check_bytes(data, "x.bpmn")
    assert report.findings == tuple(sorted(report.findings))
