"""`greenwave export`, `archive`, `backup` and `restore`."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from ops.agents.options import stop_with

Data = Annotated[Path | None, typer.Option(help="Data folder.", show_default="under the user's data directory")]
Store = Annotated[str | None, typer.Option(help="The server's store, where it is not the embedded one.")]
Archive = Annotated[
    str | None, typer.Option(help="The archive's database.", show_default="archive.db in the data folder")
]
HallId = Annotated[str, typer.Option("--hall", help="The hall's id.", show_default="the only one")]

Answer = TypeVar("Answer")


def add_archive(app: typer.Typer) -> None:
    """Makes them commands of `greenwave`."""
    archive = typer.Typer(no_args_is_help=True, help="The archive: what the halls remember.")
    archive.command("rebuild")(rebuild_command)
    archive.command("status")(status_command)
    app.add_typer(archive, name="archive")
    app.command("export")(export_command)
    app.command("backup")(backup_command)
    app.command("restore")(restore_command)


def export_command(
    day: Annotated[str, typer.Option(help="The day, as 2026-01-31.")],
    hall: HallId = "",
    out: Annotated[Path | None, typer.Option(help="`.jsonl` or `.jsonl.gz`.", show_default="standard output")] = None,
    data: Data = None,
    store: Store = None,
    archive: Archive = None,
) -> None:
    """A day's events as JSON lines, as `foresee` reads them."""
    from ops.archive.export import export
    from ops.archive.reaching import settings_of
    from queue_server.contract.days import day_asked

    wanted = day_asked(day)
    if wanted is None:
        stop_with(f"--day: `{day[:40]}` is not a day like 2026-01-31", 2)
    _done(lambda: export(settings_of({"data": data, "store": store, "archive": archive}), wanted, hall, out))


def rebuild_command(data: Data = None, store: Store = None, archive: Archive = None) -> None:
    """Brings back from the stream what is lost of the archive, and works its visits and days out anew."""
    from ops.archive.reaching import has_archive, running_store, settings_of
    from ops.archive.rebuild import rebuild

    async def work() -> None:
        settings = settings_of({"data": data, "store": store, "archive": archive})
        if not has_archive(settings):
            stop_with("there is no archive: --archive is none:")
        with running_store(settings) as url:
            await rebuild(settings.archive, url, print)

    _done(work)


def status_command(data: Data = None, store: Store = None, archive: Archive = None) -> None:
    """How far each hall is archived, and what was purged."""
    from ops.archive.reaching import settings_of
    from ops.archive.status import status

    for line in _done(lambda: status(settings_of({"data": data, "store": store, "archive": archive}))):
        print(line)


def backup_command(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The file to write, a .tar.gz. It holds secrets.")],
    data: Data = None,
    store: Store = None,
    archive: Archive = None,
) -> None:
    """Store, archive, secret, plans: all that a hall is, in one file. The hall may run on meanwhile."""
    from ops.archive.backup import backup
    from ops.archive.reaching import settings_of

    made = _done(lambda: backup(settings_of({"data": data, "store": store, "archive": archive}), file))
    print(f"{file}: {', '.join(made.halls)}, {sum(part.bytes for part in made.files.values()):,} bytes backed up")


def restore_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A backup.")],
    data: Data = None,
    archive: Archive = None,
) -> None:
    """A backup into an empty data folder. Start the server afterwards as usual: it skips past numbers given since."""
    from ops.archive.reaching import settings_of
    from ops.archive.restore import restore

    async def work() -> str:
        settings = settings_of({"data": data, "archive": archive})
        made = restore(settings, file, time.time_ns() // 1_000_000)
        return f"{settings.data}: restored as of {made.made_at}"

    print(_done(work))


def _done(work: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """What it answers; or the end of the command, with one clear line."""
    from ops.archive.database import ArchiveAway
    from ops.archive.reaching import Hopeless
    from queue_server.store.asking import StoreDown

    try:
        return asyncio.run(work())
    except Hopeless as error:
        stop_with(str(error))
    except ArchiveAway as error:
        stop_with(f"the archive cannot be used: {error}")
    except StoreDown as error:
        stop_with(f"the store does not answer: {error}")
    except OSError as error:
        stop_with(f"{error.filename or 'a file'}: {error.strerror or error}")
