"""Strangers at the booking desk: other halls' devices, other people's phones, look-alikes, eavesdroppers."""

from functools import partial

import pytest
from msgspec import structs

from queue_server.channels.outbound import Guard, Outbound
from queue_server.contract.persons import hide_person, phone_digits
from queue_server.domain.identity import Subject
from queue_server.domain.messages import Again
from queue_server.flows.admission import hidden_visitor
from queue_server.flows.book import Book
from queue_server.flows.proofs import Proofs
from queue_server.flows.seals import Seals
from queue_server.flows.sign_ins import SignIns
from queue_server.settings import Settings
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from tests.conftest import StartHall
from tests.support.bookings import book, booked, booked_hall, watch_mail
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.contract import device, is_problem
from tests.support.push_service import Browser
from tests.support.sse import EventReader


async def test_a_desk_of_another_hall_is_no_desk_here(start_hall: StartHall, clean_store: EmbeddedStore) -> None:
    """Its own hall's desk books without a code, and nothing limits it: here it is a stranger."""
    store = connect(clean_store.url)
    await Catalogue(store).keep(booked_hall("other"))
    await store.aclose()
    hall = await start_hall(booked_hall(confirm="code"))
    desk = await device(HallClient(hall.http, "other"), "desk")
    stranger = hall.as_(desk.token)
    is_problem(await book(stranger), 403, "WRONG_HALL")
    waiting = {"service": "A-1", "day": "2026-11-23", "visitor": {"phone": "13812345678"}}
    is_problem(await stranger.post("/waiting-list", waiting), 403, "WRONG_HALL")
    is_problem(await stranger.post("/codes", {"phone": "13812345678"}), 403, "WRONG_HALL")
    is_problem(await stranger.post("/tickets", {"service": "A-1", "channel": "phone"}), 403, "WRONG_HALL")
    assert (await stranger.get("/slots?service=A-1")).status == 200, "what everybody may read it may read too"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("138 6123 4567", "+86 138-6123-4567", True),
        ("13861234567", "008613861234567", True),
        ("8613861234567", "13861234567", True),
        ("+1 (386) 123-4567", "138 6123 4567", False),  # Florida, and a mobile of China
        ("+1 386 123 4567", "001 386 123 4567", True),
        ("(+1) 386 123 4567", "138 6123 4567", False),
        ("+49 170 1234567", "0049 170 1234567", True),
        ("0170 1234567", "+49 170 1234567", False),
    ],
)
def test_a_phone_is_one_person_however_it_is_written_and_never_two(one: str, other: str, same: bool) -> None:
    assert (phone_digits(one) == phone_digits(other)) is same


@pytest.mark.parametrize(
    "typed",
    [
        " 33060219900101123x",
        "330602-19900101-123X",
        "３３０６０２１９９００１０１１２３Ｘ",
        "330602\u200b19900101\u2010123x\t",
    ],
)
def test_an_id_number_is_one_person_however_it_is_typed_read_or_signed_in_with(typed: str) -> None:
    seals, hall = Seals(bytes(32)), booked_hall()
    sign_ins = SignIns({}, None, seals, Proofs(seals, lambda: 0), lambda: 0)  # type: ignore[arg-type]
    by_card = hide_person(seals.person_key("small"), "id", "33060219900101123X")
    assert hidden_visitor(seals, hall, typed, None) == by_card
    assert sign_ins._person("small", "app", Subject(id="u1", id_number=typed)) == by_card
    assert hide_person(seals.person_key("small"), "id", typed) == by_card


async def test_a_held_place_gets_another_code_however_many_browsers_follow_it(
    start_hall: StartHall, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = watch_mail(monkeypatch)
    hall = await start_hall(booked_hall(confirm="code"))
    visitor, path, _ = await booked(hall)
    for number in range(5):
        browser = Browser(f"https://push.example.org/{number}", "")
        assert (await visitor.post(f"{path}/push", browser.subscription)).status == 204
    clock.forward(seconds=61)
    assert (await visitor.post(f"{path}/confirm-again")).status == 202
    first, second = (message for message in mail.messages.values() if message.template == "code")
    assert first.to == second.to


async def test_an_offer_that_comes_between_two_looks_is_not_kept_without_its_code(
    start_hall: StartHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits could ask for a confirmation again and again: at the offer the store already has a held place."""
    hall = await start_hall(booked_hall(confirm="code"))
    visitor, path, _ = await booked(hall)
    found = Book.found

    async def a_moment_ago(self: Book, ask: object, code: str) -> object:
        record, more = await found(self, ask, code)  # type: ignore[arg-type]
        return structs.replace(record, status="listed"), more

    with monkeypatch.context() as patch:
        patch.setattr(Book, "found", a_moment_ago)
        is_problem(await visitor.post(f"{path}/confirm"), 409, "BOOKING_STATUS")
    assert (await visitor.get(path))["status"] == "held"


async def test_a_public_screen_learns_of_bookings_but_not_their_codes(start_hall: StartHall) -> None:
    """A code typed at a kiosk checks its visitor in."""
    hall = await start_hall(booked_hall())
    screen, desk = await device(hall, "display"), await device(hall, "desk")
    async with EventReader(screen, "hall") as shown, EventReader(desk, "hall") as told:
        await booked(hall)
        seen, known = await shown.next(), await told.next()
        while known.name != "BookingMade":
            seen, known = await shown.next(), await told.next()
    assert (seen.name, seen.data["used"], "booking" in seen.data) == ("BookingMade", 1, False)
    assert len(known.data["booking"]) == 9


async def test_callers_behind_one_proxy_have_their_keys_apart(
    start_hall: StartHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.conftest.Settings", partial(Settings, proxies=("127.0.0.0/8",)))
    hall = (await start_hall(booked_hall())).as_("")
    one, other = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
    wanted = {"service": "A-1", "channel": "phone"}
    mine, again, theirs = [await hall.post("/tickets", wanted, "k", **whence) for whence in (one, one, other)]
    assert mine["token"] == again["token"] != theirs["token"]


@pytest.mark.parametrize("host", ["127.1", "2130706433", "①②⑦.0.0.1", "127。0。0。1", "127.0.0.1.", "0"])
async def test_an_address_in_disguise_is_a_private_one(host: str) -> None:
    outbound = Outbound(Guard(), within_s=2)
    try:
        with pytest.raises(Again) as refused:
            await outbound.post(f"http://{host}:1/", b"", {})
    finally:
        await outbound.close()
    assert refused.value.problem == "PRIVATE_ADDRESS"


def test_two_whose_numbers_a_service_shows_in_part_are_two() -> None:
    seals = Seals(bytes(32))
    sign_ins = SignIns({}, None, seals, Proofs(seals, lambda: 0), lambda: 0)  # type: ignore[arg-type]
    masked = [Subject(id=one, phone="138****5678", id_number="330***********123X") for one in ("u1", "u2")]
    assert len({sign_ins._person("small", "app", subject) for subject in masked}) == 2
    whole = [structs.replace(subject, phone="13812345678") for subject in masked]
    assert {sign_ins._person("small", "app", subject) for subject in whole} == {
        seals.person("small", "phone", "13812345678")
    }
