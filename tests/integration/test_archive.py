"""A hall remembers: its stream in SQL, on SQLite and on PostgreSQL, whatever becomes of either."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from msgspec.structs import replace
from sqlalchemy import event as happening

from ops.archive.archiver import Archiver
from ops.archive.course import Mark
from ops.archive.database import HEAD, Archive, ArchiveAway
from ops.archive.queries import Queries
from ops.archive.rebuild import rebuild
from ops.archive.tables import days, events, metadata, positions, purges, visits
from ops.archive.writing import Overtaken, write
from ops.bench.seed import lives, openings, pour
from queue_server.store import library
from queue_server.store.archive import archived_key
from queue_server.store.catalogue import Catalogue
from queue_server.store.embedded import EmbeddedStore
from tests.integration.test_restored_store import Copy
from tests.support.archives import DAY_MS, ArchivedHall, archived_hall
from tests.support.clocks import NOON

TODAY, TOMORROW = "261122", "261123"


@pytest.fixture
async def small(valkey: EmbeddedStore, tmp_path: Path) -> AsyncIterator[ArchivedHall]:
    """On SQLite."""
    async with archived_hall(valkey, f"sqlite:///{tmp_path}/archive.db", page=50) as hall:
        yield hall


@pytest.fixture(params=["sqlite", "postgresql"])
async def any_small(
    request: pytest.FixtureRequest, valkey: EmbeddedStore, tmp_path: Path
) -> AsyncIterator[ArchivedHall]:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/archive.db" if sqlite else request.getfixturevalue("postgres").database()
    async with archived_hall(valkey, url, page=50) as hall:
        yield hall


async def test_every_event_is_archived_once_and_makes_the_same_visits(any_small: ArchivedHall) -> None:
    small = any_small
    small.visits(30)
    await small.catch_up()
    await small.assert_whole()
    small.begin_anew()  # another one goes on where the first one stood
    small.visits(5, NOON + 600_000)
    await small.catch_up()
    await small.assert_whole()
    assert {leg["status"] for leg in small.rows(visits)} == {"done"}
    assert (await small.state()).status == "ok"


async def test_a_page_that_comes_twice_changes_nothing(any_small: ArchivedHall) -> None:
    small = any_small
    small.visits(5)
    await small.catch_up()
    before = [small.rows(table) for table in (events, visits, positions)]
    [began] = small.rows(positions)
    with pytest.raises(Overtaken):
        write(small.archive, small.hall, Mark(**{**began, "position": 0}, last=b""), await small.stream())
    with small.archive.writing() as connection:
        connection.execute(positions.delete())  # not even when nobody knows any more where it stood
    small.begin_anew()
    await small.catch_up()
    assert [small.rows(table) for table in (events, visits, positions)] == before


async def test_two_archivers_at_once_archive_everything_once(any_small: ArchivedHall) -> None:
    """One that was thought dead goes on while the next one works."""
    small = any_small
    small.visits(100)
    late = Archiver(small.client, Archive(small.url), small.clock, page=10)

    async def work(archiver: Archiver) -> None:
        while await archiver.step():
            pass

    await asyncio.gather(work(small.archiver), work(late))
    late.close()
    await small.assert_whole()


async def test_migrations_make_the_tables_that_the_program_uses(any_small: ArchivedHall) -> None:
    any_small.archive.prepare()
    with any_small.archive.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD


async def test_tables_of_a_newer_program_are_left_alone(small: ArchivedHall) -> None:
    small.visits(1)
    await small.catch_up()
    with small.archive.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    small.begin_anew()
    assert not await small.archiver.step()
    assert (await small.state()).trouble == "newer"


@pytest.fixture
def keep_nothing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The library without the events that it keeps for whoever resumes."""
    monkeypatch.setattr(library, "KEEP_EVENTS", 0)
    library.library_text.cache_clear()
    yield
    monkeypatch.undo()
    library.library_text.cache_clear()


@pytest.mark.usefixtures("keep_nothing")
async def test_the_stream_is_trimmed_only_behind_the_archive(clean_store: EmbeddedStore, tmp_path: Path) -> None:
    async with archived_hall(clean_store, f"sqlite:///{tmp_path}/archive.db") as small:
        await small.archiver.step()  # there is an archive, and it has nothing yet
        small.visits(80)
        for day in range(1, 3):
            await small.close_day(f"2611{22 + day}", NOON + day * DAY_MS)
        assert (await small.streams.ends("small")).first == 1
        await small.catch_up()
        await small.close_day("261125", NOON + 3 * DAY_MS)
        ends = await small.streams.ends("small")
        archived = int(await small.client.get(archived_key("small")))
        assert 1 < ends.first <= archived < ends.last
        await small.catch_up()
        assert len(small.rows(events)) == ends.last, "nothing was trimmed before it was archived"


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


