# ruff: noqa: E501  (one case a line: a reader compares the faulty file with its findings)
"""One fault each: exactly this finding at exactly this element; mended: nothing."""

from __future__ import annotations

import pytest

from engine.check import rules
from tests.engine.check.diagrams import (
    DUE,
    END,
    INNER,
    START,
    boundary,
    document,
    flows,
    found,
    gateway,
    process,
    sub,
    task,
)

SIMPLE = START + task("a") + END
GOOD = SIMPLE + flows("s>a a>e")
XOR = START + task("a", "b", "c") + END + '<bpmn:exclusiveGateway id="g" name="g"{default}/>'
XOR_FLOWS = "s>a a>g {first} g>c?intake.x_=_2 b>e c>e"
AND = START + gateway("parallel", "g", "j") + task("a", "b") + END
TIMER = '<bpmn:timerEventDefinition id="td">{}</bpmn:timerEventDefinition>'
ERROR = '<bpmn:error id="err" name="逾期" errorCode="err"/>'
THROWING = (
    '<bpmn:startEvent id="s1"/>' + task("t1") + '<bpmn:endEvent id="e1">'
    '<bpmn:errorEventDefinition id="ed" errorRef="err"/></bpmn:endEvent>' + flows("s1>t1 t1>e1")
)  # fmt: skip
CATCH = '<bpmn:errorEventDefinition id="bd" errorRef="{}"/>'


def xor(default: str = ' default="g_b"', first: str = "g>b") -> bytes:
    return process(XOR.format(default=default) + flows(XOR_FLOWS.format(first=first)))


def chain(tag: str, inside: str = "", attributes: str = "") -> bytes:
    """s > x > e with one node of another kind in the middle."""
    return process(f'{START}<bpmn:{tag} id="x" name="x"{attributes}>{inside}</bpmn:{tag}>{END}{flows("s>x x>e")}')


def timer(inside: str, tag: str = "boundaryEvent") -> bytes:
    return process(
        SIMPLE + boundary("b", "a", TIMER.format(inside)) + '<bpmn:endEvent id="e2"/>' + flows("s>a a>e b>e2")
    )


def looped(inside: str, inner_flows: str) -> str:
    return START + gateway("exclusive", "l") + gateway("exclusive", "k", default="k_e") + inside + END + flows(
        "s>l k>l?intake.x_=_1 k>e " + inner_flows
    )  # fmt: skip


LOOP = (
    '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
    "<bpmn:loopCardinality>count(group.members)</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
)


def seats(loop: str = LOOP, others: str = "group", **ours: str) -> bytes:
    """The leader names a group; each of them then fills his own form."""
    attributes = {"participants": "group.members", "form": "assessment"} | ours
    return process(START + task("a", form=others) + task("x", inner=loop, **attributes) + END + flows("s>a a>x x>e"))


LETTER = (
    '<bpmn:intermediateCatchEvent id="x" name="x"{ours}><bpmn:messageEventDefinition id="md"{ref}/>'
    "</bpmn:intermediateCatchEvent>"
)
OURS = ' jingban:form="reply" jingban:candidateGroup="window"'


def letter(
    ours: str = OURS,
    ref: str = ' messageRef="reply"',
    messages: str = '<bpmn:message id="reply" name="信息表"/>',
    after: str = "",
    way: str = "x>e",
) -> bytes:
    """s > x > e where x waits for a letter."""
    waits = (LETTER + after.replace('"md"', '"md2"')).format(ours=ours, ref=ref)
    return document(
        messages + f'<bpmn:process id="p" isExecutable="true">{START}{waits}{END}{flows("s>x " + way)}</bpmn:process>'
    )


BLOCK = '<bpmn:startEvent id="s1"/>' + gateway("parallel", "g", "j") + task("a", "b") + '<bpmn:endEvent id="e1"/>'
BLOCK_FLOWS = "s1>g g>a g>b a>j b>j j>e1"
TWO_BLOCKS = (
    START + gateway("parallel", "g", "j", "g2", "j2") + task("a", "b", "c", "d") + END
    + flows("s>g g>a g>b a>j b>j j>g2 g2>c g2>d c>j2 d>j2 j2>e")
)  # fmt: skip
ONE_WRAPPED = (
    START + gateway("parallel", "g2", "j2") + task("c", "d") + END + sub("w", BLOCK + flows(BLOCK_FLOWS))
    + flows("s>w w>g2 g2>c g2>d c>j2 d>j2 j2>e")
)  # fmt: skip

