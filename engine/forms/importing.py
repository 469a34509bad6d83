"""Tables that are filled from a file: a list that another office keeps (民政部门的名单), as CSV.

A dynamiclist with `"import": "csv"` takes the text of a file in its place, instead of rows (`{"bills": "日期,…"}`).
The rows are then read and judged exactly as if somebody had typed them. Either every row is right and all are taken
over, or none is: what is wrong with a row is wrong with the submission, as everywhere.

What a file holds is hostile until shown otherwise: its size, rows, cells and errors are bounded before anything is
looked at; nothing in it is executed, followed or guessed. A cell that looks like a formula is the text that it is.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from engine.forms.model import Field
from engine.forms.reading import MAX_IMPORTED
from engine.forms.values import WrongValue

MAX_BYTES = 750_000  # of a file; with the list before it still within what a page may post
MAX_PROBLEMS = 500  # cells that are told; a file with more is not read to its end
_DAY = re.compile(r"([0-9]{4})[/.年-]([0-9]{1,2})[/.月-]([0-9]{1,2})日?")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+?[0-9]+")
_AS_TEXT = re.compile(r"'([0-9]{5,}[0-9Xx])|=\"([0-9]{5,}[0-9Xx])\"")  # marks that keep a number text
_ROUNDED = re.compile(r"[0-9]{15}0{3}")  # a spreadsheet's numbers have 15 digits
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_OTHER_FILES = (
    (b"PK\x03\x04", "这是 Excel 工作簿（xlsx）"),
    (b"\xd0\xcf\x11\xe0", "这是 Excel 工作簿（xls）"),
    (b"%PDF", "这是 PDF 文件"),
    (b"\xff\xfe", "这份文件的编码是 UTF-16"),
    (b"\xfe\xff", "这份文件的编码是 UTF-16"),
)
_SAVE_AS = "请在表格软件中另存为“CSV UTF-8（逗号分隔）”后重新选择"


class Problem(NamedTuple):
    """One thing that is wrong with a file: where it stands as a spreadsheet counts, and what stands there."""

    row: int  # 1: the line of column names; 0: the file as a whole
    column: str  # '' where it is about the row
    expected: str
    stood: str


@dataclass(frozen=True)
class Listed:
    """The cells of a file by column path, as they stand; keys are the row's place in the file, from 0."""

    rows: dict[int, dict[str, str]] = field(default_factory=dict)
    wrong: dict[int, str] = field(default_factory=dict)  # rows that cannot be told apart into cells


def imports(table: Field) -> bool:
    """Whether the table may be filled from a file."""
    return table.type == "dynamiclist" and table.properties.get("import") == "csv"


def text_given(raw: Any) -> str | None:
    """The text of a file in the place of a table; None where there is none."""
    if isinstance(raw, list):
        raw = raw[0] if len(raw) == 1 else None
    return raw if isinstance(raw, str) and raw.strip() else None


def decoded(data: bytes) -> str:
    """The text of a file, UTF-8 with or without the mark at its beginning, or GB18030. Raises WrongValue."""
    if len(data) > MAX_BYTES:
        raise WrongValue(f"文件过大：最大 {MAX_BYTES // 1000} KB，现为 {len(data) // 1000} KB；请分成几份，各办一件")
    for beginning, what in _OTHER_FILES:
        if data.startswith(beginning):
            raise WrongValue(f"{what}，不是 CSV；{_SAVE_AS}")
    if not data.strip():
        raise WrongValue("文件是空的")
    if b"\x00" in data:
        raise WrongValue(f"这不是文本文件；{_SAVE_AS}")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongValue(f"文件的编码既不是 UTF-8，也不是 GB18030；{_SAVE_AS}")


def read_list(table: Field, text: str) -> Listed:
    """The cells of a list. Raises WrongValue for what is wrong with the file as a whole, its column names above all."""
    lines = _parsed(text.removeprefix("\ufeff"))
    if not lines:
        raise WrongValue(f"文件是空的；第1行应为列名：{_names(table)}")
    columns = _columns(table, lines[0])
    found = Listed()
    for number, cells in enumerate(lines[1:], start=1):
        if not any(cell.strip() for cell in cells):
            continue
        if len(found.rows) + len(found.wrong) >= MAX_IMPORTED:
            raise WrongValue(f"名单过长：最多 {MAX_IMPORTED} 行；请分成几份，各办一件")
        spare = [cell for cell in cells[len(columns) :] if cell.strip()]
        if spare or any(column.required for column in columns[len(cells) :]):
            found.wrong[number] = f"应有{len(columns)}格，与列名一一对应，现为{len(cells)}格"
            continue
        found.rows[number] = {
            column.path: _cell(column, cell) for column, cell in zip(columns, cells, strict=False) if cell.strip()
        }  # spreadsheets leave out the last cells of a row where they are empty
    if not found.rows and not found.wrong:
        raise WrongValue("名单只有列名，没有一行内容")
    return found


