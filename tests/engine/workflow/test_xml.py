"""The one door for a diagram's bytes."""

from __future__ import annotations

import pytest

from engine.errors import InvalidDiagram
from engine.workflow.xml import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, parse_xml

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def refusal(data: bytes) -> InvalidDiagram:
    with pytest.raises(InvalidDiagram) as caught:
        parse_xml(data, "f.bpmn")
    assert caught.value.details["file"] == "f.bpmn"
    return caught.value


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"", 1, "XML"),
        (b"<a>\n\n<b></a>", 3, "XML"),
        (b"<a/>\n<b/>", 2, "XML"),
        (b"<x:a/>", 1, "XML"),
        (b"<a>&b;</a>", 1, "XML"),
        (b"\n<!DOCTYPE a>\n<a/>", 2, "DOCTYPE"),
        ("<!DOCTYPE a><a/>".encode("utf-16"), 1, "DOCTYPE"),
        (b"<a>\n\xff</a>", 2, "编码"),
        ("<a/>".encode("utf-32"), 1, "UTF-32"),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", 1, "utf-7"),
        (b"<?xml version='1.0' encoding='no-such'?><a/>", 1, "no-such"),
        (b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>", 1, "元素过多"),
        (b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), 1, "嵌套过深"),
        (b"<a " + b" ".join(b'b%d=""' % i for i in range(20_001)) + b"/>", 1, "属性过多"),
        (b"<a>" + b" " * MAX_BYTES + b"</a>", 1, "过大"),
    ],
)
def test_a_refusal_names_the_line_and_the_reason(data: bytes, line: int, says: str) -> None:
    error = refusal(data)
    assert error.details["line"] == line
    assert says in error.message


def test_the_limits_themselves_are_allowed() -> None:
    assert len(list(parse_xml(b"<a>" + b"<b/>" * (MAX_ELEMENTS - 1) + b"</a>", "f").iter())) == MAX_ELEMENTS
    parse_xml(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH, "f")


def test_an_element_stands_on_the_line_where_its_tag_begins() -> None:
    root = parse_xml(b'<a>\n<b\n x="1"\n y="2"\n/>\n<c/></a>', "f").getroot()
    assert [element.sourceline for element in root.iter()] == [1, 2, 6]


def test_text_is_one_piece_whatever_stands_between() -> None:
    root = parse_xml(b'<a>due(<!-- x --><![CDATA["h]]><?pi x?>andling")</a>', "f").getroot()
    assert root.text == 'due("handling")'


def test_a_doctype_in_a_comment_or_text_is_no_doctype() -> None:
    assert parse_xml(b"<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE a>]]></a>", "f").getroot().text == "<!DOCTYPE a>"


def test_a_schema_location_is_taken_out() -> None:
    data = f'<a xmlns:x="{XSI}" x:schemaLocation="u file:///etc/passwd" x:noNamespaceSchemaLocation="y" x:type="t"/>'
    assert dict(parse_xml(data.encode(), "f").getroot().attrib) == {f"{{{XSI}}}type": "t"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"])
def test_encodings_are_read(encoding: str) -> None:
    declared = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{declared}"?><a>经办</a>'
    assert parse_xml(text.encode(encoding), "f").getroot().text == "经办"
