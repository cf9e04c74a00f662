"""`greenwave report`: a day, week, month or year of a hall, as CSV, XLSX, HTML or JSON."""

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from ops.agents.options import stop_with
from ops.archive.commands import Archive as ArchiveOption
from ops.archive.commands import Data, HallId, Store

FORMATS = ("csv", "xlsx", "html", "json")


def report_command(
    span: Annotated[str, typer.Argument(help="day, week, month or year.")] = "day",
    date: Annotated[str, typer.Option(help="A day of it, as 2026-01-31.", show_default="today")] = "",
    by: Annotated[str, typer.Option(help="hall, department, queue, service, window, channel, staff.")] = "queue",
    form: Annotated[
        str, typer.Option("--format", help="csv, xlsx, html or json.", show_default="by the file's name, else csv")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="The file.", show_default="standard output")] = None,
    language: Annotated[str, typer.Option(help="zh, en, de, ja, ko or ru.")] = "zh",
    hall: HallId = "",
    data: Data = None,
    store: Store = None,
    archive: ArchiveOption = None,
) -> None:
    """What a day, week, month or year came to, from the archive. The hall may run on meanwhile, or be off."""
    from ops.archive.database import ArchiveAway
    from ops.archive.reaching import Hopeless, settings_of
    from queue_server.contract.days import day_asked
    from queue_server.domain.refusals import Refusal
    from queue_server.languages import in_use

    form = form or (out.suffix[1:] if out is not None and out.suffix else "csv")
    if form not in FORMATS:
        stop_with(f"--format: `{form[:20]}` is none of {', '.join(FORMATS)}", 2)
    if language not in in_use():
        stop_with(f"--language: `{language[:20]}` is none of {', '.join(in_use())}", 2)
    day = day_asked(date) if date else ""
    if day is None:
        stop_with(f"--date: `{date[:40]}` is not a day like 2026-01-31", 2)
        return
    try:
        settings = settings_of({"data": data, "store": store, "archive": archive})
        _write(out, made(settings.archive, hall, (span, day, by), form, language))
    except Refusal as refusal:
        stop_with(f"--{refusal.facts.get('field')}: {refusal.facts.get('problem')}", 2)
    except ArchiveAway as error:
        stop_with(f"the archive cannot be used: {error}")
    except Hopeless as error:
        stop_with(str(error))
    except OSError as error:
        stop_with(f"{error.filename or 'a file'}: {error.strerror or error}")


def made(url: str, hall_id: str, wish: tuple[str, str, str], form: str, language: str) -> bytes:
    """The report as a file: `wish` is span, day (`YYMMDD` or empty) and dimension. Raises `Refusal`, `Hopeless`,
    `ArchiveAway`."""
    from ops.archive import reports
    from ops.archive.database import Archive
    from ops.archive.export import chosen
    from ops.archive.halls import kept_halls
    from ops.archive.past import NONE
    from ops.archive.reaching import Hopeless
    from queue_server.flows.reports import check_by, report_of, span_of

    if url == NONE:
        raise Hopeless("there is no archive: --archive is none:")
    archive = Archive(url, make=False)
    span, day, by = wish
    try:
        hall = chosen(kept_halls(archive), hall_id)
        first, last, today = span_of(hall, span, day, time.time_ns() // 1_000_000)
        check_by(hall, by)
        found = report_of(hall, span, by, (first, last, today), reports.count(archive, hall, first, last, by))
    finally:
        archive.close()
    from ops.reports.paper import paper_of
    from queue_server.flows.report_files import csv_of, xlsx_of
    from queue_server.flows.report_tables import table_of
    from queue_server.languages import Words

    if form == "json":
        return msgspec.json.format(msgspec.json.encode(found)) + b"\n"
    if form == "html":
        return paper_of(hall, found, language).encode()
    table = table_of(found, Words(language), hall.names)
    return xlsx_of(table) if form == "xlsx" else csv_of(table)


def _write(out: Path | None, body: bytes) -> None:
    """To standard output, or a file that is there only when it is whole."""
    if out is None:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    partial = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        partial.write_bytes(body)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
