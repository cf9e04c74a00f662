"""Past days over the API and as files: what the staff heard then, from the archive and from what it has not got yet."""

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ops.archive.export import export
from ops.archive.past import SqlPast
from ops.archive.reaching import Hopeless, settings_of
from queue_server.contract.events import for_staff
from queue_server.forecast.heard import hear_line
from queue_server.store.events import unpack_event
from tests.conftest import StartHall
from tests.support.archives import DAY_MS, ArchivedHall, archived_hall, inside
from tests.support.client import HallClient
from tests.support.clocks import NOON
from tests.support.contract import device, is_problem, lines_of

DAY, NEXT = "2026-11-22", "2026-11-23"


@pytest.fixture
async def small(clean_store: Any, tmp_path: Path) -> AsyncIterator[ArchivedHall]:
    async with archived_hall(clean_store, f"sqlite:///{tmp_path}/archive.db") as small:
        small.visits(10)
        await small.close_day("261123", NOON + DAY_MS)
        small.visits(2, NOON + DAY_MS)
        await small.catch_up()
        yield small


@pytest.fixture
async def hall(small: ArchivedHall, start_hall: StartHall) -> HallClient:
    return await start_hall(past=SqlPast(small.url))


async def test_a_past_day_is_heard_again_page_by_page(small: ArchivedHall, hall: HallClient) -> None:
    answer = await hall.get("/days")
    assert answer.body == {"days": [{"day": DAY, "visits": 10, "mean_wait_s": answer["days"][0]["mean_wait_s"]}]}
    heard: list[dict[str, Any]] = []
    while page := await lines_of(hall, f"/days/{DAY}/events?after={heard[-1]['id'] if heard else 0}&limit=20"):
        heard += page
    told = [for_staff(small.hall, row.position, unpack_event(row.packed)) for row in await small.stream()]
    happened = [one for one in told if one["event"] != "ActNoted"]  # this reading, once, which is not archived yet
    assert len(told) == len(happened) + 1
    closing = next(index for index, one in enumerate(happened) if one["event"] == "DayClosed" and one.get("day"))
    assert heard == happened[: closing + 1]
    assert await lines_of(hall, f"/days/{NEXT}/events") == happened[closing + 1 :]


async def test_days_are_for_managers_and_a_day_that_is_not_there_is_none(hall: HallClient) -> None:
    is_problem(await (await device(hall, "desk")).get("/days"), 403, "WRONG_ROLE")
    for day in ("2026-11-21", "2026-02-30", "yesterday"):
        is_problem(await hall.get(f"/days/{day}/events"), 404, "NO_SUCH_DAY")
    is_problem(await hall.get(f"/days/{DAY}/events?limit=0"), 422, "INVALID")


async def test_without_its_archive_a_hall_goes_on(start_hall: StartHall, tmp_path: Path) -> None:
    hall = await start_hall(past=SqlPast(f"sqlite:///{tmp_path}/nowhere.db"))
    refused = is_problem(await hall.get("/days"), 503, "ARCHIVE_AWAY")
    assert refused.headers["Retry-After"]
    await hall.ticket()


async def test_a_day_is_exported_as_a_forecast_reads_it(small: ArchivedHall, tmp_path: Path) -> None:
    """Today's latest events are not archived yet: they come from the stream."""
    small.visits(3, NOON + DAY_MS + 60_000)
    settings = settings_of({"data": tmp_path, "store": f"unix://{small.socket}"})
    packed = tmp_path / "day.jsonl.gz"
    count = await export(settings, "261123", "", packed)
    lines = gzip.decompress(packed.read_bytes()).splitlines()
    happened = [row for row in await small.stream() if unpack_event(row.packed).at >= NOON + DAY_MS]
    expected = [for_staff(small.hall, row.position, unpack_event(row.packed)) for row in happened]
    after = next(index for index, one in enumerate(expected) if one["event"] == "DayClosed") + 1
    assert [json.loads(line) for line in lines] == expected[after:]
    assert count == len(lines)
    assert [hear_line(line).name for line in lines] == [one["event"] for one in expected[after:]]
    plain = tmp_path / "before.jsonl"
    assert await export(settings, "261122", "small", plain) == len(await small.stream()) - count
    assert [path.stat().st_mode & 0o777 for path in (packed, plain)] == [0o600, 0o600], "it says who served whom"


async def test_what_cannot_be_exported_says_why_and_leaves_no_file(small: ArchivedHall, tmp_path: Path) -> None:
    settings = settings_of({"data": tmp_path, "store": f"unix://{small.socket}"})
    with pytest.raises(Hopeless, match="nothing is kept of 2026-01-31 in small; there are days from 2026-11-22 to"):
        await export(settings, "260131", "", tmp_path / "day.jsonl")
    with pytest.raises(Hopeless, match="there is no hall `other`; there are small"):
        await export(settings, "261122", "other", None)
    assert not [path for path in inside(tmp_path) if "jsonl" in path]
