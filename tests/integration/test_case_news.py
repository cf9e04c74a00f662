"""Owners of cases are told by the hall's channels, once each, and never what a visitor wrote."""

import pytest
from msgspec import msgpack, structs

from queue_server.domain.messages import Message
from queue_server.domain.rules import CaseContact, Cases
from queue_server.flows.contacts import Contacts
from queue_server.store.asking import StoreDown
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from tests.conftest import SECRET, StartHall
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.diversions import ask_of, running_of, services_of
from tests.support.halls import small_hall

TELL = (CaseContact(to="ann@example.org", owner="Ann", language="en"), CaseContact(to="+491234567", language="de"))
HOUR_S = 3600


async def ids(store: EmbeddedStore) -> list[str]:
    """Of all messages that were handed in."""
    client = connect(store.url)
    found = await client.hkeys("gw:{small}:m")
    await client.aclose()
    return sorted(key.decode() for key in found)


def parts(found: list[str]) -> list[str]:
    """Ids without what they say of their news."""
    return sorted(row.rsplit("-", 2)[0] for row in found)


async def told(hall: HallClient, store: EmbeddedStore) -> list[str]:
    await running_of(hall).caught_up()
    await services_of(hall).case_news.tell(ask_of(hall))
    return await ids(store)


async def test_each_thing_is_told_once_however_often_it_is_looked(
    start_hall: StartHall, clock: HandClock, clean_store: EmbeddedStore
) -> None:
    hall = await start_hall(structs.replace(small_hall(), cases=Cases(tell=TELL)))
    opened = await hall.post("/cases", {"text": "a secret", "owner": "Ann"})
    case = opened["id"]
    first = await told(hall, clean_store)
    assert await told(hall, clean_store) == first and parts(first) == [f"case-{case}-0"]
    await hall.post(f"/cases/{case}", {"owner": "Ben"})
    assert parts(await told(hall, clean_store)) == [f"case-{case}-0", f"case-{case}-1"]
    clock.forward(seconds=4 * 24 * HOUR_S)
    assert parts(await told(hall, clean_store))[-1:] == [f"case-{case}-2"]


async def test_who_has_a_case_of_somebody_whose_note_was_lost_is_told_all_the_same(
    start_hall: StartHall, clean_store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = await start_hall(structs.replace(small_hall(), cases=Cases(tell=TELL)))
    case = (await hall.post("/cases", {"text": "a secret", "owner": "Ann"}))["id"]
    acting = services_of(hall).case_news._acting

    async def died(*_: object) -> None:
        raise StoreDown("between handing in and noting")

    with monkeypatch.context() as patch:
        patch.setattr(acting, "act", died)
        with pytest.raises(StoreDown):
            await told(hall, clean_store)
    await hall.post(f"/cases/{case}", {"owner": "Ben"})
    assert parts(await told(hall, clean_store)) == [f"case-{case}-0", f"case-{case}-0"]


async def test_a_message_names_the_case_its_step_and_its_day_and_no_words(
    start_hall: StartHall, clean_store: EmbeddedStore
) -> None:
    hall = await start_hall(structs.replace(small_hall(), cases=Cases(tell=TELL)))
    handed: list[Message] = []

    class Kept:
        async def post(self, _: str, messages: list[Message]) -> None:
            handed.extend(messages)

        async def mute(self, *_: object) -> None: ...

    services_of(hall).case_news._outbox = Kept()  # type: ignore[assignment]
    case = (await hall.post("/cases", {"text": "a secret", "owner": "Ann"}))["id"]
    await told(hall, clean_store)
    message = handed[0]
    assert (message.template, message.language, message.facts["case"]) == ("case_opened", "en", case)
    assert (message.facts["kind"], message.facts["step"]) == ("Complaint", "verify")
    contact = Contacts(SECRET).open(message.to[0])
    assert contact is not None and contact.mail == "ann@example.org"
    assert b"a secret" not in msgpack.encode(message)


async def test_a_hall_that_names_nobody_tells_nobody(hall: HallClient, clean_store: EmbeddedStore) -> None:
    case = (await hall.post("/cases", {"text": "a secret", "owner": "Ann"}))["id"]
    assert await told(hall, clean_store) == []
    record = await services_of(hall).cases._kept.case("small", case)
    assert record is not None and record.news == []  # who is named later is told then
