"""Whatever becomes of the store, the database or the disk: nothing is lost, and what is wrong is said."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import event as happening

from ops.archive.database import Archive, ArchiveAway
from ops.archive.queries import Queries
from ops.archive.rebuild import rebuild
from ops.archive.tables import events, positions, visits
from ops.bench.seed import lives, openings, pour
from queue_server.store.catalogue import Catalogue
from queue_server.store.embedded import EmbeddedStore
from tests.integration.test_restored_store import Copy
from tests.support.archives import ArchivedHall, archived_hall
from tests.support.clocks import NOON

TODAY = "261122"


async def test_a_store_that_was_put_back_begins_another_life(any_small: ArchivedHall, valkey: EmbeddedStore) -> None:
    """What the store forgot stays archived; what happens instead comes after it, and nothing collides."""
    small = any_small
    small.visits(5)
    copy = Copy(valkey, "small")
    small.visits(20, NOON + 600_000)
    await small.catch_up()
    before = small.rows(events)
    copy.put_back()
    small.visits(30, NOON + 1_200_000)  # beyond where it had been: only the events tell that it went back
    stream = await small.stream()
    await small.catch_up()
    after = small.rows(events)
    assert after[: len(before)] == before
    fork = next(
        index for index, (old, new) in enumerate(zip(before, stream, strict=False)) if old["packed"] != new.packed
    )
    assert [row["packed"] for row in after[len(before) :]] == [entry.packed for entry in stream[fork:]]
    assert [row["id"] for row in after] == list(range(1, len(after) + 1))
    assert [(row["life"], row["fork"]) for row in small.rows(positions)] == [(1, 0), (2, fork)]
    assert sum(leg["leg"] == 1 for leg in small.rows(visits)) == 55


async def test_a_store_that_lost_everything_begins_another_life(
    small: ArchivedHall,
) -> None:
    small.visits(5)
    await small.catch_up()
    for key in await small.client.keys("gw:{small}*"):
        await small.client.delete(key)
    small.visits(3, NOON + 600_000)
    await small.catch_up()
    assert sum(leg["leg"] == 1 for leg in small.rows(visits)) == 8
    assert (await small.state()).behind == 0


@pytest.mark.parametrize("instead", ["nothing", "another"])
async def test_a_file_that_is_taken_away_while_it_is_written_is_made_anew(instead: str, small: ArchivedHall) -> None:
    """What went into the file that is gone is in the stream yet; nothing is called archived that is not."""
    small.visits(5)
    await small.catch_up()
    for part in small.archive.file.parent.glob("archive.db*"):
        part.unlink()
    if instead == "another":
        Archive(small.url).prepare()
    archived = await small.streams.archived_up_to("small")
    small.visits(5, NOON + 600_000)
    assert not await small.archiver.step()
    assert await small.streams.archived_up_to("small") == archived
    assert (await small.state()).trouble == "away"
    await small.catch_up()
    await small.assert_whole()
    assert (await small.state()).status == "ok"


def test_who_reads_a_file_that_was_replaced_reads_the_new_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/archive.db"
    Archive(url).prepare()
    reader = Queries(Archive(url, make=False))
    assert reader.learnt("small") is None
    for part in tmp_path.glob("archive.db*"):
        part.unlink()
    Archive(url).prepare()
    Queries(Archive(url)).keep_learnt("small", TODAY, b"new")
    with pytest.raises(ArchiveAway, match="removed or replaced"):
        reader.learnt("small")
    found = reader.learnt("small")
    assert found is not None and found.blob == b"new"


def _damage(file: Path) -> None:
    file.write_bytes(b"nonsense" * 1000)
    for left in file.parent.glob(f"{file.name}-*"):  # its log is gone too
        left.unlink()


async def test_a_lost_archive_comes_back_from_the_stream_and_says_what_does_not(small: ArchivedHall) -> None:
    small.visits(30)
    await small.catch_up()
    small.archiver.close()
    _damage(small.archive.file)
    await small.client.xtrim("gw:{small}:e", minid="41-0", approximate=False)
    said: list[str] = []
    await rebuild(small.url, f"unix://{small.socket}", said.append)
    assert "the archive was damaged" in said[0] and "archive.db.damaged-" in said[0]
    assert said[1] == "small: 86 events archived; 40 events were no longer in the store and cannot be recovered"
    small.begin_anew()
    assert [row["id"] for row in small.rows(events)] == list(range(41, 127))


async def test_a_database_that_is_down_loses_nothing_and_says_how_long_it_can_be(
    valkey: EmbeddedStore, postgres: Any
) -> None:
    async with archived_hall(valkey, postgres.database(), page=50) as small:
        small.visits(5)
        await small.catch_up()
        postgres.stop()
        small.visits(20, NOON + 600_000)
        small.clock.forward(hours=1)
        assert not await small.archiver.step()
        state = await small.state()
        assert (state.status, state.trouble, state.behind) == ("behind", "away", 85)
        assert state.since == small.clock.at and state.lasts_s > 3600
        postgres.start()
        await small.catch_up()
        await small.assert_whole()
        assert (await small.state()).status == "ok"


async def test_the_room_that_is_told_is_shared_and_a_night_adds_nothing_to_it(
    valkey: EmbeddedStore, tmp_path: Path
) -> None:
    """How long the store can wait is told for halls as busy as they last were, all of them together."""
    async with archived_hall(valkey, f"sqlite:///{tmp_path}/nowhere/archive.db") as small:
        small.visits(200)
        await small.archiver.step()
        busy = (await small.state()).lasts_s
        small.clock.forward(hours=12)
        await small.archiver.step()
        assert (await small.state()).lasts_s == pytest.approx(busy, rel=0.02)
        other = replace(small.hall, id="other")
        await Catalogue(small.client).keep(other)
        pour(small.socket, "other", openings(other, NOON))
        pour(small.socket, "other", lives(other, 200, NOON))
        await small.archiver.step()
        await small.archiver.step()
        assert (await small.state()).lasts_s == pytest.approx(busy / 2, rel=0.02)


async def test_a_full_disk_is_said_and_goes_on_when_there_is_room(small: ArchivedHall) -> None:
    small.visits(5)
    await small.catch_up()
    room: dict[str, int] = {"pages": 1}

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={room['pages']}")

    small.begin_anew()
    happening.listen(small.archive.engine, "connect", limit)
    small.visits(300, NOON + 600_000)
    await small.catch_up()
    assert (await small.state()).trouble == "full"
    room["pages"] = 1_000_000
    small.archive.close()
    await small.catch_up()
    await small.assert_whole()