def test_an_archive_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Its log and what goes with it too, under whatever name; a mode that somebody gave it stays."""
    file = tmp_path / "of #1 50%" / "archive.db"
    file.parent.mkdir()
    archive = Archive(f"sqlite:///{file}")
    archive.prepare()
    with archive.reading():
        modes = {path.name: path.stat().st_mode & 0o777 for path in file.parent.iterdir()}
    assert modes == dict.fromkeys(["archive.db", "archive.db-shm", "archive.db-wal"], 0o600)
    archive.close()
    file.chmod(0o640)
    archive.prepare()
    assert file.stat().st_mode & 0o777 == 0o640


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


async def test_visits_and_days_can_be_made_anew_from_the_events(any_small: ArchivedHall) -> None:
    small = any_small
    small.visits(20)
    await small.close_day(TOMORROW, NOON + DAY_MS)
    await small.catch_up()
    before = [small.rows(table) for table in (visits, days)]
    with small.archive.writing() as connection:
        connection.execute(visits.update().values(status="wrong"))
        connection.execute(days.update().values(visits=0))
    await rebuild(small.url, f"unix://{small.socket}", lambda _: None)
    assert [small.rows(table) for table in (visits, days)] == before


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


async def test_what_is_personal_leaves_by_rule_after_the_day_is_closed(any_small: ArchivedHall) -> None:
    small = any_small
    small.visits(2)
    await small.close_day(TOMORROW, NOON + DAY_MS)
    await small.catch_up()
    assert b"clerk 1" in b"".join(row["packed"] for row in small.rows(events))
    assert small.rows(purges) == []
    await small.close_day("270302", NOON + 100 * DAY_MS)
    small.visits(1, NOON + 100 * DAY_MS)
    await small.close_day("270303", NOON + 101 * DAY_MS)
    await small.catch_up()
    kept = {row["day"]: row["packed"] for row in small.rows(events) if row["name"] == "WindowOpened"}
    assert b"clerk" not in kept[TODAY] and b"clerk" in kept["270302"]
    logged = [(row["rule"], row["up_to"], row["events"]) for row in small.rows(purges)]
    assert ("staff", TODAY, 5 + 5 + 2 * 3) in logged  # windows opened and closed, and three acts of each visit
    before = small.rows(events)
    small.begin_anew()
    small.visits(1, NOON + 101 * DAY_MS)
    await small.catch_up()
    assert small.rows(events)[: len(before)] == before, "it knows the stream again though it was purged"


async def test_a_usual_day_and_the_error_of_what_was_told_come_from_closed_days(any_small: ArchivedHall) -> None:
    small = any_small
    for day, (following, visitors) in enumerate([(TOMORROW, 10), ("261124", 20)]):
        small.visits(visitors, NOON + day * DAY_MS)
        await small.close_day(following, NOON + (day + 1) * DAY_MS)
    small.visits(3, NOON + 2 * DAY_MS)
    await small.catch_up()
    queries = Queries(small.archive)
    assert [(row.day, row.visits) for row in queries.days("small")] == [(TOMORROW, 20), (TODAY, 10)]
    monday = queries.usual("small", 0)
    assert (monday.days, monday.slots[48].minute, monday.slots[48].issued) == (1, 720, 20.0)
    assert sum(slot.issued for slot in monday.slots) == 20
    assert queries.usual("small", 4).slots == ()
    whole = queries.accuracy("small", "261124")[0]
    assert whole.queue == "" and whole.today and whole.yesterday and whole.weeks
    assert (whole.today.tickets, whole.yesterday.tickets, whole.weeks.tickets) == (3, 20, 30)
    assert {row.queue for row in queries.accuracy("small", "261124")[1:]} == {"A", "B", "C"}


async def test_on_monday_the_error_of_friday_is_told(small: ArchivedHall) -> None:
    """Days without visits, a weekend or a holiday, say nothing of how true the hall's word is."""
    for visitors, begins, following in [(5, 0, TOMORROW), (0, 1, "261124"), (0, 2, "261125")]:
        if visitors:
            small.visits(visitors, NOON + begins * DAY_MS)
        await small.close_day(following, NOON + (begins + 1) * DAY_MS)
    small.visits(3, NOON + 3 * DAY_MS)
    await small.catch_up()
    whole = Queries(small.archive).accuracy("small", "261125")[0]
    assert whole.today and whole.yesterday and whole.weeks
    assert (whole.today.tickets, whole.yesterday.tickets, whole.weeks.tickets) == (3, 5, 5)


async def test_what_was_learnt_is_kept_for_a_few_days(any_small: ArchivedHall) -> None:
    any_small.archive.prepare()
    queries = Queries(any_small.archive)
    assert queries.learnt("small") is None
    for day in range(10):
        queries.keep_learnt("small", f"26112{day}", b"%d" % day)
    queries.keep_learnt("small", "261129", b"again")
    found = queries.learnt("small")
    assert found is not None and (found.day, found.blob) == ("261129", b"again")


def test_an_archive_that_is_not_there_is_not_made_by_who_reads_it(tmp_path: Path) -> None:
    with pytest.raises(ArchiveAway):
        Queries(Archive(f"sqlite:///{tmp_path}/archive.db", make=False)).days("small")
    assert list(tmp_path.iterdir()) == []
