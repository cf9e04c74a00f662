"""`greenwave audit`: whether the ledger is what was written, where it stands, and all of it as a file."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.agents.options import stop_with

if TYPE_CHECKING:
    from queue_server.domain.audit import Head
    from queue_server.settings import Settings

Data = Annotated[Path | None, typer.Option(help="Data folder.", show_default="under the user's data directory")]
Store = Annotated[str | None, typer.Option(help="The server's store, where it is not the embedded one.")]
Archive = Annotated[
    str | None, typer.Option(help="The archive's database.", show_default="archive.db in the data folder")
]
HallId = Annotated[str, typer.Option("--hall", help="The hall's id.", show_default="all of them")]
TABLE = ".csv"


def add_audit(app: typer.Typer) -> None:
    """Makes it a command of `greenwave`."""
    audit = typer.Typer(no_args_is_help=True, help="The ledger: who did what, why, when, from where.")
    audit.command("verify")(verify_command)
    audit.command("head")(head_command)
    audit.command("export")(export_command)
    app.add_typer(audit, name="audit")


def verify_command(
    hall: HallId = "",
    head: Annotated[
        list[str] | None, typer.Option(help="A head that was kept elsewhere, N:DIGEST; may be repeated.")
    ] = None,
    backup: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A backup: the heads that it noted are held against it."),
    ] = None,
    data: Data = None,
    archive: Archive = None,
) -> None:
    """Follows the ledger from its first entry. Exit status 1, and the first entry that does not hold, if any."""
    from ops.audit.following import verify

    with _clear():
        settings = _settings(data, archive)
        verdicts = list(verify(settings, hall, _kept(settings, hall, head or [], backup)))
    for verdict in verdicts:
        print(verdict.line)
    if not all(verdict.holds for verdict in verdicts):
        raise typer.Exit(1)


def head_command(hall: HallId = "", data: Data = None, archive: Archive = None) -> None:
    """Where each ledger stands, as HALL N:DIGEST. Keep it elsewhere: `verify --head` shows what was changed since."""
    from ops.audit.following import heads

    with _clear():
        found = heads(_settings(data, archive), hall)
    for one, where in found.items():
        print(f"{one} {where.n}:{where.hash}")


def export_command(
    hall: HallId = "",
    first: Annotated[str, typer.Option("--from", help="The first day, as 2026-01-31.")] = "",
    last: Annotated[str, typer.Option("--to", help="The last day.")] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="`.jsonl`, `.jsonl.gz` or `.csv`.", show_default="standard output, as JSON lines"),
    ] = None,
    data: Data = None,
    store: Store = None,
    archive: Archive = None,
) -> None:
    """The ledger as a file. JSON lines hold each entry as it was hashed; the export stands in the ledger, too."""
    from ops.audit.exporting import export

    days = (_day("--from", first), _day("--to", last))
    with _clear():
        settings = _settings(data, archive, store)
        export(settings, hall, days, out, as_csv=out is not None and out.suffix == TABLE)
        asyncio.run(_note_export(settings, hall, f"{first or '...'} {last or '...'}"))


async def _note_export(settings: "Settings", hall: str, what: str) -> None:
    """Where a hall runs; where none does, there is nobody whose ledger could have it."""
    from ops.archive.reaching import perhaps_connected
    from ops.audit.operating import note_operation
    from queue_server.store.catalogue import Catalogue

    async with perhaps_connected(settings) as store:
        for one in await Catalogue(store).halls() if store is not None else ():
            if hall in ("", one.id) and store is not None:
                await note_operation(store, one, "exported", what)


def _settings(data: Path | None, archive: str | None, store: str | None = None) -> "Settings":
    from ops.archive.reaching import settings_of

    return settings_of({"data": data, "store": store, "archive": archive})


def _kept(settings: "Settings", hall: str, texts: list[str], backup: Path | None) -> "dict[str, list[Head]]":
    """The heads that somebody kept, by hall."""
    from ops.archive.reaching import Hopeless
    from ops.audit.following import chosen, head_written, heads_of_backup, opened

    found = heads_of_backup(backup) if backup else {}
    if texts:
        halls = chosen(opened(settings), hall)
        if len(halls) != 1:
            raise Hopeless(f"say whose --head it is, with --hall: {', '.join(halls)}")
        for text in texts:
            told = head_written(text.strip())
            if told is None:
                raise Hopeless(f"--head: `{text[:80]}` is not N:DIGEST, as `greenwave audit head` prints it")
            found.setdefault(halls[0], []).append(told)
    return found


def _day(option: str, text: str) -> str:
    from queue_server.contract.days import day_asked

    day = day_asked(text) if text else ""
    if day is None:
        stop_with(f"{option}: `{text[:40]}` is not a day like 2026-01-31", 2)
    return day


@contextmanager
def _clear() -> Iterator[None]:
    """Whatever ends a command ends it with one clear line."""
    from ops.archive.database import ArchiveAway
    from ops.archive.reaching import Hopeless
    from queue_server.store.asking import StoreDown

    try:
        yield
    except Hopeless as error:
        stop_with(str(error))
    except ArchiveAway as error:
        stop_with(f"the archive cannot be used: {error}")
    except StoreDown as error:
        stop_with(f"the store does not answer: {error}")
    except OSError as error:
        stop_with(f"{error.filename or 'a file'}: {error.strerror or error}")
