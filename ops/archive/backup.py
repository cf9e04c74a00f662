"""`greenwave backup`: the store, the archive and what the data folder keeps, in one file, while the hall goes on."""

import io
import os
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import msgspec
from redis.asyncio import Redis
from sqlalchemy import func, select

from ops.archive.audit import heads_now
from ops.archive.copies import copy_sqlite, copy_store, dump_postgres
from ops.archive.database import Archive
from ops.archive.manifest import NAME, PLAIN, POSTGRES, SQLITE, STORE, HallNumbers, Manifest, member
from ops.archive.queries import days_before
from ops.archive.reaching import Hopeless, connected, has_archive, running_store
from ops.archive.tables import visits
from queue_server.contract.times import rfc3339
from queue_server.domain.hall import Hall
from queue_server.flows.past import WEEKS_DAYS
from queue_server.settings import Settings
from queue_server.store.catalogue import Catalogue
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.library import VERSION


async def backup(settings: Settings, out: Path) -> Manifest:
    """Raises `Hopeless`, `ArchiveAway`, `StoreDown`, and OSError of the file."""
    if settings.store:
        raise Hopeless("the store of --store is not ours: back it up by its own means, and the data folder with it")
    with _stage(settings, out) as stage:
        archive = _archive(settings)
        if archive is not None:  # before the store: what it lacks comes again from the stream
            _copy_archive(archive, stage)
        with running_store(settings) as url:
            async with connected(url) as store:
                await copy_store(store, EmbeddedStore(settings.data).folder, stage / STORE)
                halls = await _halls(store, archive)
        _copy_plain(settings.data, stage)  # after the store: what was promised is then at least what it gave
        manifest = _manifest(stage, halls, archive)
        _pack(stage, manifest, out)
    return manifest


@contextmanager
def _stage(settings: Settings, out: Path) -> Iterator[Path]:
    """A folder beside the file, where everything is gathered."""
    if not settings.data.is_dir():
        raise Hopeless(f"there is no data folder {settings.data}")
    with tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=".greenwave-backup-") as place:
        yield Path(place)


def _copy_plain(data: Path, stage: Path) -> None:
    for name in PLAIN:
        if (data / name).is_file():
            (stage / name).write_bytes((data / name).read_bytes())


def _manifest(stage: Path, halls: dict[str, HallNumbers], archive: Archive | None) -> Manifest:
    return Manifest(
        greenwave=version("greenwave"),
        library=VERSION,
        made_at=rfc3339(time.time_ns() // 1_000_000),
        halls=halls,
        files={path.name: member(path) for path in sorted(stage.iterdir())},
        audit=heads_now(archive) if archive is not None else {},
        tables=archive.version() if archive is not None else "",
    )


def _archive(settings: Settings) -> Archive | None:
    """None where nothing was archived yet: the store's stream has it all."""
    archive = Archive(settings.archive, make=False) if has_archive(settings) else None
    return None if archive is not None and archive.is_sqlite and not archive.file.is_file() else archive


def _copy_archive(archive: Archive, stage: Path) -> None:
    if archive.is_sqlite:
        copy_sqlite(archive, stage / SQLITE)
    else:
        dump_postgres(archive, stage / POSTGRES)


async def _halls(store: "Redis", archive: Archive | None) -> dict[str, HallNumbers]:
    return {
        hall.id: HallNumbers(timezone=hall.timezone, busiest=_busiest(archive, hall))
        for hall in await Catalogue(store).halls()
    }


def _busiest(archive: Archive | None, hall: Hall) -> dict[str, int]:
    most = {queue.id: 0 for queue in hall.queues}
    if archive is not None:
        for queue, given in _given_by_day(archive, hall.id):
            most[queue] = max(most.get(queue, 0), given)
    return {**most, "#": sum(most.values())}


def _given_by_day(archive: Archive, hall: str) -> list[tuple[str, int]]:
    """How many numbers each queue gave, on each of the last weeks' days."""
    here = visits.c.hall == hall, visits.c.leg == 1
    with archive.reading() as connection:
        newest = connection.execute(select(func.max(visits.c.day)).where(*here)).scalar()
        if newest is None:
            return []
        recent = visits.c.day >= days_before(newest, WEEKS_DAYS)
        asked = select(visits.c.queue, func.count().label("given")).where(*here, recent)
        rows = connection.execute(asked.group_by(visits.c.day, visits.c.queue))
        return [(row.queue, row.given) for row in rows]


def _pack(stage: Path, manifest: Manifest, out: Path) -> None:
    """The file is there only when it is whole, and readable by its owner alone: it holds the secret."""
    partial = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with (
            os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar,
        ):
            told = msgspec.json.format(msgspec.json.encode(manifest))
            about = tarfile.TarInfo(NAME)
            about.size = len(told)
            tar.addfile(about, io.BytesIO(told))
            for name in manifest.files:
                tar.add(stage / name, arcname=name)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
