"""Ratings (好差评): voluntary, once for each finished stop, by whoever speaks for its visitor."""

import pytest

from queue_server.store.embedded import EmbeddedStore
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.diversions import ask_of, services_of
from tests.support.ratings import device, events_of, served

HOUR_S = 3600


async def rate(hall: HallClient, ticket: str, score: int = 5, **more: object) -> Answer:
    return await hall.post(f"/tickets/{ticket}/rating", {"score": score, **more})


async def test_a_finished_visit_is_rated_once(hall: HallClient) -> None:
    ticket = await served(hall)
    given = await rate(hall, ticket["id"], 4, tags=["fast", "clear"], comment="quick and kind")
    assert given.status == 201
    assert (given["ticket"], given["stop"], given["score"], given["tags"]) == (ticket["id"], 1, 4, ["fast", "clear"])
    again = await rate(hall, ticket["id"], 5)
    assert (again.status, again["code"]) == (409, "ALREADY_RATED")
    [stop] = (await hall.get(f"/tickets/{ticket['id']}/rating"))["stops"]
    assert (stop["stop"], stop["score"], stop["window"]) == (1, 4, 1)


async def test_what_was_not_served_is_not_rated(hall: HallClient) -> None:
    waiting = await hall.ticket()
    assert (await rate(hall, waiting["id"]))["code"] == "NOT_SERVED"
    assert (await hall.get(f"/tickets/{waiting['id']}/rating"))["stops"] == []
    await hall.post(f"/tickets/{waiting['id']}/cancel")
    assert (await rate(hall, waiting["id"]))["code"] == "NOT_SERVED"
    assert (await rate(hall, "260101-0000001"))["code"] == "NO_SUCH_TICKET"
    assert (await hall.get("/tickets/260101-0000001/rating"))["code"] == "NO_SUCH_TICKET"


async def test_each_stop_of_a_visit_has_its_rating_about_who_served_it(
    hall: HallClient, clean_store: EmbeddedStore
) -> None:
    await hall.open(1)
    await hall.open(3)
    ticket = await hall.post("/tickets", {"services": ["A-1", "B-1"], "channel": "kiosk"})
    for act in ("call-next", "start", "finish"):
        await hall.at(1, act)
    assert (await rate(hall, ticket["id"], 5))["stop"] == 1
    for act in ("call-next", "start"):
        await hall.at(3, act)
    assert (await rate(hall, ticket["id"], 2, stop=2))["code"] == "NOT_SERVED"
    await hall.at(3, "finish")
    assert (await rate(hall, ticket["id"], 2))["stop"] == 2
    stops = (await hall.get(f"/tickets/{ticket['id']}/rating"))["stops"]
    assert [(row["window"], row["service"], row["score"]) for row in stops] == [(1, "A-1", 5), (3, "B-1", 2)]
    told = await events_of(clean_store, "RatingGiven")
    assert [(row.window, row.staff, row.service, row.fact("stop")) for row in told] == [
        (1, "clerk 1", "A-1", 1),
        (3, "clerk 3", "B-1", 2),
    ]


async def test_a_pad_rates_what_its_own_window_served_and_no_other(hall: HallClient) -> None:
    ticket = await served(hall)
    own, other = await device(hall, "window", window=1), await device(hall, "window", window=2)
    assert (await other.get("/windows/2/rating")).status == 204
    found = await own.get("/windows/1/rating")
    assert (found["ticket"], found["number"], "score" in found.body) == (ticket["id"], ticket["number"], False)
    assert (await other.get("/windows/1/rating"))["code"] == "WRONG_WINDOW"
    refused = await rate(other, ticket["id"])
    assert (refused.status, refused["code"]) == (403, "WRONG_WINDOW")
    given = await rate(own, ticket["id"], 1)
    assert (given["channel"], "case" in given.body) == ("pad", False)
    assert (await own.get("/windows/1/rating"))["score"] == 1


@pytest.mark.parametrize(("role", "channel"), [("desk", "desk"), ("kiosk", "kiosk")])
async def test_whoever_helps_the_visitor_rates_for_them(hall: HallClient, role: str, channel: str) -> None:
    ticket = await served(hall)
    assert (await rate(await device(hall, role), ticket["id"]))["channel"] == channel


async def test_a_visitor_rates_their_own_ticket_alone(hall: HallClient) -> None:
    mine, other = await served(hall), await hall.ticket()
    assert (await rate(hall.as_(other["token"]), mine["id"]))["code"] == "NO_SUCH_TICKET"
    assert (await rate(hall.as_(mine["token"]), mine["id"]))["channel"] == "phone"


async def test_a_finish_that_was_rated_is_not_taken_back(hall: HallClient) -> None:
    ticket = await served(hall)
    await hall.at(1, "undo")
    assert (await hall.get("/windows/1/rating")).status == 204
    await hall.at(1, "finish")
    await rate(hall, ticket["id"])
    refused = await hall.at(1, "undo")
    assert (refused.status, refused["code"]) == (409, "TOO_LATE")


async def test_a_visit_of_yesterday_is_rated_until_tonight(hall: HallClient, clock: HandClock) -> None:
    ticket, other = await served(hall), await served(hall)
    clock.forward(seconds=24 * HOUR_S)
    await hall.ticket()
    assert (await rate(hall, ticket["id"])).status == 201
    assert (await hall.get("/windows/1/rating")).status == 204
    clock.forward(seconds=24 * HOUR_S)
    await hall.ticket()
    assert (await rate(hall, other["id"]))["code"] == "NO_SUCH_TICKET"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"score": 0},
        {"score": 6},
        {"score": "5"},
        {"score": 5, "tags": ["lovely"]},
        {"score": 5, "comment": ""},
        {"score": 5, "comment": "x" * 501},
        {"score": 5, "comment": "a\x07b"},
        {"score": 5, "stop": 0},
    ],
)
async def test_a_rating_that_cannot_be_meant_is_refused(hall: HallClient, wrong: dict[str, object]) -> None:
    ticket = await served(hall)
    answer = await hall.post(f"/tickets/{ticket['id']}/rating", wrong)
    assert (answer.status, answer["code"]) == (422, "INVALID")


async def test_a_repeated_rating_is_answered_as_the_first(hall: HallClient) -> None:
    ticket = await served(hall)
    path, wish = f"/tickets/{ticket['id']}/rating", {"score": 1}
    first, second = [await hall.post(path, wish, key="one-touch") for _ in range(2)]
    assert (first.status, second.status) == (201, 201)
    assert first["case"] == second["case"]
    assert len((await hall.get("/cases"))["cases"]) == 1


async def test_the_hall_counts_its_ratings(hall: HallClient) -> None:
    for score in (5, 4, 1):
        await rate(hall, (await served(hall))["id"], score)
    await served(hall)
    state = await hall.get("/state")
    found = state["totals"]["ratings"]
    assert (found["count"], found["low"], found["satisfied_pct"], found["rated_pct"]) == (3, 1, 67, 75)
    assert found["scores"] == [1, 0, 0, 1, 1]
    mine = next(row for row in state["queues"] if row["queue"] == "A")
    assert mine["ratings"] == found
    await services_of(hall).cases.look(ask_of(hall))
    async with hall.http.get("/metrics") as told:
        text = await told.text()
    assert 'greenwave_ratings_total{hall="small",queue="A",score="1"} 1.0' in text
    assert 'greenwave_cases{hall="small",state="open"} 1.0' in text