# name, faulty file, the findings, the same file mended
CASES: list[tuple[str, bytes, list[tuple[str, str]], bytes | None]] = [
    ("process that does not run", process(GOOD).replace(b'"true"', b'"false"'), [("J010", "p")], process(GOOD)),
    ("isExecutable as 1", process(GOOD).replace(b'"true"', b'"1"'), [("J010", "p")], None),
    (
        "two processes that run",
        document(f'<bpmn:process id="p">{GOOD}</bpmn:process>\n<bpmn:process id="q">{sub("x", "")[:0]}{INNER}</bpmn:process>'),
        [("J011", "q")],
        document(
            f'<bpmn:process id="p">{GOOD}</bpmn:process>\n<bpmn:process id="q" isExecutable="false">{INNER}</bpmn:process>',
        ).replace(b"di4", b"di4"),
    ),
    ("no process", document(ERROR, picture=False), [("J012", "definitions"), ("J151", "definitions")], None),
    ("double task id", process(SIMPLE + task("a") + flows("s>a a>e")), [("J020", "a")], process(GOOD)),
    ("id Start", process(GOOD.replace('"s"', '"Start"').replace('"s_a" sourceRef="s"', '"s_a" sourceRef="Start"')), [("J021", "Start")], None),
    ("id End", process(GOOD.replace('"e"', '"End"')), [("J021", "End")], None),
    ("id of the end join", process(GOOD.replace('"e"', '"p.EndJoin"')), [("J021", "p.EndJoin")], None),
    ("task without id", process(SIMPLE.replace('id="a" ', "") + flows("s>e")), [("J022", "-")], None),
    ("id that is no name", process(GOOD.replace('"a"', '"1 a"')), [("J022", "1_a")], None),
    ("flow to nowhere", process(SIMPLE + task("b") + flows("s>a a>z b>e")), [("J030", "a_z")], None),
    ("flow from nowhere", process(SIMPLE + task("b") + flows("s>a a>b z>e")), [("J030", "z_e"), ("J044", "b")][:1], None),
    ("flow without target", process(GOOD + '<bpmn:sequenceFlow id="f" sourceRef="a"/>'), [("J030", "f")], None),
    ("flow into a sub-process", process(SIMPLE + sub("x", INNER) + flows("s>a a>t1 x>e")), [("J031", "a_t1")], None),
    ("flow out of a sub-process", process(START + END + sub("x", INNER.replace("e1", "e")[:-0 or None]) + flows("s>x x>e")) if False else process(
        START + task("z") + END + sub("x", '<bpmn:startEvent id="s1"/>' + task("t1") + '<bpmn:endEvent id="e1"/>' + flows("s1>t1 t1>z")) + flows("s>x x>z z>e")
    ), [("J031", "t1_z")], None),
    ("flow into the start", process(SIMPLE + gateway("exclusive", "g", default="g_e") + flows("s>a a>g g>e g>s?intake.x_=_1")), [("J032", "g_s")], None),
    ("flow out of the end", process(SIMPLE + task("b") + '<bpmn:endEvent id="e2"/>' + flows("s>a a>e e>b b>e2")), [("J032", "e_b")], None),
    ("flow into a boundary event", process(SIMPLE + boundary("b", "a") + gateway("exclusive", "g", default="g_e") + '<bpmn:endEvent id="e2"/>' + flows("s>a a>g g>e g>b?intake.x_=_1 b>e2")), [("J032", "g_b")], None),
    ("two flows between two nodes", process(XOR.format(default=' default="g_b"') + flows("s>a a>g g>b b>e c>e g>c?intake.x_=_1") + flows("g>b?intake.x_=_3").replace('"g_b"', '"g_b2"')), [("J033", "g_b2")], None),
    ("condition after a task", process(SIMPLE + flows("s>a a>e?intake.x_=_1")), [("J034", "a_e")], process(GOOD)),
    ("condition after a parallel gateway", process(AND + flows("s>g g>a?intake.x_=_1 g>b a>j b>j j>e")), [("J034", "g_a")], process(AND + flows("s>g g>a g>b a>j b>j j>e"))),
    ("two flows out of a task", process(SIMPLE + task("b") + flows("s>a a>b a>e b>e")), [("J035", "a")], None),
    ("two flows out of the start", process(START + task("a", "b") + END + flows("s>a s>b a>e b>e")), [("J035", "s")], None),
    ("two flows out of a boundary event", process(SIMPLE + task("b", "c") + boundary("t", "a") + flows("s>a a>e t>b t>c b>e c>e")), [("J035", "t")], None),
    ("no start", process(task("a") + END + flows("a>e")), [("J040", "p")], process(GOOD)),
    ("no start in a sub-process", process(START + END + sub("x", task("t1") + '<bpmn:endEvent id="e1"/>' + flows("t1>e1")) + flows("s>x x>e")), [("J040", "x")], process(START + END + sub("x", INNER) + flows("s>x x>e"))),
    ("empty sub-process", process(START + END + sub("x", "") + flows("s>x x>e")), [("J040", "x")], None),
    ("two starts", process(GOOD + '<bpmn:startEvent id="s2"/>' + task("b") + flows("s2>b b>e")), [("J041", "s2")], None),
    ("timer start", process(GOOD.replace(START, f'<bpmn:startEvent id="s" name="申请" jingban:starts="handling">{DUE}</bpmn:startEvent>')), [("J042", "s")], process(GOOD)),
    ("orphan", process(GOOD + task("o") + flows("o>e")), [("J043", "o")], process(GOOD)),
    ("orphan chain is named at its head", process(GOOD + task("o", "q") + flows("o>q q>e")), [("J043", "o")], None),
    ("orphan that stands alone", process(GOOD + task("o")), [("J043", "o")], None),
    ("orphan circle is named once", process(GOOD + task("o", "q") + flows("o>q q>o")), [("J043", "o")], None),
    ("orphan host, its boundary event is innocent", process(GOOD + task("o") + boundary("b", "o") + flows("o>e b>e")), [("J043", "o")], None),
    ("task without an end", process(START + task("a") + flows("s>a")), [("J044", "a")], process(GOOD)),
    ("gateway without an end", process(START + task("a") + gateway("exclusive", "g") + flows("s>a a>g")), [("J044", "g")], None),
    ("circle without anybody", process(SIMPLE + gateway("exclusive", "g", "h", default="g_e").replace('"h" name="h" default="g_e"', '"h" name="h"') + flows("s>a a>g g>h?intake.x_=_1 h>g g>e")), [("J046", "g")], None),
    ("no default", xor("", "g>b?intake.x_=_1"), [("J050", "g")], xor()),
    ("no default, one flow without condition", xor(""), [("J050", "g")], xor()),
    ("single flow with a condition", process(SIMPLE + gateway("exclusive", "g") + flows("s>a a>g g>e?intake.x_=_1")), [("J050", "g")], process(SIMPLE + gateway("exclusive", "g") + flows("s>a a>g g>e"))),
    ("inclusive without default", process((XOR.format(default="") + flows(XOR_FLOWS.format(first="g>b?intake.x_=_1"))).replace("exclusive", "inclusive")), [("J050", "g")], None),
    ("default to nowhere", xor(' default="zzz"'), [("J051", "g")], xor()),
    ("default to another's flow", xor(' default="s_a"'), [("J051", "g")], xor()),
    ("default to a node", xor(' default="b"'), [("J051", "g")], xor()),
    ("flow without condition", process(XOR.format(default=' default="g_b"') + flows("s>a a>g g>b g>c b>e c>e")), [("J052", "g_c")], xor()),
    ("complex gateway", process(START + gateway("complex", "g") + task("a") + END + flows("s>g g>a a>e")), [("J053", "g")], None),
    ("event gateway before a task", process(START + gateway("eventBased", "g") + task("a") + f'<bpmn:intermediateCatchEvent id="t" name="t">{DUE}</bpmn:intermediateCatchEvent>' + END + flows("s>g g>a g>t a>e t>e")), [("J054", "g")], None),
    ("parallel in a circle", process(looped(AND.replace(START, "").replace(END, ""), "l>g g>a g>b a>j b>j j>k")), [("J055", "g")], process(looped(sub("w", BLOCK + flows(BLOCK_FLOWS)), "l>w w>k"))),
    (
        "circle without a way out",
        process(START + task("a", "b") + END + gateway("exclusive", "g", default="g_e") + flows("s>g g>e g>a?intake.x_=_1 a>b b>a")),
        [("J048", "a")],
        process(START + task("a", "b") + END + gateway("exclusive", "g", default="g_e") + flows("s>g g>e g>a?intake.x_=_1 a>b b>g")),
    ),
    (
        "inclusive into a parallel join",
        process(START + task("a", "b") + END + gateway("inclusive", "g", default="g_a") + gateway("parallel", "j")
                + flows("s>g g>a g>b?intake.x_=_1 a>j b>j j>e")),
        [("J057", "j")],
        None,
    ),
    (
        "inclusive in a circle",
        process(looped(gateway("inclusive", "g", default="g_a") + gateway("inclusive", "j") + task("a", "b", "c"),
                       "l>g g>a g>b?intake.x_=_2 g>c?intake.y_=_2 a>j b>j c>j j>k")),
        [("J055", "g")],
        process(looped(gateway("inclusive", "g", default="g_a") + gateway("inclusive", "j") + task("a", "b"),
                       "l>g g>a g>b?intake.x_=_2 a>j b>j j>k")),
    ),
    ("parallel after parallel", process(TWO_BLOCKS), [("J056", "g2")], process(ONE_WRAPPED)),
    ("exclusive into a parallel join", process(START + task("a", "b", "c") + gateway("exclusive", "g", default="g_b") + gateway("parallel", "j") + END + flows("s>a a>g g>b g>c?intake.x_=_1 b>j c>j j>e")), [("J057", "j")], None),
    ("a branch that leaves before the join", process(AND + gateway("exclusive", "x", default="x_j") + '<bpmn:endEvent id="e2"/>' + flows("s>g g>a g>b a>x x>j x>e2?intake.x_=_1 b>j j>e")), [("J057", "j")], None),
    ("branches that never join", process(START + gateway("parallel", "g") + task("a", "b", "c") + END + flows("s>g g>a g>b a>c b>c c>e")), [("J058", "c")], None),
    ("condition on the default", xor(first="g>b?intake.x_=_1"), [("J059", "g_b")], xor()),
    ("boundary on nothing", process(SIMPLE + boundary("b", "a").replace(' attachedToRef="a"', "") + flows("s>a a>e b>e")), [("J060", "b")], None),
    ("boundary on what is missing", process(SIMPLE + boundary("b", "z") + flows("s>a a>e b>e")), [("J060", "b")], process(SIMPLE + boundary("b", "a") + flows("s>a a>e b>e"))),
    ("boundary on a gateway", process(AND + boundary("t", "g") + flows("s>g g>a g>b a>j b>j j>e t>e")), [("J060", "t")], None),
    ("boundary in another scope", process(START + END + sub("x", INNER) + boundary("b", "t1") + flows("s>x x>e b>e")), [("J060", "b")], None),
    ("boundary that leads nowhere", process(SIMPLE + boundary("b", "a") + flows("s>a a>e")), [("J061", "b")], None),
    ("same timer twice", process(SIMPLE + boundary("b", "a") + boundary("b2", "a") + flows("s>a a>e b>e b2>e")), [("J062", "b2")], None),
    ("signal event", chain("intermediateCatchEvent", '<bpmn:signalEventDefinition id="d1"/>'), [("J071", "x")], None),
    ("message at a boundary", process(SIMPLE + boundary("b", "a", '<bpmn:messageEventDefinition id="d1"/>') + flows("s>a a>e b>e")), [("J070", "b")], None),
    ("conditional event", chain("intermediateCatchEvent", '<bpmn:conditionalEventDefinition id="d1"><bpmn:condition xsi:type="bpmn:tFormalExpression">x</bpmn:condition></bpmn:conditionalEventDefinition>'), [("J073", "x")], None),
    ("escalation event", chain("intermediateThrowEvent", '<bpmn:escalationEventDefinition id="d1"/>'), [("J072", "x")], None),
    ("compensation throw", chain("intermediateThrowEvent", '<bpmn:compensateEventDefinition id="d1"/>'), [("J075", "x")], None),
    ("cancel end", process(GOOD.replace(END, '<bpmn:endEvent id="e" name="e"><bpmn:cancelEventDefinition id="d1"/></bpmn:endEvent>')), [("J076", "e")], None),
    ("message end", process(GOOD.replace(END, '<bpmn:endEvent id="e" name="e"><bpmn:messageEventDefinition id="d1"/></bpmn:endEvent>')), [("J070", "e")], None),
    ("message start", process(GOOD.replace(START, '<bpmn:startEvent id="s" name="s"><bpmn:messageEventDefinition id="d1"/></bpmn:startEvent>')), [("J070", "s")], None),
    ("link events, what follows is innocent", process(START + task("a", "c") + END + '<bpmn:intermediateThrowEvent id="t" name="L"><bpmn:linkEventDefinition id="d1" name="L"/></bpmn:intermediateThrowEvent>\n<bpmn:intermediateCatchEvent id="u" name="L"><bpmn:linkEventDefinition id="d2" name="L"/></bpmn:intermediateCatchEvent>' + flows("s>a a>t u>c c>e")), [("J074", "t"), ("J074", "u")], None),
    ("compensation boundary, its handler is innocent", process(GOOD + task("h", b_isForCompensation="true") + boundary("b", "a", '<bpmn:compensateEventDefinition id="d1"/>') + '<bpmn:association id="as" associationDirection="One" sourceRef="b" targetRef="h"/>'), [("J075", "b")], None),
    ("terminate inside", process(START + END + sub("x", INNER.replace('<bpmn:endEvent id="e1"/>', '<bpmn:endEvent id="e1"><bpmn:terminateEventDefinition id="d1"/></bpmn:endEvent>')) + flows("s>x x>e")), [("J077", "e1")], None),
    ("terminate at the top", process(GOOD.replace(END, '<bpmn:endEvent id="e" name="e" jingban:outcome="approved"><bpmn:terminateEventDefinition id="d1"/></bpmn:endEvent>')), [("J078", "e")], process(GOOD)),
    ("two definitions", process(SIMPLE + boundary("b", "a", DUE + '<bpmn:messageEventDefinition id="d1"/>') + flows("s>a a>e b>e")), [("J079", "b")], None),
    ("boundary without definition", process(SIMPLE + boundary("b", "a", "") + flows("s>a a>e b>e")), [("J079", "b")], None),
    ("catch without definition", chain("intermediateCatchEvent"), [("J079", "x")], chain("intermediateCatchEvent", DUE)),
    ("uncaught error", process(START + END + sub("x", THROWING) + flows("s>x x>e"), extra=ERROR), [("J080", "e1")], process(START + END + sub("x", THROWING) + boundary("b", "x", CATCH.format("err")) + flows("s>x x>e b>e"), extra=ERROR)),
    ("error caught by another's boundary", process(START + END + sub("x", THROWING) + boundary("b", "x", CATCH.format("err2")) + flows("s>x x>e b>e"), extra=ERROR + ERROR.replace('"err"', '"err2"')), [("J080", "e1"), ("J083", "b")], None),
    ("error at the top", process(SIMPLE.replace(END, '<bpmn:endEvent id="e" name="e"><bpmn:errorEventDefinition id="d1" errorRef="err"/></bpmn:endEvent>') + flows("s>a a>e"), extra=ERROR), [("J080", "e")], None),
    ("error that is not defined", process(START + END + sub("x", THROWING) + boundary("b", "x", '<bpmn:errorEventDefinition id="bd"/>') + flows("s>x x>e b>e")), [("J082", "e1")], None),
    ("error without a code", process(START + END + sub("x", THROWING) + boundary("b", "x", CATCH.format("err")) + flows("s>x x>e b>e"), extra='<bpmn:error id="err"/>'), [("J082", "err")], None),
    ("error boundary that nothing throws to", process(SIMPLE + boundary("b", "a", CATCH.format("err")) + flows("s>a a>e b>e"), extra=ERROR), [("J083", "b")], None),
    ("error boundary that does not interrupt", process(START + END + sub("x", THROWING) + boundary("b", "x", CATCH.format("err"), cancelActivity="false") + flows("s>x x>e b>e"), extra=ERROR), [("J084", "b")], None),
    ("time cycle", timer("<bpmn:timeCycle>R3/PT1H</bpmn:timeCycle>"), [("J090", "b")], timer('<bpmn:timeDate>due("handling")</bpmn:timeDate>')),
    ("time duration", timer("<bpmn:timeDuration>PT1H</bpmn:timeDuration>"), [("J091", "b")], None),
    ("timer without instant", timer(""), [("J092", "b")], None),
    ("timer with an empty instant", timer("<bpmn:timeDate> </bpmn:timeDate>"), [("J092", "b")], None),
    ("unquoted duration", timer("<bpmn:timeDate>PT1H</bpmn:timeDate>"), [("J141", "b")], None),
    ("unquoted instant", timer("<bpmn:timeDate>2026-01-01T00:00:00Z</bpmn:timeDate>"), [("J140", "b")], None),
    ("number as instant", timer("<bpmn:timeDate>5</bpmn:timeDate>"), [("J146", "b")], None),
    ("text as instant", timer('<bpmn:timeDate>"PT1H"</bpmn:timeDate>'), [("J146", "b")], None),
    ("boolean as instant", timer("<bpmn:timeDate>true</bpmn:timeDate>"), [("J146", "b")], None),
    ("a day is its beginning", timer("<bpmn:timeDate>working days after(today(), 3)</bpmn:timeDate>"), [], None),
    ("script task", chain("scriptTask", "<bpmn:script>x = 1</bpmn:script>"), [("J100", "x")], None),
    *((f"{tag}", chain(tag), [("J101", "x")], None) for tag in ("serviceTask", "businessRuleTask", "sendTask", "receiveTask")),
    ("call activity", chain("callActivity", attributes=' calledElement="other"'), [("J102", "x")], None),
    *((f"{tag}", chain(tag), [("J103", "x")], None) for tag in ("task", "manualTask")),
    ("event sub-process", process(GOOD + sub("x", f'<bpmn:startEvent id="s1" name="s1">{DUE}</bpmn:startEvent>' + task("t1") + '<bpmn:endEvent id="e1"/>' + flows("s1>t1 t1>e1"), triggeredByEvent="true")), [("J104", "x")], process(GOOD)),
    ("ad-hoc sub-process", process(START + END + sub("x", task("t1", "t2"), "adHocSubProcess") + flows("s>x x>e")), [("J105", "x")], None),
    ("transaction", process(START + END + sub("x", INNER, "transaction") + flows("s>x x>e")), [("J106", "x")], None),
    ("multi-instance", process(START + task("a", inner="<bpmn:multiInstanceLoopCharacteristics/>") + END + flows("s>a a>e")), [("J107", "a")], process(GOOD)),
    ("seats one after the other", seats(LOOP.replace("false", "true")), [("J107", "x")], seats()),
    ("seats that another number counts", seats(LOOP.replace("count(group.members)", "2")), [("J107", "x")], seats()),
    ("seats that end early", seats(LOOP.replace("</bpmn:multi", "<bpmn:completionCondition>true</bpmn:completionCondition></bpmn:multi")), [("J107", "x")], seats()),
    ("seats over outside data", seats(LOOP.replace("</bpmn:multi", "<bpmn:loopDataInputRef>d</bpmn:loopDataInputRef></bpmn:multi")), [("J107", "x")], None),
    ("sub-process of several", process(START + END + sub("x", LOOP + INNER) + flows("s>x x>e")), [("J107", "x")], None),
    ("people named for one task", seats(""), [("J114", "x")], seats()),
    ("people named by an expression", seats(participants="group.members + 1"), [("J107", "x"), ("J115", "x")], seats()),
    ("people named nowhere", seats(LOOP.replace("group", "team"), participants="team.members"), [("J115", "x")], seats()),
    ("people named by themselves", seats(LOOP.replace("group", "assessment"), participants="assessment.members"), [("J115", "x")], seats()),
    ("seats for the applicant", seats(candidateGroup="applicant"), [("J116", "x")], seats()),
    ("seats that share a form", seats(others="assessment"), [("J115", "x"), ("J116", "x")], seats()),
    ("letter of no message", letter(messages=""), [("J117", "x")], letter()),
    ("letter that names no message", letter(ref=""), [("J117", "x")], letter()),
    ("letter without a name", letter(messages='<bpmn:message id="reply"/>'), [("J117", "x")], letter()),
    ("letter that nobody registers", letter(ours=' jingban:form="reply"'), [("J118", "x")], letter()),
    ("letter without a form", letter(ours=' jingban:candidateGroup="window"'), [("J118", "x")], letter()),
    ("letter that the applicant registers", letter(ours=' jingban:form="reply" jingban:candidateGroup="applicant"'), [("J118", "x")], letter()),
    ("letter for two", letter(after=LETTER.replace('"x"', '"y"'), way="x>y y>e"), [("J119", "y")], None),
    ("form of a timer", process(START + f'<bpmn:intermediateCatchEvent id="x" name="x" jingban:form="intake">{DUE}</bpmn:intermediateCatchEvent>' + task("a", starts="handling") + END + flows("s>a a>x x>e")), [("J119", "x")], None),
    ("loop marker", process(START + task("a", inner="<bpmn:standardLoopCharacteristics/>") + END + flows("s>a a>e")), [("J108", "a")], None),
    ("data association", process(START + task("a", inner='<bpmn:property id="pr"/><bpmn:dataInputAssociation id="da"><bpmn:sourceRef>do</bpmn:sourceRef><bpmn:targetRef>pr</bpmn:targetRef></bpmn:dataInputAssociation>') + END + '<bpmn:dataObject id="do"/>' + flows("s>a a>e")), [("J109", "a")], None),
    ("compensation handler alone", process(GOOD + task("h", b_isForCompensation="true")), [("J110", "h")], None),
    ("token quantity", process(START + task("a", b_startQuantity="2") + END + flows("s>a a>e")), [("J111", "a")], None),
    ("message flow", document('<bpmn:collaboration id="co"><bpmn:participant id="pa" processRef="p"/><bpmn:participant id="pb"/>\n<bpmn:messageFlow id="m" sourceRef="a" targetRef="pb"/></bpmn:collaboration>\n' + f'<bpmn:process id="p">{GOOD}</bpmn:process>'), [("J112", "m")], None),
    ("task without group", process(GOOD.replace(' jingban:candidateGroup="window"', "")), [("J120", "a")], process(GOOD)),
    ("task without form", process(GOOD.replace(' jingban:form="intake"', "")), [("J121", "a")], process(GOOD)),
    ("unknown attribute", process(START + task("a", gruop="window") + END + flows("s>a a>e")), [("J122", "a")], None),
    ("attribute in the wrong place", process(GOOD.replace('id="s"', 'id="s" jingban:actAs="window"')), [("J122", "s")], None),
    ("element of our namespace", process(START + task("a", inner="<bpmn:extensionElements><jingban:form/></bpmn:extensionElements>") + END + flows("s>a a>e")), [("J122", "a")], None),
    ("unknown group", process(START + task("a", candidateGroup="boss") + END + flows("s>a a>e")), [("J123", "a")], None),
    ("unknown purpose", process(START + task("a", purpose="fun") + END + flows("s>a a>e")), [("J123", "a")], None),
    ("form key that is no name", process(START + task("a", form="In take") + END + flows("s>a a>e")), [("J123", "a")], None),
    ("outcome inside", process(START + END + sub("x", INNER.replace('"e1"/>', '"e1" jingban:outcome="approved"/>')) + flows("s>x x>e")), [("J124", "e1")], None),
    ("acting for a window", process(START + task("a", actAs="window") + END + flows("s>a a>e")), [("J125", "a")], process(START + task("a", actAs="window", candidateGroup="applicant") + END + flows("s>a a>e"))),
    ("separate from nobody", process(START + task("a", separateFrom="zz") + END + flows("s>a a>e")), [("J126", "a")], None),
    ("separate from somebody and nobody", process(START + task("a") + task("b", separateFrom="a zz") + END + flows("s>a a>b b>e")), [("J126", "b")], process(START + task("a") + task("b", separateFrom="a") + END + flows("s>a a>b b>e"))),
    ("separate from several with commas", process(START + task("a", "b") + task("c", separateFrom="a,b") + END + flows("s>a a>b b>c c>e")), [("J126", "c")], process(START + task("a", "b") + task("c", separateFrom="a b") + END + flows("s>a a>b b>c c>e"))),
    ("separate from itself", process(START + task("a") + task("b", separateFrom="a b") + END + flows("s>a a>b b>e")), [("J126", "b")], None),
    ("separate from one twice", process(START + task("a") + task("b", separateFrom="a a") + END + flows("s>a a>b b>e")), [("J126", "b")], None),
    ("separate from what comes later", process(START + task("a", separateFrom="b") + task("b") + END + flows("s>a a>b b>e")), [("J126", "a")], process(START + task("a") + task("b", separateFrom="a") + END + flows("s>a a>b b>e"))),
    ("separate from the other way of a choice", xor().replace(b'id="c"', b'id="c" jingban:separateFrom="b"'), [("J126", "c")], xor().replace(b'id="c"', b'id="c" jingban:separateFrom="a"')),
    ("separate from what follows the sub-process", process(START + task("a") + sub("x", INNER.replace('id="t1"', 'id="t1" jingban:separateFrom="a"')) + END + flows("s>x x>a a>e")), [("J126", "t1")], process(START + task("a") + sub("x", INNER.replace('id="t1"', 'id="t1" jingban:separateFrom="a"')) + END + flows("s>a a>x x>e"))),
    ("ends what never started", process(START + task("a", ends="intake") + END + flows("s>a a>e")), [("J127", "a")], process(START + task("a", starts="intake", ends="intake") + END + flows("s>a a>e"))),
    ("suspends what never started", process(START + task("a", suspends="review") + END + flows("s>a a>e")), [("J128", "a")], process(START + task("a", suspends="handling") + END + flows("s>a a>e"))),
    ("timer for what never started", process(SIMPLE + boundary("b", "a") + flows("s>a a>e b>e"), starts=""), [("J144", "b")], None),
    ("condition that is no FEEL", xor(first="g>b").replace(b"intake.x = 2", b"intake.x == 2"), [("J140", "g_c")], xor()),
    ("condition of Camunda 7", xor().replace(b"intake.x = 2", b"${intake == 2}"), [("J140", "g_c")], xor()),
    ("unknown variable", xor().replace(b"intake.x = 2", b"review.x = 2"), [("J141", "g_c")], xor()),
    ("unknown function", xor().replace(b"intake.x = 2", b"len(intake.x) = 2"), [("J140", "g_c")], xor()),
    ("unknown field of the case", xor().replace(b"intake.x = 2", b'case.color = "x"'), [("J141", "g_c")], xor()),
    ("condition that decides nothing", xor().replace(b"intake.x = 2", b'"x"'), [("J145", "g_c")], xor()),
    ("condition that is always false", xor().replace(b"intake.x = 2", b'count(intake.x) = "2"'), [("J147", "g_c")], xor()),
    ("no name", process(GOOD.replace('name="a"', "")), [("J150", "a")], process(GOOD)),
    ("no picture", process(GOOD, picture=False), [("J151", "definitions")], process(GOOD)),
    ("element not drawn", process(GOOD).replace(b'bpmnElement="a"', b'bpmnElement="zz"'), [("J151", "a")], process(GOOD)),
    ("lists that contradict", process(START + task("a", inner="<bpmn:incoming>a_e</bpmn:incoming>") + END + flows("s>a a>e")), [("J152", "a")], process(START + task("a", inner="<bpmn:incoming>s_a</bpmn:incoming>") + END + flows("s>a a>e"))),
    ("one shape on another", process(GOOD).replace(b'x="0" y="10"', b'x="5" y="5"'), [("J153", "a")], process(GOOD).replace(b'x="0" y="10"', b'x="9" y="9"')),
    ("not in the schema", process(START + task("a", inner="<bpmn:fun/>") + END + flows("s>a a>e")), [("J190", "a")], process(GOOD)),
    ("lane lists nobody", process('<bpmn:laneSet id="ls"><bpmn:lane id="l1"><bpmn:flowNodeRef>zz</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>' + GOOD), [("J130", "l1")], None),
    ("two lanes", process('<bpmn:laneSet id="ls"><bpmn:lane id="l1" jingban:candidateGroup="window"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane><bpmn:lane id="l2" jingban:candidateGroup="review"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>' + GOOD.replace(' jingban:candidateGroup="window"', "")), [("J131", "a")], None),
]  # fmt: skip


@pytest.mark.parametrize(("faulty", "expected", "mended"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_fault_is_found_at_its_element_and_nowhere_else(
    faulty: bytes, expected: list[tuple[str, str]], mended: bytes | None
) -> None:
    assert sorted(found(faulty)) == sorted(expected)
    if mended is not None:
        assert found(mended) == []


def test_every_rule_has_a_case() -> None:
    elsewhere = {"J045", "J047", "J113", "J129", "J132", "J133", "J142", "J143", "J191"}
    shown = {rule for case in CASES for rule, _ in case[2]}
    assert {rule.id for rule in rules()} == shown | elsewhere
