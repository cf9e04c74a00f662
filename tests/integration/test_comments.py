"""Comments: what visitors wrote or touched with their ratings, for managers, for thirty days, without persons."""

import pytest

from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.ratings import device, served

DAY_S = 24 * 3600


async def rated(hall: HallClient, score: int, comment: str = "", window: int = 1, service: str = "A-1") -> Answer:
    ticket = await served(hall, window, service)
    body = {"score": score, **({"comment": comment} if comment else {"tags": ["friendly"]})}
    given = await hall.post(f"/tickets/{ticket['id']}/rating", body)
    assert given.status == 201, given
    return ticket


async def told(hall: HallClient, query: str = "") -> list[tuple[str, int]]:
    rows = (await hall.get(f"/ratings{query}"))["comments"]
    return [(row.get("comment", ""), row["score"]) for row in rows]


async def test_good_ones_too_the_latest_first_and_without_who_served(hall: HallClient, clock: HandClock) -> None:
    await rated(hall, 5, "so kind")
    clock.forward(seconds=60)
    await rated(hall, 1, "so slow", window=3, service="B-1")
    clock.forward(seconds=60)
    await rated(hall, 4)
    assert await told(hall) == [("", 4), ("so slow", 1), ("so kind", 5)]
    assert await told(hall, "?words=1&score=5") == [("so kind", 5)]
    assert await told(hall, "?queue=B") == [("so slow", 1)]
    assert await told(hall, "?to=2026-11-22") != [] == await told(hall, "?to=2026-01-01"), "long forgotten"
    assert await told(hall, "?from=2027-11-30") == [], "not yet"
    [row] = (await hall.get("/ratings?limit=1"))["comments"]
    assert "staff" not in row and (await hall.get("/ratings?limit=1"))["more"]


async def test_what_says_nothing_is_no_comment(hall: HallClient) -> None:
    ticket = await served(hall)
    await hall.post(f"/tickets/{ticket['id']}/rating", {"score": 5})
    assert await told(hall) == []


async def test_after_thirty_days_it_is_forgotten(
    hall: HallClient, clock: HandClock, clean_store: EmbeddedStore
) -> None:
    await rated(hall, 5, "so kind")
    clock.forward(seconds=29 * DAY_S)
    await hall.ticket()
    assert await told(hall) == [("so kind", 5)]
    clock.forward(seconds=2 * DAY_S)
    await hall.ticket()
    assert await told(hall) == []
    client = connect(clean_store.url)
    assert [await client.exists(f"gw:{{small}}:{key}") for key in ("gm:261122", "gq")] == [0, 0]
    await client.aclose()


async def test_as_a_file_no_words_are_a_formula(hall: HallClient, clock: HandClock) -> None:
    await rated(hall, 5, "=1+1")
    clock.forward(seconds=DAY_S)
    await rated(hall, 4, "fine", window=3, service="B-1")
    url = f"/api/v1/halls/{hall.hall}/ratings?limit=1"
    headers = {"Authorization": f"Bearer {hall.token}", "Accept": "text/csv", "Accept-Language": "en"}
    async with hall.http.get(url, headers=headers) as answer:
        assert answer.content_type == "text/csv"
        lines = (await answer.text()).lstrip("\ufeff").splitlines()
    assert len(lines) == 3 and "'=1+1" in lines[2], "all of them, whatever the limit of a page"


@pytest.mark.parametrize("wrong", ["from=x", "score=6", "from=2026-11-22&to=2026-11-21", "words=yes"])
async def test_a_question_that_means_nothing_is_refused(hall: HallClient, wrong: str) -> None:
    assert (await hall.get(f"/ratings?{wrong}"))["code"] == "INVALID"


async def test_comments_are_for_managers(hall: HallClient) -> None:
    assert (await (await device(hall, "desk")).get("/ratings"))["code"] == "WRONG_ROLE"
    assert (await (await device(hall, "manager")).get("/ratings")).status == 200