def _parsed(text: str) -> list[list[str]]:
    if len(text.encode("utf-8", "surrogatepass")) > 2 * MAX_BYTES:  # GB18030 has two bytes where UTF-8 has three
        raise WrongValue(f"文件过大：最大 {MAX_BYTES // 1000} KB")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[list[str]] = []
    try:
        for cells in reader:
            lines.append(cells)
            if len(lines) > 2 * MAX_IMPORTED:
                raise WrongValue(f"名单过长：最多 {MAX_IMPORTED} 行；请分成几份，各办一件")
    except csv.Error as error:
        raise WrongValue(f"第{reader.line_num}行不是完整的 CSV：请检查引号是否成对") from error
    return lines


def _columns(table: Field, names: Sequence[str]) -> list[Field]:
    """The columns in the order of the file, which need not be the form's; every one must be there, and no other."""
    written = [unicodedata.normalize("NFKC", name).strip() for name in names]
    while written and not written[-1]:  # columns that a spreadsheet believes in and nobody named
        written.pop()
    known = {unicodedata.normalize("NFKC", column.label).strip(): column for column in table.columns}
    wrong = [name for name in written if name not in known]
    twice = sorted({name for name in written if written.count(name) > 1})
    lacking = [column.label for name, column in known.items() if name not in written]
    if not wrong and not twice and not lacking:
        return [known[name] for name in written]
    said = [f"第1行应为列名：{_names(table)}"]
    if len(written) == 1 and sum(name in re.split(r"[;\t|]", written[0]) for name in known) > 1:
        said.append("现在各列不是用半角逗号分隔的")
    else:
        said += [f"缺少{'、'.join(f'“{label}”' for label in lacking)}"] if lacking else []
        said += [f"多出{'、'.join(f'“{_short(name)}”' for name in wrong[:10])}"] if wrong else []
        said += [f"重复{'、'.join(f'“{_short(name)}”' for name in twice[:10])}"] if twice else []
    raise WrongValue("；".join(said))


def _names(table: Field) -> str:
    return "、".join(column.label for column in table.columns)


def _cell(column: Field, cell: str) -> str:
    """What a control would send: the code of an option for its words, a day as a control has it, else as it stands."""
    text = cell.strip()
    if text[:1] == "'" and text[1:].lstrip().startswith(_FORMULA):  # as our own exports shield it
        text = text[1:]
    if column.type == "textfield" and (marked := _AS_TEXT.fullmatch(text)):
        text = marked[1] or marked[2]
    if column.options:
        words = unicodedata.normalize("NFKC", text)
        return next((o.value for o in column.options if words == unicodedata.normalize("NFKC", o.label)), text)
    if column.type == "checkbox":
        return {"是": "on", "否": "off"}.get(text, text)
    day = _DAY.fullmatch(text) if column.type == "datetime" and not column.with_time else None
    return f"{day[1]}-{int(day[2]):02d}-{int(day[3]):02d}" if day else text


def as_list(table: Field, rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as the text of a file, so that what was taken over once can be given again."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.label for column in table.columns)
    writer.writerows([_written(column, value_of(row, column.path)) for column in table.columns] for row in rows)
    return text.getvalue()


def _written(column: Field, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return column.label_of(str(value)) if column.options else str(value)


def value_of(row: Mapping[str, Any], path: str) -> Any:
    """One cell of a row that was read."""
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def problems(table: Field, text: str, errors: Mapping[str, str]) -> list[Problem]:
    """The report: what the errors of a reading say about the list, in the order of the file."""
    try:
        rows = read_list(table, text).rows
    except WrongValue as wrong:
        return [Problem(0, "", str(wrong), "")]
    columns = {column.path: column for column in table.columns}
    found = []
    for place, message in errors.items():
        number, _, path = place.removeprefix(f"{table.path}.").partition(".")
        if place == table.path:
            found.append(Problem(0, "", message, ""))
        elif place.startswith(f"{table.path}.") and number.isdecimal():
            column, stood = columns.get(path), rows.get(int(number), {}).get(path, "")
            label = column.label if column else ""
            found.append(Problem(int(number) + 1, label, _expected(column, message, stood), _short(stood)))
    order = [column.label for column in table.columns]
    return sorted(found, key=lambda p: (p.row, order.index(p.column) if p.column else -1))


def _expected(column: Field | None, message: str, stood: str) -> str:
    """The message without the name of the column, which has a place of its own, and with what helps."""
    if column is None:
        return message
    words = message.removeprefix(column.full_label)
    if stood and column.options:
        return f"应为：{'、'.join(option.label for option in column.options)}"
    if _SCIENTIFIC.fullmatch(stood) and column.type == "textfield":
        return f"{words}；表格软件把号码改成了科学记数，请把该列设为文本后重新填写、导出"
    if _ROUNDED.fullmatch(stood) and column.check == "identity_number":
        return f"{words}；末三位都是0，可能是表格软件只保留了15位，请对照原件并把该列设为文本"
    if not stood:
        return "必须填写"
    return words


def _short(text: str) -> str:
    """Fit for a page: no control characters, not longer than a line."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text[:60])
    return f"{shown}…" if len(text) > 60 else shown
