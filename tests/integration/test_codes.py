"""One-time codes: sent, typed, used up; and what they show."""

import asyncio
from collections import Counter
from functools import partial

import pytest
import redis

from queue_server.settings import Settings
from queue_server.store.embedded import EmbeddedStore
from tests.conftest import StartHall
from tests.support.bookings import Mailbox, becomes, book, booked, booked_hall, free, watch_mail
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.contract import device, is_problem

PHONE = "13812345678"


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    monkeypatch.setattr("queue_server.care.TICK_S", 0.02)
    return watch_mail(monkeypatch)


@pytest.fixture
async def hall(start_hall: StartHall, mail: Mailbox) -> HallClient:
    """A hall that asks for a code, called by nobody in particular."""
    assert not mail.codes
    return (await start_hall(booked_hall(confirm="code"))).as_("")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def ask(hall: HallClient, phone: str = PHONE, key: str | None = None) -> Answer:
    return await hall.post("/codes", {"phone": phone}, key)


async def prove(hall: HallClient, code: str, phone: str = PHONE, key: str | None = None) -> Answer:
    return await hall.post("/proofs", {"phone": phone, "code": code}, key)


async def test_a_place_is_held_until_its_code_comes(hall: HallClient, mail: Mailbox, clock: HandClock) -> None:
    visitor, path, made = await booked(hall, key="k")
    assert (made["status"], made["confirm"], made["retry_after_s"]) == ("held", "code", 60)
    assert (await book(hall, key="k")).body == made.body and len(mail.codes) == 1
    (code,) = mail.codes
    assert is_problem(await visitor.post(f"{path}/confirm"), 422, "INVALID")["field"] == "code"
    for odd in ("12345", "1234567", "１２３４５６", "abcdef"):
        is_problem(await visitor.post(f"{path}/confirm", {"code": odd}), 422, "INVALID")
    mistyped = await visitor.post(f"{path}/confirm", {"code": wrong(code)})
    assert is_problem(mistyped, 422, "WRONG_CODE")["tries_left"] == 4
    is_problem(await visitor.post(f"{path}/confirm-again"), 429, "TOO_MANY")
    clock.forward(seconds=61)
    assert (await visitor.post(f"{path}/confirm-again")).status == 202
    is_problem(await visitor.post(f"{path}/confirm", {"code": code}), 422, "WRONG_CODE")
    clicks = [visitor.post(f"{path}/confirm", {"code": mail.codes[1]}) for _ in range(5)]
    answers = await asyncio.gather(*clicks)
    assert Counter(answer.status for answer in answers)[200] == 1
    assert {answer["code"] for answer in answers if answer.status != 200} <= {"CODE_EXPIRED", "BOOKING_STATUS"}
    assert (await visitor.get(path))["status"] == "booked"
    is_problem(await visitor.post(f"{path}/confirm-again"), 409, "BOOKING_STATUS")


async def test_a_hold_that_is_over_frees_its_place(hall: HallClient, mail: Mailbox, clock: HandClock) -> None:
    visitor, path, _ = await booked(hall)
    assert await free(hall) == 6
    clock.forward(minutes=9.9)
    clock.at += 6_001
    (code,) = mail.codes
    answer = await visitor.post(f"{path}/confirm", {"code": code})
    assert (answer.status, answer["code"]) in {(410, "CODE_EXPIRED"), (409, "HOLD_EXPIRED"), (409, "BOOKING_STATUS")}
    await becomes(visitor, path, "expired")
    is_problem(await visitor.post(f"{path}/confirm", {"code": code}), 409, "BOOKING_STATUS")
    assert (await book(hall)).status == 201, "nobody is held to a hold that is over"


async def test_the_desk_and_a_proof_need_no_code(hall: HallClient, start_hall: StartHall, mail: Mailbox) -> None:
    admin = await start_hall(booked_hall(confirm="code"))
    desk, kiosk = await device(admin, "desk"), await device(admin, "kiosk")
    assert (await book(desk, "13700000000"))["status"] == "booked"
    assert (await book(kiosk, "13600000000"))["status"] == "held"
    sent = await ask(hall)
    assert sent.status == 202 and set(sent.body) == {"expires_at", "retry_after_s"}
    assert (await ask(hall, "+1 202 555 0199")).body == sent.body, "the same whatever the phone"
    proven = await prove(hall, mail.codes[1])
    assert proven.status == 200
    cookie = proven.headers["Set-Cookie"]
    assert cookie.startswith(f"gw-person-small={proven['proof']};") and "HttpOnly" in cookie and "Strict" in cookie
    hall.http.session.cookie_jar.clear()  # type: ignore[union-attr]
    known = {"Greenwave-Person": proven["proof"]}
    assert (await book(hall, headers={"Greenwave-Person": "p.small.forged"}, phone="13500000000"))["status"] == "held"
    assert (await book(hall, headers=known))["status"] == "booked"
    is_problem(await book(hall, "13499999999", headers=known), 409, "ALREADY_BOOKED")
    elsewhere = await book(hall, "13499999999", service="B-1", headers=known)
    assert elsewhere["status"] == "held", "nobody has shown that this phone is theirs"
    visitor, confirm = hall.as_(elsewhere["token"]), f"/bookings/{elsewhere['code']}/confirm"
    assert is_problem(await visitor.post(confirm, None, **known), 422, "INVALID")["field"] == "code"
    assert (await visitor.post(confirm, {"code": mail.codes[-1]}, **known))["status"] == "booked"
    is_problem(await book(hall, service="B-1", headers=known), 409, "ALREADY_BOOKED")
    assert (await book(hall, service="C-1", headers={"Cookie": cookie.partition(";")[0]}))["status"] == "booked"
    is_problem(await hall.as_(proven["proof"]).get("/state"), 401, "UNKNOWN_TOKEN")


