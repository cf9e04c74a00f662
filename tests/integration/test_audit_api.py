"""The ledger of a running hall: who did what is found there, with why and from where, by its managers alone."""

import csv
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.audits import AuditedHalls, audited_halls
from tests.support.contract import device, is_problem


@pytest.fixture
async def halls(valkey: Any, tmp_path: Path) -> AsyncIterator[AuditedHalls]:
    async with audited_halls(valkey, tmp_path) as halls:
        yield halls


async def test_an_act_of_a_clerk_says_who_what_why_when_and_from_where(halls: AuditedHalls) -> None:
    window = await device(halls.hall, "window", window=1)
    visit = await halls.hall.ticket()
    await window.open(1)
    await window.at(1, "call-next")
    await window.at(1, "start")
    await window.at(1, "hold", {"reason": "papers at home"})
    found = await halls.entries(f"&ticket={visit['id']}")
    assert [one["act"] for one in found] == ["TicketIssued", "TicketCalled", "ServiceStarted", "TicketHeld"]
    held = found[-1]
    assert (held["actor"], held["staff"], held["reason"]) == ("window:1", "clerk 1", "papers at home")
    assert (held["number"], held["window"], held["whence"]) == ("A001", 1, "127.0.0.1")
    assert held["at"].startswith("2026-11-22T") and held["day"] == "2026-11-22"


async def test_what_visitors_and_devices_do_is_nobodys_business(halls: AuditedHalls) -> None:
    kiosk = await device(halls.hall, "kiosk")
    visit = await kiosk.ticket()
    await halls.hall.as_(visit["token"]).post(f"/tickets/{visit['id']}/cancel")
    assert await halls.entries(f"&ticket={visit['id']}") == []


async def test_an_address_is_noted_when_it_is_another_one(halls: AuditedHalls) -> None:
    window = await device(halls.hall, "window", window=1)
    await window.open(1)
    for _ in range(3):
        await halls.hall.ticket()
        await window.at(1, "call-next")
        await window.at(1, "start")
        await window.at(1, "finish")
    found = await halls.entries("&act=address&actor=window:1")
    assert [one["whence"] for one in found] == ["127.0.0.1"]
    assert found[0]["facts"]["role"] == "window" and found[0]["facts"]["device"]


async def test_who_reads_the_ledger_stands_in_it(halls: AuditedHalls) -> None:
    manager = await device(halls.hall, "manager")
    for _ in range(3):
        assert (await manager.get("/audit?act=TicketIssued")).status == 503, "nothing is archived yet"
    await halls.settle()
    for _ in range(3):
        assert (await manager.get("/audit?act=TicketIssued")).status == 200
    found = await halls.entries("&act=read&actor=manager")
    assert [(one["facts"]["what"], one["facts"]["code"]) for one in found] == [
        ("audit", "/halls/small/audit?act=TicketIssued")
    ], "once in ten minutes"


async def test_refusals_are_noted_once_a_minute_with_their_count(halls: AuditedHalls) -> None:
    desk = await device(halls.hall, "desk")
    for _ in range(4):
        is_problem(await desk.at(1, "call-next"), 403, "WRONG_ROLE")
        is_problem(await halls.hall.as_("d.small.x.forged").at(1, "call-next"), 401, "UNKNOWN_TOKEN")
    halls.clock.forward(minutes=2)
    is_problem(await desk.at(1, "call-next"), 403, "WRONG_ROLE")
    found = [one["facts"] | {"actor": one["actor"][:5]} for one in await halls.entries("&act=refused")]
    told = [(one["actor"], one["code"], one.get("times", 1)) for one in found]
    assert told == [("desk:", "WRONG_ROLE", 1), ("", "UNKNOWN_TOKEN", 1), ("desk:", "WRONG_ROLE", 4)]
    assert found[0]["what"] == "POST /halls/{hall}/windows/{window}/call-next"


