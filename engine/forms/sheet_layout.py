"""From the printed items of a form to the rows of its sheet.

The published forms share a few habits, and these are the rules here: names of the unit and codes stand above the table
without borders, signatures of who filled it in below; two pairs of label and value stand side by side; a group has its
head beside its rows, a section a row of its own; two sections at once (原登记事项, 变更事项) are its halves; an
opinion and the place to sign it stand beside one head.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.forms.model import Field, Form, Text
from engine.forms.printed import Item, heads_of
from engine.forms.sheet import UNITS, WIDE_TABLE, Block, Box, Cell, Given, Line
from engine.forms.sheet_order import PLAIN, is_checklist, norm, opinion, righted, split, while_
from engine.forms.sheet_rows import LABEL, Drawn, beside, gap, length, pairs_with_photo, signing, spread, statement
from engine.forms.sheet_tables import Tables
from engine.forms.sheet_words import Words

_LINE, _LONG_LINE = 46, 72  # characters of a line without borders, upright and on its side
_HEAD = 2  # units of a group's head


def laid_out(items: list[Item], form: Form, given: Given, everything: bool = False) -> tuple[Block, ...]:
    """The blocks of one sheet, grids that follow each other as one."""
    return tuple(_merged(_Layout(form, given, everything).blocks(righted(items))))


class _Layout:
    def __init__(self, form: Form, given: Given, everything: bool) -> None:
        self.words = Words(form, given)
        self.tables = Tables(self.words, everything)
        self.line = _LINE
        self.placed: list[str] = []  # labels so far: a group that one of them names needs no head

    def blocks(self, items: list[Item]) -> Iterator[Block]:
        head, body, foot = split(items)
        wide = any(
            len(heads_of(i, self.tables.everything)[1]) >= WIDE_TABLE for i in items if i.kind in ("table", "matrix")
        )
        self.line = _LONG_LINE if wide else _LINE
        if head:
            yield self._lines(head)
        yield from self._body(body)
        if foot:
            yield self._lines(foot)

    def _body(self, items: list[Item]) -> Iterator[Block]:
        at = 0
        while at < len(items):
            taken = self._taken(items, at)
            run = items[at : at + taken]
            if run[0].kind == "section":
                yield from self._sections(run)
            elif run[0].kind in ("table", "matrix", "column", "row_head") or is_checklist(run[0]):
                yield from self._tables(run)
            else:
                yield _grid(self._group(run))
            self.placed += [norm(item.label) for item in run if item.label]
            at += taken

    def _taken(self, items: list[Item], at: int) -> int:
        """How many items from here make one block."""
        first, rest = items[at], items[at + 1 :]
        if first.kind == "section":
            sections = 1 + while_(rest, lambda item: item.kind == "section")
            if sections == 1:
                return 1
            names = {norm(item.label) for item in items[at : at + sections]}
            return sections + while_(items[at + sections :], lambda i: norm((i.group or "").split("/")[0]) in names)
        if first.kind in ("table", "matrix") or is_checklist(first):
            return 1 + while_(rest, lambda item: item.kind == "example")
        if first.kind in ("column", "row_head"):
            finding = isinstance(first.component, Text)
            kinds = ("column", "row_head", "signature") if finding else ("column", "row_head")
            return 1 + while_(rest, lambda item: item.kind in kinds)
        if signed := opinion(items, at):
            return signed
        if first.component.properties.get("printed_head"):
            return 1 + while_(rest, lambda item: norm(item.group) == norm(first.label))
        head = self._head(first)
        taken = 1
        while at + taken < len(items):
            item = items[at + taken]
            said = [norm(other.label) for other in items[at : at + taken]]
            if item.component.properties.get("printed_head"):
                break
            under = self._head(item, said) == head or (bool(head) and item.kind == "signature" and not item.group)
            if item.kind not in PLAIN or is_checklist(item) or not under or opinion(items, at + taken):
                break
            taken += 1
        return taken

    def _head(self, item: Item, said: Sequence[str] = ()) -> str | None:
        """The head that stands beside the item; None where a label before it says the same."""
        name = (item.group or "").split("/")[-1]
        known = any(label.startswith(norm(name)) for label in (*self.placed, *said))
        return None if not name or known else name

    # --- above and below ------------------------------------------------------------------------------

    def _lines(self, items: list[Item]) -> Block:
        rows: list[Line] = []
        waiting: list[Drawn] = []
        for drawn in map(self._drawn, items):
            if drawn.item.kind == "statement":
                rows += [spread(waiting)] if waiting else []
                rows.append((statement(drawn, UNITS),))
                waiting = []
            elif waiting and (
                drawn.item.component.properties.get("printed_row")
                or sum(map(length, waiting)) + length(drawn) > self.line
            ):
                rows.append(spread(waiting))
                waiting = [drawn]
            else:
                waiting.append(drawn)
        rows += [spread(waiting)] if waiting else []
        self.placed += [norm(item.label) for item in items if item.label]
        return Block("lines", (1,) * UNITS, tuple(rows))

    # --- sections and groups --------------------------------------------------------------------------

    def _sections(self, run: list[Item]) -> Iterator[Block]:
        sections = [item for item in run if item.kind == "section"]
        width = UNITS // len(sections)
        heads = tuple(Cell("section", s.label, s.label or "", width=width) for s in sections)
        rows: list[Line] = [heads]
        if len(sections) > 1:
            names = [norm(section.label) for section in sections]
            columns = [[i for i in run if norm((i.group or "").split("/")[0]) == name] for name in names]
            sides = [self._side(column, width) for column in columns]
            for number in range(max(map(len, sides))):
                rows.append(tuple(c for side in sides for c in (side[number] if number < len(side) else gap(width))))
        yield _grid(rows)

    def _side(self, items: list[Item], width: int) -> list[Line]:
        """One half of the sheet, a row for each item; a head within it beside its rows."""
        rows: list[Line] = []
        names = ["/".join((item.group or "").split("/")[1:]) for item in items]
        for number, (item, name) in enumerate(zip(items, names, strict=True)):
            drawn, label = self._drawn(item), LABEL if not name else LABEL - 1
            cells: list[Cell] = []
            if name and (number == 0 or names[number - 1] != name):
                height = next((n for n, other in enumerate(names[number:]) if other != name), len(names) - number)
                cells.append(Cell("head", None, name, width=_HEAD, height=height))
            room = width - label - (_HEAD if name else 0)
            cells.append(Cell("label", drawn.label, drawn.text, width=label))
            cells.append(Cell("value", None, "", drawn.value, drawn.boxes, room))
            rows.append(tuple(cells))
        return rows

    def _group(self, run: list[Item]) -> list[Line]:
        """Rows of one group, beside its head where it has one."""
        if opinion(run, 0):
            drawn, label = self._drawn(run[0]), 3
            value = Cell("value", None, "", drawn.value, drawn.boxes, UNITS - label, tall=True)
            return beside(
                Cell("head", drawn.label, drawn.text, width=label), [(value,), *self._rows(run[1:], UNITS - label)]
            )
        if run[0].component.properties.get("printed_head"):
            drawn = self._drawn(run[0])
            head_cell = Cell("head", drawn.label, drawn.text, drawn.value, width=LABEL)
            return beside(head_cell, self._rows(run[1:], UNITS - LABEL))
        head = self._head(run[0])
        if head is None or all(item.kind == "signature" for item in run):
            return self._rows(run, UNITS)
        width = _HEAD if len(head) <= 10 else 2 * _HEAD
        return beside(Cell("head", None, head, width=width), self._rows(run, UNITS - width))

    def _rows(self, run: Sequence[Item], width: int) -> list[Line]:
        rows: list[Line] = []
        at = 0
        while at < len(run):
            kind = run[at].kind
            same = next((n for n, item in enumerate(run[at:]) if item.kind != kind), len(run) - at)
            drawn = [self._drawn(item) for item in run[at : at + same]]
            if kind == "signature":
                rows += signing(drawn, width)
                rows += [(Cell("statement", None, words, width=width),) for words in map(printed_under, run) if words]
            elif kind in ("statement", "example"):
                rows += [(statement(one, width),) for one in drawn]
            else:
                rows += pairs_with_photo(drawn, width)
            at += same
        return rows

    # --- tables ---------------------------------------------------------------------------------------

    def _tables(self, run: list[Item]) -> Iterator[Block]:
        first = run[0]
        if isinstance(first.component, Text):
            yield self.tables.findings(run)
        elif first.kind in ("column", "row_head"):
            yield self.tables.line_of_columns(run)
        elif first.kind == "matrix":
            yield self.tables.matrix(first)
        else:
            if first.kind != "table" or self.tables.everything:
                label = first.label if first.kind != "table" else None
                if label or norm(first.label) not in self.placed[-1:]:
                    yield _grid([(Cell("section", label, first.label or "", width=UNITS),)])
            materials = isinstance(first.component, Field) and first.component.type == "materials"
            yield self.tables.checklist(first) if materials else self.tables.table(first, run[1:])

    def _drawn(self, item: Item) -> Drawn:
        component = item.component
        if (
            isinstance(component, Field)
            and component.type == "checkbox"
            and "printed_options" not in component.properties
        ):
            return Drawn(
                item,
                item.label,
                "",
                "",
                (Box(item.label or "", self.words.value(component) is True, item.label or ""),),
            )
        text, value = self.words.text(item)
        boxes = self.words.boxes(item)
        place = "" if boxes else self.words.place(item)
        return Drawn(item, item.label, text, "" if boxes else value, boxes, place)


def printed_under(item: Item) -> str:
    """Words that stand below the item and belong to what is above them (以上内容由患者本人或监护人填写)."""
    return str(item.component.properties.get("printed_under", ""))


def _grid(rows: Sequence[Line]) -> Block:
    return Block("grid", (1,) * UNITS, tuple(rows))


def _merged(blocks: Iterator[Block]) -> Iterator[Block]:
    waiting: Block | None = None
    for block in blocks:
        if waiting and waiting.kind == block.kind == "grid":
            waiting = _grid([*waiting.rows, *block.rows])
            continue
        if waiting:
            yield waiting
        waiting = block
    if waiting:
        yield waiting
