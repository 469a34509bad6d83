"""From JSON files to forms: find, extend, include, read.

A region's file may say `"extends": "application"` (or `"shared/review"`) and then holds differences only,
under the one merge rule of `engine.guides.merge`. A component `{"type": "include", "form": "shared/receipt"}`
stands for the components of another file. What a deployment stores is the resolved definition.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.errors import InvalidGuide, NotFound
from engine.expressions import parse
from engine.forms.model import INPUT_TYPES, Field, Form, Group, Mark, Option, Rule, Text, walk
from engine.forms.people import GROUPS, USER
from engine.guides import check_slug, merge

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_NAME = re.compile(r"(?:shared/)?[a-z][a-z0-9_]*(?:\.[a-z]+)?")
_CHECKS = ("identity_number", "credit_code", "phone", "bank_account", "receipt", "past")
_COMPUTED = ("textfield", "number", "datetime")  # what the server can fill
MARKS: tuple[Mark, ...] = ("public", "internal", "personal", "restricted")  # the more confidential, the later
_PAGE_NAMES = ("csrf_token", "request_id", "typed", "place")  # what every page posts beside the form's own input
_MAX_DEPTH = 8  # of extends and includes


def load_form(root: Path, slug: str, key: str, region: str) -> Form:
    """The form that `jingban:form` names for a matter in a region; NotFound or InvalidGuide."""
    return form_of(load_definition(root, slug, key, region), key)


def load_definition(root: Path, slug: str, key: str, region: str) -> dict[str, Any]:
    """The resolved definition: the matter's own file (regional first), else the shared one."""
    if not _KEY.fullmatch(key):
        raise NotFound(f"没有表单“{key[:60]}”")
    check_slug(region, "统筹区")
    own = root / "forms" / check_slug(slug, "事项")
    shared = root / "forms" / "shared"
    for folder in (own, shared):
        for name in (f"{key}.{region}", key):
            if (folder / f"{name}.json").is_file():
                definition = _resolved(folder, name, 0)
                definition["components"] = _included(folder, definition.get("components", []), 0)
                return definition
    raise NotFound(f"事项“{slug}”没有表单“{key}”，共用表单中也没有")


def _resolved(folder: Path, name: str, depth: int) -> dict[str, Any]:
    """A file merged onto what it extends."""
    if depth > _MAX_DEPTH:
        raise InvalidGuide(f"表单“{name}”的 extends 层数过多或循环")
    folder, path = _file(folder, name)
    try:
        own = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError as error:
        raise InvalidGuide(f"表单文件“{path.name}”不存在") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InvalidGuide(f"表单文件“{path.name}”不是有效的 JSON：{error}") from error
    if not isinstance(own, dict):
        raise InvalidGuide(f"表单文件“{path.name}”的最外层应为对象")
    base = own.pop("extends", None)
    if "components" in own:
        own["components"] = _with_ids(own["components"])
    if base is None:
        return own
    merged = merge(_resolved(folder, base, depth + 1), own)
    return dict(merged)


def _file(folder: Path, name: str) -> tuple[Path, Path]:
    if not _NAME.fullmatch(name):
        raise InvalidGuide(f"“{name}”不是表单文件名")
    if name.startswith("shared/"):
        folder, name = folder.parent / "shared", name.removeprefix("shared/")
    return folder, folder / f"{name}.json"


def _with_ids(components: list[Any]) -> list[Any]:
    """Every component with an id (its key or path when it has none), so that differences can name it."""
    result = []
    for component in components:
        named = dict(component)
        named.setdefault("id", component.get("key") or component.get("path") or component.get("form"))
        if "components" in component:
            named["components"] = _with_ids(component["components"])
        result.append(named)
    return result


def _included(folder: Path, components: list[Any], depth: int) -> list[Any]:
    if depth > _MAX_DEPTH:
        raise InvalidGuide("表单的 include 层数过多或循环")
    result = []
    for component in components:
        if component.get("type") == "include":
            other = _resolved(folder, component["form"], depth + 1)
            result += _included(folder, other["components"], depth + 1)
        elif "components" in component:
            inner = _included(folder, component["components"], depth + 1)
            result.append({**component, "components": inner})
        else:
            result.append(component)
    return result


