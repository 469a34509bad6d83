"""Hardened XML: the one door through which a diagram's bytes come in.

Two parsers look at the bytes. Expat goes first and builds nothing: it refuses a DOCTYPE before any entity
exists, counts elements and depth and notes on which line each tag begins. Only then lxml builds the tree. Why
not lxml alone: it has built everything before anything can be counted, expands entities in attributes, and
gives the line where a start tag ends, which in a tag of many lines is not where a designer looks.

Nothing else is opened, ever: no DTD, no network, no XInclude, no stylesheet, and `xsi:schemaLocation` is taken
out because libxml2's schema validation would follow it.
"""

from __future__ import annotations

import codecs
import re
from xml.parsers import expat

from lxml import etree

from engine.errors import InvalidDiagram

MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 2_000
MAX_DEPTH = 100
MAX_ATTRIBUTES = 20_000  # of all elements; the schema validator keeps half a kilobyte for each wrong one

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, ""),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
# What tools write in Chinese offices and in Europe. All extend ASCII, so `<` is `<` for every reader
# (UTF-7 and ISO-2022 hide it).
_ENCODINGS = frozenset(
    {
        *("utf-8", "utf8", "us-ascii", "ascii", "latin1", "macroman"),
        *(f"iso-8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
        *(f"windows-125{page}" for page in range(9)),
        *("gb2312", "gbk", "cp936", "gb18030", "big5"),
    }
)
_DECLARATION = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


def parse_xml(data: bytes, name: str) -> etree._ElementTree:
    """The tree of a diagram's bytes; every element's `sourceline` is the line where its tag begins.

    Comments and processing instructions are left out, so an element's text is one piece. Raises
    InvalidDiagram with `details["line"]` (from 1) and `details["file"]`: too large, not XML, a DOCTYPE, an
    encoding not known.
    """
    if len(data) > MAX_BYTES:
        raise _refused(name, 1, f"文件过大：{len(data)} 字节，最多 {MAX_BYTES} 字节（2 MB）")
    content = _as_utf8(data, name)
    lines = _scan(content, name)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refused(name, error.lineno or 1, f"不是合格的 XML：{_reason(error.msg)}") from None
    for element, line in zip(root.iter(), lines, strict=False):
        if line < 65_536:  # libxml2 keeps 16 bits for a line that is set; beyond, its own is near enough
            element.sourceline = line
        for location in ("schemaLocation", "noNamespaceSchemaLocation"):
            element.attrib.pop(_XSI + location, None)
    return root.getroottree()


def _refused(name: str, line: int, message: str) -> InvalidDiagram:
    return InvalidDiagram(f"第 {line} 行：{message}", file=name, line=line)


def _reason(message: str | None) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in message or "无法解析")[:200]


def _as_utf8(data: bytes, name: str) -> bytes:
    encoding = next((known for mark, known in _BOMS if data.startswith(mark)), None)
    if encoding is None:
        declared = _DECLARATION.match(data[:400])
        encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
        if encoding == "utf-16":  # declared so, but without its mark and plainly not so
            encoding = "utf-8"
    if encoding not in _ENCODINGS and not encoding.startswith("utf-16-"):
        raise _refused(name, 1, f"文件编码 {encoding or 'UTF-32'} 不支持，请另存为 UTF-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(name, line, f"有不属于编码 {encoding} 的字节，请另存为 UTF-8") from None
    return text.removeprefix("\ufeff").encode("utf-8", "surrogatepass")


def _scan(content: bytes, name: str) -> list[int]:
    """The line of each start tag in document order; refuses what must not be built."""
    lines: list[int] = []
    depth = attribute_count = 0
    parser = expat.ParserCreate("utf-8")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def doctype(*_: object) -> None:
        raise _refused(name, parser.CurrentLineNumber, "不允许 DOCTYPE（文档类型声明），请删去后重试")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, attribute_count
        depth += 1
        attribute_count += len(attributes)
        lines.append(parser.CurrentLineNumber)
        if len(lines) > MAX_ELEMENTS:
            raise _refused(name, lines[-1], f"元素过多：最多 {MAX_ELEMENTS} 个，请拆成几张图")
        if depth > MAX_DEPTH:
            raise _refused(name, lines[-1], f"元素嵌套过深：最多 {MAX_DEPTH} 层")
        if attribute_count > MAX_ATTRIBUTES:
            raise _refused(name, lines[-1], f"属性过多：全文件最多 {MAX_ATTRIBUTES} 个")

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise _refused(name, error.lineno, f"不是合格的 XML：{_reason(reason)}") from None
    return lines
