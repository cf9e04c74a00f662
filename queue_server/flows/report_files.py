"""Tables as files that spreadsheets open: CSV and XLSX. No cell of them is ever taken for a formula."""

import csv
import io
import re
from typing import TYPE_CHECKING

from queue_server.contract.reports import Report
from queue_server.flows.report_tables import Cell, Column, Kind, Table

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIX = {CSV: "csv", XLSX: "xlsx"}
BOM = "\ufeff"
"""By which spreadsheets know that a CSV is UTF-8."""
FORMULA = re.compile(r"[=+\-@\t\r\n]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
FORMATS: dict[Kind, str] = {
    "text": "@", "count": "#,##0", "minutes": "0.0", "share": "0.0%", "score": "0.00",
}  # fmt: skip
WIDEST = 42
HEAD_ROW = 4


def file_name(hall: str, report: Report, kind: str) -> str:
    """What the file is called: plain ASCII, as ids are."""
    days = report.first if report.first == report.last else f"{report.first}_{report.last}"
    return f"{hall}-{report.span}-{days}-{report.by}.{SUFFIX[kind]}"


def safe(text: str) -> str:
    """A text that a spreadsheet shows as it is: what would begin a formula stands behind an apostrophe."""
    plain = CONTROL.sub("", text)
    return f"'{plain}" if FORMULA.match(plain) else plain


def csv_of(table: Table) -> bytes:
    """One line of headings, then the rows. Shares are in per cent."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_heading(column) for column in table.columns])
    for row in table.rows:
        writer.writerow([_plain(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)])
    return (BOM + out.getvalue()).encode()


def _heading(column: Column) -> str:
    return safe(f"{column.label} (%)" if column.kind == "share" else column.label)


def _plain(cell: Cell, kind: Kind) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe(cell)
    return round(cell * 100, 2) if kind == "share" else cell


def xlsx_of(table: Table) -> bytes:
    """A sheet with the title, the days, headings that stay in view, and the rows."""
    from openpyxl import Workbook  # here: it takes a while to come, and is seldom needed

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Greenwave"
    _write(sheet, 1, 1, table.title, "text", bold=True)
    _write(sheet, 2, 1, table.about, "text")
    for at, column in enumerate(table.columns, 1):
        _write(sheet, HEAD_ROW, at, column.label, "text", bold=True)
    for line, row in enumerate(table.rows, HEAD_ROW + 1):
        for at, (value, column) in enumerate(zip(row, table.columns, strict=True), 1):
            _write(sheet, line, at, value, column.kind, bold=line == HEAD_ROW + len(table.rows))
    sheet.freeze_panes = f"C{HEAD_ROW + 1}"
    _widen(sheet, table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: "Worksheet", line: int, at: int, value: Cell, kind: Kind, bold: bool = False) -> None:
    from openpyxl.styles import Alignment, Font

    if value is None:
        return
    place = sheet.cell(line, at)
    place.value = safe(value) if isinstance(value, str) else value
    place.number_format = FORMATS[kind]
    if isinstance(value, str):
        place.data_type = "s"  # a text stays one, whatever it begins with
    if bold:
        place.font = Font(bold=True)
    if line == HEAD_ROW:
        place.alignment = Alignment(wrap_text=True, vertical="top")


def _widen(sheet: "Worksheet", table: Table) -> None:
    from openpyxl.utils import get_column_letter

    for at in range(1, len(table.columns) + 1):
        texts = [row[at - 1] for row in table.rows if isinstance(row[at - 1], str)]
        longest = max([len(str(text)) for text in texts], default=0)
        sheet.column_dimensions[get_column_letter(at)].width = min(max(longest * 1.3, 11), WIDEST)
