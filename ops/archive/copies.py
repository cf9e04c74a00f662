"""Copies of a living store and of a living database, each as it was at one moment."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import inspect

from ops.archive.database import Archive, told
from ops.archive.reaching import Hopeless
from ops.archive.tables import metadata
from queue_server.store.asking import ask

LOOK_S = 0.05
AOF = "appendonlydir/appendonly.aof"
SNAPSHOT = "dump.rdb"


async def copy_store(store: "Redis", folder: Path, target: Path) -> None:
    """Of the embedded store of this folder: its own snapshot (BGSAVE), which a fork writes while the hall goes on.

    Raises `Hopeless`, `StoreDown`.
    """
    snapshot = folder / SNAPSHOT
    is_ours = not snapshot.exists()  # the embedded store writes none by itself: one that is there somebody wanted
    before = await _persistence(store)
    await ask(store, "BGSAVE", "SCHEDULE")
    while not _is_done(before, after := await _persistence(store)):  # noqa: ASYNC110
        await asyncio.sleep(LOOK_S)
    if after["rdb_last_bgsave_status"] != "ok":
        raise Hopeless("the store could not write its snapshot: is its disk full?")
    if not snapshot.is_file():
        raise Hopeless(f"the store did not write its snapshot into {folder}")
    shutil.copyfile(snapshot, target)
    if is_ours:
        snapshot.unlink()


async def _persistence(store: "Redis") -> dict[str, Any]:
    found: dict[str, Any] = await ask(store, "INFO", "persistence")
    return found


def _is_done(before: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether a snapshot was begun since, and is under way no more. It may have to wait for a rewrite of the log."""
    return bool(now["rdb_saves"] > before["rdb_saves"]) and not now["rdb_bgsave_in_progress"]


def put_store_back(snapshot: Path, folder: Path) -> None:
    """Makes a snapshot what a store in this folder begins from."""
    base = folder / f"{AOF}.1.base.rdb"
    base.parent.mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    snapshot.replace(base)
    (folder / f"{AOF}.manifest").write_text(f"file {base.name} seq 1 type b\n", encoding="ascii")


def copy_sqlite(archive: Archive, target: Path) -> None:
    """By SQLite's own backup: readers and the writer go on. Raises `ArchiveAway`."""
    with archive.reading() as connection:
        live = connection.connection.driver_connection
        assert live is not None
        with told(), closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without its log


def dump_postgres(archive: Archive, target: Path) -> None:
    """Raises `Hopeless`."""
    tables = [f"--table={name}" for name in ("alembic_version", *metadata.tables)]
    _run(archive, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", *tables, f"--file={target}")


def restore_postgres(archive: Archive, dump: Path) -> None:
    """Into a database that has no archive yet. Raises `Hopeless`, `ArchiveAway`."""
    with archive.reading() as connection:
        if inspect(connection).has_table("events"):
            raise Hopeless("the database of --archive has an archive already: restore into an empty one")
    _run(archive, "pg_restore", "--no-owner", "--single-transaction", "--exit-on-error", str(dump))


def _run(archive: Archive, program: str, *options: str) -> None:
    """A tool of PostgreSQL on the archive's database; its password goes by the environment, where nobody sees it."""
    address = archive.url.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, "PGPASSWORD": str(archive.url.password or "")}
    try:
        subprocess.run(
            [program, f"--dbname={address}", *options], env=environment, check=True, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise Hopeless(f"{program} is not installed: it comes with PostgreSQL's client programs") from None
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip().splitlines()
        raise Hopeless(f"{program}: {said[0][:200] if said else error.returncode}") from None
