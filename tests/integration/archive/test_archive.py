"""A hall remembers: its stream in SQL, on SQLite and on PostgreSQL, once, for as long as its rules say."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ops.archive.archiver import Archiver
from ops.archive.course import Mark
from ops.archive.database import HEAD, Archive, ArchiveAway
from ops.archive.queries import Queries
from ops.archive.rebuild import rebuild
from ops.archive.tables import days, events, metadata, positions, purges, visits
from ops.archive.writing import Overtaken, write
from queue_server.store import library
from queue_server.store.archive import archived_key
from queue_server.store.embedded import EmbeddedStore
from tests.support.archives import DAY_MS, ArchivedHall, archived_hall
from tests.support.clocks import NOON

TODAY, TOMORROW = "261122", "261123"


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