def form_of(definition: Mapping[str, Any], key: str) -> Form:
    """The form of a resolved definition; InvalidGuide names the component that is wrong."""
    try:
        form = Form(
            key=key,
            id=definition["id"],
            title=definition["title"],
            table_no=definition.get("table_no"),
            ours=definition.get("ours", False),
            components=_components(definition["components"], _Around(ours=definition.get("ours", False))),
            rules=tuple(_rule(rule) for rule in definition.get("rules", [])),
            definition=dict(definition),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidGuide(f"表单“{definition.get('id', key)}”结构不正确：{error!r}") from error
    _check(form)
    return form


class _Around:
    """What a component takes over from the groups around it."""

    def __init__(
        self,
        path: str = "",
        thing: str = "",
        hide: tuple[str, ...] = (),
        agency: bool = False,
        ours: bool = False,
    ) -> None:
        self.path, self.thing, self.hide, self.agency, self.ours = path, thing, hide, agency, ours

    def join(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def _components(plain: list[Mapping[str, Any]], around: _Around) -> tuple[Field | Group | Text, ...]:
    return tuple(_component(component, around) for component in plain)


def _component(plain: Mapping[str, Any], around: _Around) -> Field | Group | Text:
    kind, properties = plain["type"], plain.get("properties", {})
    hide = (*around.hide, *_hide(plain))
    if kind == "group":
        return _group(plain, around, hide)
    if kind == "text":
        ours = properties.get("ours", around.ours)
        return Text(plain["id"], plain["text"], properties.get("kind", "help"), hide, ours, dict(properties))
    if kind not in INPUT_TYPES:
        raise InvalidGuide(f"组件“{plain.get('id')}”的类型“{kind}”不在支持范围内")
    return _field(plain, around, hide)


def _group(plain: Mapping[str, Any], around: _Around, hide: tuple[str, ...]) -> Group:
    properties, path = plain.get("properties", {}), plain.get("path")
    agency = around.agency or properties.get("agency", False)
    ours = properties.get("ours", around.ours)
    label = plain.get("label")
    inner = _Around(
        path=around.join(path) if path else around.path,
        thing=around.thing + (label or "") if path else around.thing,
        hide=hide,
        agency=agency,
        ours=ours,
    )
    return Group(
        id=plain["id"],
        label=label,
        path=inner.path if path else None,
        components=_components(plain["components"], inner),
        hide=hide,
        agency=agency,
        ours=ours,
        properties=dict(properties),
    )


def _field(plain: Mapping[str, Any], around: _Around, hide: tuple[str, ...]) -> Field:
    properties, limits = plain.get("properties", {}), plain.get("validate", {})
    name = plain.get("key") or plain["path"]
    label = plain["label"]
    full_label = around.thing + label
    columns: tuple[Field, ...] = ()
    if plain["type"] == "dynamiclist":
        row = _Around(thing=full_label, agency=around.agency, ours=around.ours)
        columns = tuple(walk(_components(plain["components"], row)))
    return Field(
        path=around.join(name),
        type=plain["type"],
        label=label,
        full_label=full_label,
        mark=_mark(properties.get("mark", "internal"), columns),
        agency=around.agency or properties.get("agency", False),
        ours=properties.get("ours", around.ours),
        required=limits.get("required", False),
        required_when=properties.get("required_when"),
        hide=hide,
        options=tuple(Option(o["value"], o["label"]) for o in plain.get("values", [])),
        group=properties.get("candidate_group"),
        check=properties.get("check"),
        computed=properties.get("computed"),
        source=properties.get("from"),
        with_time=plain.get("subtype") == "datetime",
        decimals=plain.get("decimalDigits", 0),
        min_length=limits.get("minLength"),
        max_length=limits.get("maxLength"),
        minimum=_text(limits.get("min")),
        maximum=_text(limits.get("max")),
        help=plain.get("description"),
        columns=columns,
        row_rules=tuple(_rule(rule) for rule in plain.get("rules", [])),
        properties=dict(properties),
    )


def _mark(own: Mark, columns: tuple[Field, ...]) -> Mark:
    """A table is as confidential as its most confidential column."""
    marks = [own, *(column.mark for column in columns)]
    return max(marks, key=lambda mark: MARKS.index(mark) if mark in MARKS else len(MARKS))  # a wrong one is told later


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _hide(plain: Mapping[str, Any]) -> tuple[str, ...]:
    condition = plain.get("conditional", {}).get("hide")
    return (condition.removeprefix("="),) if condition else ()


def _rule(plain: Mapping[str, Any]) -> Rule:
    return Rule(plain["when"].removeprefix("="), plain["message"], plain.get("field"))


def _check(form: Form) -> None:
    """Refuse what could only fail later, when somebody is filling the form."""
    everything = list(walk(form.components))
    inputs = [field.path for field in everything if field.source is None]
    if len(inputs) != len(set(inputs)):
        twice = sorted({path for path in inputs if inputs.count(path) > 1})
        raise InvalidGuide(f"表单“{form.id}”的字段重复：{'、'.join(twice)}")
    for path in inputs:
        if path in _PAGE_NAMES or path.startswith("_"):
            raise InvalidGuide(f"表单“{form.id}”的字段不能叫“{path}”：页面自己用这个名称，填写的会丢失；请改名")
    for field in everything:
        if field.check is not None and field.check not in _CHECKS:
            raise InvalidGuide(f"表单“{form.id}”字段“{field.path}”的检查“{field.check}”不存在")
        if field.mark not in MARKS:
            raise InvalidGuide(f"表单“{form.id}”字段“{field.path}”的 mark 应为 {'、'.join(MARKS)} 之一")
        if field.type in ("select", "radio", "checklist") and not field.options:
            raise InvalidGuide(f"表单“{form.id}”字段“{field.path}”没有选项")
        for asked in (field, *field.columns):
            if (asked.type == USER) != (asked.group in GROUPS):
                raise InvalidGuide(
                    f"表单“{form.id}”字段“{asked.path}”：选人的字段类型为 user，"
                    f"并以 candidate_group 写明从哪一组选（{'、'.join(GROUPS)}）；其他字段不写"
                )
        if field.computed is not None and (field.source is not None or field.type not in _COMPUTED):
            raise InvalidGuide(
                f"表单“{form.id}”字段“{field.path}”不能由系统计算：只能是 {'、'.join(_COMPUTED)}，且没有 from"
            )
        default = field.properties.get("default_from")
        for condition in (*field.hide, field.required_when, field.source, field.computed, default):
            if condition is not None:
                parse(condition)
        _check_rules(form, field.row_rules, [column.path for column in field.columns])
        _check_import(form, field)
        if any(column.computed or column.source for column in field.columns):
            raise InvalidGuide(f"表单“{form.id}”表格“{field.path}”的列只能填写，不能由系统计算")
    _check_rules(form, form.rules, inputs)


def _check_import(form: Form, field: Field) -> None:
    if "import" not in field.properties:
        return
    labels = [column.label for column in field.columns]
    if field.type != "dynamiclist" or field.properties["import"] != "csv":
        raise InvalidGuide(f"表单“{form.id}”字段“{field.path}”：import 只能是 csv，且只用于表格（dynamiclist）")
    if len(labels) != len(set(labels)):
        raise InvalidGuide(f"表单“{form.id}”表格“{field.path}”有同名的列，不能从文件载入：文件按列名对应")
    if any(column.type in ("checklist", "dynamiclist", "materials", USER) for column in field.columns):
        raise InvalidGuide(f"表单“{form.id}”表格“{field.path}”有多选或选人的列，不能从文件载入")


def _check_rules(form: Form, rules: tuple[Rule, ...], places: list[str]) -> None:
    for rule in rules:
        parse(rule.when)
        if rule.field is not None and rule.field not in places:
            raise InvalidGuide(f"表单“{form.id}”的规则指向不存在的字段“{rule.field}”")
