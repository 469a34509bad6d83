"""Lists as CSV that a spreadsheet opens rightly and never executes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import quote

from flask import Response

from engine.clock import SHANGHAI

# What a spreadsheet takes for the beginning of a formula, also in the full width of Chinese input methods.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """`name`: of the file, in ASCII. The byte order mark tells Excel that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def blank_list(headings: Sequence[str]) -> str:
    """The address of an empty list with the column names, made of itself: always those of the form that is open."""
    text = io.StringIO()
    csv.writer(text).writerow(headings)
    return f"data:text/csv;charset=utf-8,{quote(chr(0xFEFF) + text.getvalue())}"


def cell(value: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA) else value


def minute(instant: datetime | None) -> str:
    """An instant that a spreadsheet sorts; '' for none."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if instant else ""
