"""A hall in one file, and back again: rehearsed, so that nobody does it for the first time on a bad day."""

import asyncio
import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from ops.archive.backup import backup
from ops.archive.copies import copy_store
from ops.archive.database import HEAD, Archive
from ops.archive.manifest import NAME, POSTGRES, SQLITE, member
from ops.archive.queries import Queries
from ops.archive.reaching import Hopeless, connected, settings_of
from ops.archive.restore import restore
from ops.bench.seed import now_ms
from queue_server.app import create_app
from queue_server.settings import Settings
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from tests.support.archives import DAY_MS, archived_hall, inside
from tests.support.client import ADMIN, HallClient
from tests.support.clocks import NOON
from tests.support.halls import small_hall
from tests.support.postgres import Cluster


async def numbers(hall: HallClient, count: int) -> set[str]:
    return {(await hall.ticket())["number"] for _ in range(count)}


async def waiting(hall: HallClient) -> int:
    return int((await hall.get("/state"))["totals"]["waiting"])


@asynccontextmanager
async def open_hall(data: Path) -> AsyncIterator[HallClient]:
    """The small hall on the store in a data folder, served by a worker."""
    store = EmbeddedStore(data)
    store.start()
    try:
        client = connect(store.url)
        await Catalogue(client).keep(small_hall())
        await client.aclose()
        settings = Settings(data=data, store=store.url, open_now=True, admin_token=ADMIN)
        async with TestClient(TestServer(create_app(settings, bytes(32), ()))) as http:
            yield HallClient(http, "small")
    finally:
        store.stop()


async def test_a_hall_comes_back_as_it_was_backed_up_and_gives_no_number_twice(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "hall.tar.gz"
    settings = settings_of({"data": data})
    async with open_hall(data) as hall:
        before = await numbers(hall, 5)
        await backup(settings, file)  # the hall goes on meanwhile
        after = await numbers(hall, 40)
        with pytest.raises(Hopeless, match="a hall runs on"):
            restore(settings, file, now_ms())
    shutil.rmtree(data)
    restore(settings, file, now_ms())
    async with open_hall(data) as hall:
        assert await waiting(hall) == 5
        assert not (before | after) & await numbers(hall, 3)
        assert await waiting(hall) == 8
    assert file.stat().st_mode & 0o077 == 0, "it holds the secret"


def test_the_day_after_it_skips_what_a_busy_day_gives(backed_up: Path, tmp_path: Path) -> None:
    """The backup is of another day: what has been given today nobody knows."""
    restore(settings_of({"data": tmp_path / "new"}), backed_up, NOON + 3 * DAY_MS)
    promised = json.loads((tmp_path / "new" / "promises.json").read_bytes())["small"]
    assert promised["numbers"] == {"A": 3, "B": 1, "C": 1, "SELF": 0, "#": 5}
    assert promised["day"] == "261125"


async def test_a_store_that_is_not_ours_is_left_to_its_own_means(valkey: EmbeddedStore, tmp_path: Path) -> None:
    """Its snapshot may be all that its owner has."""
    theirs = valkey.folder / "dump.rdb"
    theirs.write_bytes(b"all that they have")
    settings = settings_of({"data": tmp_path, "store": valkey.url})
    try:
        with pytest.raises(Hopeless, match="not ours: back it up by its own means"):
            await backup(settings, tmp_path / "hall.tar.gz")
        assert theirs.read_bytes() == b"all that they have"
    finally:
        theirs.unlink()
    assert inside(tmp_path) == []


async def test_a_snapshot_that_lay_beside_our_store_stays_there(valkey: EmbeddedStore, tmp_path: Path) -> None:
    snapshot = valkey.folder / "dump.rdb"
    async with connected(valkey.url) as client:
        await copy_store(client, valkey.folder, tmp_path / "store.rdb")
        assert not snapshot.exists(), "what a backup made goes with it"
        await client.save()
        await copy_store(client, valkey.folder, tmp_path / "store.rdb")
    assert snapshot.is_file()
    snapshot.unlink()


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a hall that has stopped."""
    folder = tmp_path_factory.mktemp("backed")
    data, file = folder / "data", folder / "hall.tar.gz"
    asyncio.run(a_day_in(data, f"sqlite:///{data}/archive.db"))
    (data / "secret").write_text("00" * 32)
    asyncio.run(backup(settings_of({"data": data}), file))
    return file


async def a_day_in(data: Path, archive: str) -> None:
    """Five visits on a day that is closed and archived; the store stops after it."""
    store = EmbeddedStore(data)
    store.start()
    try:
        async with archived_hall(store, archive) as small:
            small.visits(5)
            await small.close_day("261123", NOON + DAY_MS)
            await small.catch_up()
    finally:
        store.stop()


def test_everything_that_a_hall_needs_is_in_it(backed_up: Path, tmp_path: Path) -> None:
    data = tmp_path / "new"
    restore(settings_of({"data": data}), backed_up, NOON)
    assert inside(data) == ["archive.db", "promises.json", "secret", "store"]
    assert data.stat().st_mode & 0o077 == 0 and (data / "secret").stat().st_mode & 0o077 == 0
    [day] = Queries(Archive(f"sqlite:///{data}/archive.db")).days("small")
    assert day.visits == 5


def rewritten(file: Path, out: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The backup with some of it changed."""
    with tarfile.open(file) as old, tarfile.open(out, "w:gz") as new:
        for entry in old:
            source = old.extractfile(entry)
            assert source is not None
            content = change(entry.name, source.read())
            entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))
    return out


