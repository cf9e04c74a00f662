"""One account at two halls: who may bring a colleague along, and what stands in the ledger of who looked at whom."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.audits import AuditedHalls, audited_halls
from tests.support.client import HallClient
from tests.support.colleagues import colleague, welcomed
from tests.support.contract import device


@pytest.fixture
async def halls(valkey: Any, tmp_path: Path) -> AsyncIterator[AuditedHalls]:
    async with audited_halls(valkey, tmp_path) as halls:
        yield halls


async def manager_of(halls: AuditedHalls, number: str, *where: HallClient) -> HallClient:
    """At the first of these halls, who manages all of them."""
    made = await colleague(where[0], number, "manager")
    for hall in where[1:]:
        assert (await hall.post(f"/staff/{made['id']}", {"role": "manager"})).status == 200
    return HallClient(halls.http, where[0].hall, await welcomed(where[0], made))


async def test_a_manager_of_both_halls_brings_a_colleague_from_one_to_the_other(halls: AuditedHalls) -> None:
    clerk = (await colleague(halls.other, "7", "window"))["id"]
    both = await manager_of(halls, "1", halls.hall, halls.other)
    here = await manager_of(halls, "2", halls.hall)
    duties = {"role": "window", "windows": [1]}
    for stranger in (here, await device(halls.hall, "manager")):
        refused = await stranger.post(f"/staff/{clerk}", duties)
        assert (refused.status, refused["code"]) == (404, "NO_SUCH_PERSON")
    refused = await both.post(f"/staff/{clerk}", {"role": "manager"})
    assert (refused.status, refused["code"]) == (403, "WRONG_ROLE"), "managers are the admin's to make"
    brought = await both.post(f"/staff/{clerk}", duties)
    assert (brought.status, brought["elsewhere"], brought["windows"]) == (200, True, [1])
    assert [row["number"] for row in (await here.get("/staff"))["staff"]] == ["1", "2", "7"]


async def test_who_looks_at_the_staff_stands_in_the_ledger_once(halls: AuditedHalls) -> None:
    manager = await device(halls.hall, "manager")
    for _ in range(2):
        assert (await manager.get("/staff")).status == 200
    found = await halls.entries("&act=read")
    assert [(one["actor"].split(":")[0], one["facts"]["what"]) for one in found] == [("manager", "staff")]
