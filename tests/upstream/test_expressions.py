"""Every expression is Python, evaluated; nothing that restricts it holds."""

from __future__ import annotations

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.upstream.diagrams import chain, ends, flow, nodes, parsed

CLIMB = "().__class__.__base__.__subclasses__()"


def taken(condition: str, environment: TaskDataEnvironment | None = None) -> bool:
    """Whether a gateway's condition held."""
    body = (
        ends("begin", "yes", "no")
        + '<exclusiveGateway id="split" default="split_no"/>'
        + flow("begin", "split")
        + flow("split", "yes", condition)
        + flow("split", "no")
    )
    engine = PythonScriptEngine(environment) if environment else PythonScriptEngine()
    workflow = BpmnWorkflow(*parsed(body), script_engine=engine)
    workflow.do_engine_steps()
    return "yes" in [t.task_spec.name for t in workflow.get_tasks(state=TaskState.COMPLETED)]


def test_a_condition_reaches_every_class_of_the_interpreter() -> None:
    assert taken(f"len({CLIMB}) > 100".replace(">", "&gt;"))


def test_an_environment_without_builtins_does_not_hold_it() -> None:
    environment = TaskDataEnvironment({"__builtins__": {}})
    assert taken(f"{CLIMB} != []", environment)


def test_a_script_task_runs_python() -> None:
    script = '<scriptTask id="run"><script>reached = [c.__name__ for c in ' + CLIMB + "]</script></scriptTask>"
    workflow = BpmnWorkflow(
        *parsed(ends() + script + nodes("userTask", "work") + chain("begin", "run", "work", "done"))
    )
    workflow.do_engine_steps()
    assert "Popen" in workflow.get_tasks(spec_name="work")[0].data["reached"]
