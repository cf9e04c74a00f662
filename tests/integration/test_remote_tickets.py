"""Tickets from afar: anybody's by default, else as the hall asks."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from queue_server.domain.rules import Quota, Remote, Site
from tests.conftest import StartHall
from tests.support.bookings import booked_hall, watch_mail
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.contract import device, is_problem
from tests.support.halls import small_hall


async def take(hall: HallClient, service: str = "A-1", **more: Any) -> Answer:
    headers = more.pop("headers", {})
    return await hall.as_("").post("/tickets", {"service": service, "channel": "phone", **more}, **headers)


async def test_a_hall_without_rules_gives_a_thousand_to_one_address(start_hall: StartHall) -> None:
    hall = await start_hall(small_hall())
    answers = await asyncio.gather(*(take(hall) for _ in range(1000)))
    assert Counter(answer.status for answer in answers) == {201: 1000}
    assert len({answer["number"] for answer in answers}) == 1000


async def test_a_phone_must_be_near_where_the_hall_says_so(start_hall: StartHall) -> None:
    hall = await start_hall(booked_hall(remote=Remote(distance_m=500, site=Site(latitude=30.0, longitude=120.58))))
    is_problem(await take(hall), 422, "POSITION_NEEDED")
    there = {"latitude": 30.0061, "longitude": 120.58}
    assert is_problem(await take(hall, position=there), 403, "TOO_FAR")["distance_m"] == 678
    is_problem(await take(hall, position={**there, "accuracy_m": 1_000_000}), 403, "TOO_FAR")
    assert (await take(hall, position={**there, "latitude": 30.005, "accuracy_m": 1000})).status == 201
    assert (await take(hall, position={"latitude": 30, "longitude": 120.58})).status == 201
    for role in ("desk", "manager"):
        helper = await device(hall, role)
        assert (await helper.post("/tickets", {"service": "A-1", "channel": "phone"})).status == 201


async def test_quotas_hold_for_an_item_or_a_queue_in_their_hours(start_hall: StartHall, clock: HandClock) -> None:
    quotas = (Quota(service="A-1", from_min=12 * 60, to_min=13 * 60, most=2), Quota(queue="B", most=1))
    hall = await start_hall(booked_hall(remote=Remote(quotas=quotas)))
    answers = await asyncio.gather(*(take(hall) for _ in range(5)))
    assert Counter(answer.status for answer in answers) == {201: 2, 409: 3}
    assert is_problem(await take(hall), 409, "QUOTA_REACHED")["most"] == 2
    both = await hall.as_("").post("/tickets", {"services": ["A-2", "A-1"], "channel": "phone"})
    is_problem(both, 409, "QUOTA_REACHED")
    assert [(await take(hall, service)).status for service in ("A-2", "B-1", "B-1")] == [201, 201, 409]
    assert (await hall.ticket("A-1")).status == 201, "who stands at a kiosk is not bound"
    clock.forward(hours=1)
    assert [(await take(hall, service)).status for service in ("A-1", "B-1")] == [201, 409]
    clock.forward(hours=23)
    assert [(await take(hall, service)).status for service in ("A-1", "B-1")] == [201, 201]


async def test_persons_and_addresses_have_their_limits(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(booked_hall(remote=Remote(per_person_day=2, per_address_hour=4)))
    mine = {"visitor": {"phone": "138 1234 5678"}}
    is_problem((await take(hall, **mine), await take(hall, **mine))[1], 409, "ALREADY_WAITING")
    assert (await take(hall, "B-1", **mine)).status == 201
    is_problem(await take(hall, "C-1", visitor={"phone": "+8613812345678"}), 409, "QUOTA_REACHED")
    for nobody in ({}, {"visitor": {}}):
        is_problem(await take(hall, "C-1", **nobody), 401, "IDENTITY_NEEDED")
    others = [{"visitor": {"phone": f"1390000000{n}"}} for n in range(4)]
    assert [(await take(hall, "C-1", **one)).status for one in others[:3]] == [201, 201, 429]
    limited = is_problem(await take(hall, "C-1", **others[3]), 429, "TOO_MANY")
    assert limited["retry_after_s"] == 3600 and limited.headers["Retry-After"] == "3600"
    forged = await take(hall, "C-1", **others[3], headers={"X-Forwarded-For": "203.0.113.9"})
    is_problem(forged, 429, "TOO_MANY")
    clock.forward(hours=1)
    assert (await take(hall, "C-1", **others[3])).status == 201


async def test_a_hall_may_want_to_know_who_asks(start_hall: StartHall, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = watch_mail(monkeypatch)
    hall = await start_hall(booked_hall(remote=Remote(identity="code")))
    key = {"headers": {"Idempotency-Key": "press"}}
    refused = is_problem(await take(hall, **key), 401, "IDENTITY_NEEDED")
    assert refused.headers["WWW-Authenticate"]
    await hall.as_("").post("/codes", {"phone": "13812345678"})
    proven = await hall.as_("").post("/proofs", {"phone": "13812345678", "code": mail.codes[0]})
    hall.http.session.cookie_jar.clear()  # type: ignore[union-attr]
    known = {"headers": {"Greenwave-Person": proven["proof"]}}
    assert (await take(hall, headers={**key["headers"], **known["headers"]})).status == 201
    is_problem(await take(hall, visitor={"phone": "13999999999"}, **known), 409, "ALREADY_WAITING")