async def test_a_proof_is_good_for_half_an_hour_and_one_hall(
    hall: HallClient, start_hall: StartHall, mail: Mailbox, clock: HandClock
) -> None:
    other = (await start_hall(booked_hall("other", confirm="code"))).as_("")
    await ask(hall)
    proven = await prove(hall, mail.codes[0], key="k")
    assert (await prove(hall, mail.codes[0], key="k")).body == proven.body
    is_problem(await prove(hall, mail.codes[0]), 410, "CODE_EXPIRED")
    known = {"Greenwave-Person": proven["proof"]}
    for client in (other, hall):
        client.http.session.cookie_jar.clear()  # type: ignore[union-attr]
    assert (await book(other, headers=known))["status"] == "held"
    clock.forward(minutes=30)
    assert (await book(hall, headers=known))["status"] == "held"


async def test_codes_are_few_and_tries_too(hall: HallClient, mail: Mailbox, clock: HandClock) -> None:
    is_problem(await prove(hall, "000000"), 410, "CODE_EXPIRED")
    first = await ask(hall, key="k")
    assert (await ask(hall, key="k")).body == first.body and len(mail.codes) == 1
    assert is_problem(await ask(hall, "+86 138 1234 5678"), 429, "TOO_MANY")["retry_after_s"] == 60
    answers = [await prove(hall, wrong(mail.codes[0])) for _ in range(6)]
    assert [answer["code"] for answer in answers] == ["WRONG_CODE"] * 4 + ["CODE_EXPIRED"] * 2
    is_problem(await prove(hall, mail.codes[0]), 410, "CODE_EXPIRED")
    for _ in range(4):
        clock.forward(minutes=1)
        assert (await ask(hall)).status == 202
    clock.forward(minutes=1)
    assert is_problem(await ask(hall), 429, "TOO_MANY")["retry_after_s"] == 55 * 60
    clock.forward(minutes=9)
    is_problem(await prove(hall, mail.codes[-1]), 410, "CODE_EXPIRED")
    crowd = await asyncio.gather(*(ask(hall, f"139{n:08d}") for n in range(30)))
    assert Counter(answer.status for answer in crowd) == {202: 25, 429: 5}, "thirty an hour from one address"
    assert (await ask(await device_of(hall), "13000000000")).status == 202


async def test_where_codes_confirm_holds_are_few_too(start_hall: StartHall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.conftest.Settings", partial(Settings, codes_per_hour=7))
    admin = await start_hall(booked_hall(confirm="code"))
    hall, desk = admin.as_(""), await device(admin, "desk")
    persons = [{"id_number": f"33060219900101{n:04d}"} for n in range(6)]
    mine = [await book(hall, visitor=person) for person in persons]
    assert [answer.status for answer in mine] == [201] * 5 + [409]
    assert is_problem(mine[5], 409, "QUOTA_REACHED")["most"] == 5
    others = [(await book(hall, f"1390000000{n}", service="B-1")).status for n in range(3)]
    assert others == [201, 201, 429], "random phones hold no more places than an address gets codes"
    assert (await book(desk, "13900000009", service="B-1")).status == 201


async def device_of(hall: HallClient) -> HallClient:
    return await device(hall.as_("admin-token-for-tests"), "desk")


async def test_a_code_is_used_once_by_however_many(hall: HallClient, mail: Mailbox) -> None:
    await ask(hall)
    answers = await asyncio.gather(*(prove(hall, mail.codes[0]) for _ in range(50)))
    assert Counter(answer.status for answer in answers) == {200: 1, 410: 49}


async def test_the_store_never_holds_a_phone_an_id_or_a_code(
    hall: HallClient, mail: Mailbox, clean_store: EmbeddedStore
) -> None:
    visitor, path, _ = await booked(hall, visitor={"id_number": "330602199001011234"})
    await visitor.post(f"{path}/confirm", {"code": mail.codes[0]})
    await ask(hall, "13900000000")
    held = b""
    with redis.Redis(unix_socket_path=str(clean_store.socket)) as client:
        for key in client.scan_iter(count=1000):
            held += key + repr(read(client, key)).encode()
    assert held
    for secret in (PHONE, "13900000000", "330602199001011234", mail.codes[1]):
        assert secret.encode() not in held


def read(client: "redis.Redis", key: bytes) -> object:
    kind = client.type(key)
    if kind == b"hash":
        return client.hgetall(key)
    if kind == b"list":
        return client.lrange(key, 0, -1)
    if kind == b"zset":
        return client.zrange(key, 0, -1)
    if kind == b"set":
        return client.smembers(key)
    return client.xrange(key) if kind == b"stream" else client.get(key)