async def test_a_stranger_of_another_hall_stands_in_the_hall_that_refused(halls: AuditedHalls) -> None:
    stranger = halls.other.as_((await device(halls.hall, "manager")).token)
    is_problem(await stranger.get("/state"), 403, "WRONG_HALL")
    [refused] = await halls.entries("&act=refused", hall="other")
    assert refused["facts"]["code"] == "WRONG_HALL" and refused["actor"].startswith("manager:")
    assert await halls.entries("&act=refused") == []


async def test_only_managers_of_the_hall_read_it(halls: AuditedHalls) -> None:
    for role in ("desk", "window", "kiosk", "display"):
        caller = await device(halls.hall, role, **({"window": 1} if role == "window" else {}))
        is_problem(await caller.get("/audit"), 403, "WRONG_ROLE")
    is_problem(await halls.hall.as_("").get("/audit"), 401, "NO_TOKEN")
    is_problem(await halls.other.as_((await device(halls.hall, "manager")).token).get("/audit"), 403, "WRONG_HALL")


async def test_pages_go_on_where_they_ended_in_both_orders(halls: AuditedHalls) -> None:
    for _ in range(7):
        await halls.hall.ticket()
    await halls.settle()
    for order in ("newest", "oldest"):
        whole, after = [], ""
        while True:
            page = await halls.hall.get(f"/audit?act=TicketIssued&order={order}&limit=3{after}")
            whole += [one["n"] for one in page["entries"]]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert whole == sorted(whole, reverse=order == "newest") and len(set(whole)) == 7


@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "to=2026-02-30", "order=random", "after=0", "limit=501", "actor=" + "x" * 201, "act=%00"],
)
async def test_what_makes_no_sense_is_refused(halls: AuditedHalls, query: str) -> None:
    is_problem(await halls.hall.get(f"/audit?{query}"), 422, "INVALID")


async def test_days_and_names_narrow_it(halls: AuditedHalls) -> None:
    await halls.hall.open(1)
    halls.clock.forward(hours=24)
    await halls.hall.open(2)
    assert {one["day"] for one in await halls.entries("&from=2026-11-23")} == {"2026-11-23"}
    assert {one["day"] for one in await halls.entries("&to=2026-11-22")} == {"2026-11-22"}
    assert [one["window"] for one in await halls.entries("&actor=clerk 2")] == [2]
    await (await device(halls.hall, "window", window=2)).at(2, "pause", {"reason": "lunch"})
    assert "WindowPaused" in [one["act"] for one in await halls.entries("&actor=2")]
    assert await halls.entries("&actor=20") == []
    assert {one["actor"] for one in await halls.entries("&actor=admin")} == {"admin"}


async def test_a_ticket_is_found_by_its_number_of_the_days_that_are_asked_for(halls: AuditedHalls) -> None:
    first = await halls.hall.ticket()
    halls.clock.forward(hours=24)
    second = await halls.hall.ticket()
    assert first["number"] == second["number"]
    assert [one["ticket"] for one in await halls.entries("&act=TicketIssued&ticket=a001")] == [
        first["id"],
        second["id"],
    ]
    assert [one["ticket"] for one in await halls.entries("&ticket=A001&from=2026-11-23")] == [second["id"]]
    assert await halls.entries("&ticket=A009") == []


async def test_all_that_fits_is_taken_along_as_a_table_and_that_is_noted(halls: AuditedHalls, monkeypatch: Any) -> None:
    monkeypatch.setattr("queue_server.web.audit.AT_ONCE", 2)
    manager = await device(halls.hall, "manager")
    for window in (1, 2, 3):
        await manager.open(window, staff="=clerk")
    await halls.settle()
    headers = {"Authorization": f"Bearer {manager.token}", "Accept": "text/csv"}
    async with halls.http.get("/api/v1/halls/small/audit?act=WindowOpened&order=oldest", headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "text/csv")
        rows = list(csv.DictReader((await answer.text(encoding="utf-8-sig")).splitlines()))
    assert [(row["window"], row["staff"]) for row in rows] == [("1", "'=clerk"), ("2", "'=clerk"), ("3", "'=clerk")]
    [noted] = await halls.entries("&act=exported")
    assert noted["facts"]["what"] == "/halls/small/audit?act=WindowOpened&order=oldest" and noted["whence"]