def newer(name: str, content: bytes) -> bytes:
    return json.dumps(json.loads(content) | {"greenwave": "99.1.0"}).encode() if name == NAME else content


def of_newer_tables(name: str, content: bytes) -> bytes:
    return json.dumps(json.loads(content) | {"tables": "9999"}).encode() if name == NAME else content


def spoilt(name: str, content: bytes) -> bytes:
    return b"00" * 32 + b"1" if name == "secret" else content


def strange(name: str, content: bytes) -> bytes:
    if name != NAME:
        return content
    manifest = json.loads(content)
    return json.dumps(manifest | {"files": manifest["files"] | {"../x": {"bytes": 0, "sha256": ""}}}).encode()


def elsewhere(name: str, content: bytes) -> bytes:
    return content.replace(b"Asia/Shanghai", b"Mars/Olympus") if name == NAME else content


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (newer, "newer Greenwave .99.1.0."),
        (of_newer_tables, "newer Greenwave"),
        (spoilt, "`secret` is not what was backed up"),
        (strange, "damaged"),
        (elsewhere, "damaged.*Mars/Olympus"),
    ],
)
def test_a_backup_that_is_not_right_is_refused_and_nothing_is_touched(
    change: Any, why: str, backed_up: Path, tmp_path: Path
) -> None:
    file = rewritten(backed_up, tmp_path / "other.tar.gz", change)
    with pytest.raises(Hopeless, match=why):
        restore(settings_of({"data": tmp_path / "new"}), file, NOON)
    assert inside(tmp_path) == ["other.tar.gz"]


OF_REPORTS = ("stop", "stops", "journey", "booked", "score", "staff")


def as_the_first_program_made_it(archive: Path) -> None:
    """Without what reports and the ledger brought."""
    connection = sqlite3.connect(archive)
    for table in ("tallies", "cases", "mailed", "audit", "audit_anchors"):
        connection.execute(f"DROP TABLE {table}")
    for column in OF_REPORTS:
        connection.execute(f"ALTER TABLE visits DROP COLUMN {column}")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    connection.close()


@pytest.fixture
def of_old(backed_up: Path, tmp_path: Path) -> Path:
    """A backup that an older program made."""
    older = tmp_path / SQLITE
    with tarfile.open(backed_up) as tar:
        source = tar.extractfile(SQLITE)
        assert source is not None
        older.write_bytes(source.read())
    as_the_first_program_made_it(older)

    def old(name: str, content: bytes) -> bytes:
        if name != NAME:
            return older.read_bytes() if name == SQLITE else content
        manifest = json.loads(content)
        files = manifest["files"] | {SQLITE: msgspec.to_builtins(member(older))}
        kept = {key: manifest[key] for key in ("format", "made_at", "halls")}
        return json.dumps(kept | {"greenwave": "0.3.0", "library": 1, "files": files}).encode()

    return rewritten(backed_up, tmp_path / "old.tar.gz", old)


def test_a_backup_of_an_older_program_comes_back_and_is_brought_up_to_date(of_old: Path, tmp_path: Path) -> None:
    restore(settings_of({"data": tmp_path / "new"}), of_old, NOON)
    archive = Archive(f"sqlite:///{tmp_path / 'new' / SQLITE}", make=False)
    assert archive.version() == "0001"
    archive.prepare()  # as the server does when it starts
    assert archive.version() == HEAD
    counted = Queries(archive).counted(small_hall(), "261122", "261122", "queue")
    assert counted.days["261122"].visits == 5
    archive.close()


@pytest.fixture
def cut(backed_up: Path, tmp_path: Path) -> Iterator[Path]:
    """The first half of a backup."""
    half = tmp_path / "half.tar.gz"
    half.write_bytes(backed_up.read_bytes()[: backed_up.stat().st_size // 2])
    yield half


def test_half_a_backup_is_none(cut: Path, tmp_path: Path) -> None:
    with pytest.raises(Hopeless, match="damaged"):
        restore(settings_of({"data": tmp_path / "new"}), cut, NOON)
    assert not (tmp_path / "new").exists()


def test_a_folder_with_anything_in_it_is_left_alone(backed_up: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "letter").write_text("mine")
    with pytest.raises(Hopeless, match="is not empty"):
        restore(settings_of({"data": tmp_path / "new"}), backed_up, NOON)
    assert inside(tmp_path / "new") == ["letter"]


async def test_an_archive_in_postgresql_is_backed_up_with_its_hall(postgres: Cluster, tmp_path: Path) -> None:
    data, file, url = tmp_path / "data", tmp_path / "hall.tar.gz", postgres.database()
    await a_day_in(data, url)
    made = await backup(settings_of({"data": data, "archive": url}), file)
    assert POSTGRES in made.files
    with pytest.raises(Hopeless, match="has an archive already"):
        restore(settings_of({"data": tmp_path / "new", "archive": url}), file, NOON)
    with pytest.raises(Hopeless, match="of another kind"):
        restore(settings_of({"data": tmp_path / "new"}), file, NOON)
    fresh = postgres.database()
    restore(settings_of({"data": tmp_path / "new", "archive": fresh}), file, NOON)
    assert [day.visits for day in Queries(Archive(fresh)).days("small")] == [5]
