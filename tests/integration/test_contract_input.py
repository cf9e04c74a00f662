"""The public contract to the letter: bad input, each with a clear answer."""

from typing import Any

import pytest

from queue_server.domain.hall import Period
from tests.conftest import StartHall
from tests.support.client import HallClient
from tests.support.contract import PROBLEM, is_problem, raw
from tests.support.halls import small_hall

# bad input


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "INVALID"),
        (b"null", 422, "INVALID"),
        (b"[]", 422, "INVALID"),
        (b'"text"', 422, "INVALID"),
        (b"{", 400, "MALFORMED_JSON"),
        (b'{"staff": "a"} x', 400, "MALFORMED_JSON"),
        (b"\xef\xbb\xbf{}", 400, "MALFORMED_JSON"),
        (b'{"staff": "\xff"}', 400, "MALFORMED_JSON"),
        (b'{"staff": "\\ud800"}', 400, "MALFORMED_JSON"),
        (b'{"staff": "\\udc00x"}', 400, "MALFORMED_JSON"),
        (b'{"staff": "\x00"}', 400, "MALFORMED_JSON"),
        (b'{"staff": "\\u0000"}', 422, "INVALID"),
        (b'{"staff": "a\\nb"}', 422, "INVALID"),
        (b'{"staff": "a\\n"}', 422, "INVALID"),
        (b'{"staff": "\\u009b"}', 422, "INVALID"),
        (b'{"staff": ""}', 422, "INVALID"),
        (b'{"staff": 1e400}', 422, "INVALID"),
        (b'{"staff": ' + b"9" * 5000 + b"}", 422, "INVALID"),
        (b'{"staff": ' + b"[" * 30000, 422, "INVALID"),
        (b'{"staff": "a", "x": ' + b"[" * 30000, 422, "INVALID"),
        (b"[" * 60000, 422, "INVALID"),
        (b'{"staff": "a", "staff": "b"}', 422, "INVALID"),
        (b'{"staff": "a", "rank": "b"}', 422, "INVALID"),
        (b'{"staff": "' + b"a" * 65 + b'"}', 422, "INVALID"),
        (b'{"staff": "' + b"a" * 70000 + b'"}', 413, "BODY_TOO_LARGE"),
    ],
)  # fmt: skip
async def test_a_bad_body_is_a_clear_refusal(hall: HallClient, body: bytes, status: int, code: str) -> None:
    refused = is_problem(await raw(hall, "/windows/1/open", body), status, code)
    assert code != "INVALID" or {"field", "problem"} <= set(refused.body)


async def test_bodies_in_pieces_have_the_same_bounds(hall: HallClient) -> None:
    async def pieces(count: int) -> Any:
        yield b'{"staff": "'
        for _ in range(count):
            yield b"a" * 10
        yield b'"}'

    headers = {"Authorization": f"Bearer {hall.token}", "Content-Type": "application/json"}
    for count, status in ((3, 200), (10_000, 413)):
        url = "/api/v1/halls/small/windows/1/open"
        async with hall.http.post(url, data=pieces(count), headers=headers) as response:
            assert response.status == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx", "x/y; z"])
async def test_another_media_type_is_415(hall: HallClient, kind: str) -> None:
    refused = await raw(hall, "/windows/1/open", b'{"staff": "a"}', **{"Content-Type": kind})
    assert is_problem(refused, 415, "WRONG_MEDIA_TYPE")["expected"] == "application/json"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
async def test_a_body_that_is_not_packed_as_said_is_refused(hall: HallClient, coding: str) -> None:
    answer = await raw_status(hall, b"not packed at all", coding)
    assert 400 <= answer < 500


async def raw_status(hall: HallClient, body: bytes, coding: str) -> int:
    headers = {"Authorization": f"Bearer {hall.token}", "Content-Type": "application/json", "Content-Encoding": coding}
    url = "/api/v1/halls/small/windows/1/open"
    async with hall.http.post(url, data=body, headers=headers, compress=None) as response:
        return int(response.status)


@pytest.mark.parametrize(
    ("path", "body", "field", "english", "allowed"),
    [
        ("/tickets", {"service": "A-1", "channel": "fax"}, "channel", "kiosk, phone, desk", ["kiosk", "phone", "desk"]),
        ("/tickets", {"service": "A-1", "channel": "kiosk", "language": "xx"}, "language", "zh, en, de", None),
        ("/tickets", {"service": "A-1", "channel": "kiosk", "priority": "vip"}, "priority", "normal, elder", None),
        ("/tickets", {"service": "A-1"}, "channel", "is missing", None),
        ("/tickets", {"channel": "kiosk"}, "service", "either service or services", None),
        ("/tickets", {"service": "A-1", "channel": "kiosk", "journy": "x"}, "journy", "its fields are service,", None),
        ("/windows/1/hold", {"reason": "r", "minutes": 481}, "minutes", "480 or less", None),
        ("/windows/1/hold", {"reason": "r", "minutes": "5"}, "minutes", "a whole number or null, got text", None),
        ("/windows/1/hold", {"reason": "r" * 201}, "reason", "200 characters or fewer", None),
        ("/windows/1/call-next", {"x": 1}, "x", "it takes none", None),
        ("/tickets", {"channel": "kiosk", "visitor": {"mobile": "1"}}, "visitor.mobile", "id_number, phone", None),
        ("/tickets", {"channel": "kiosk", "visitor": {"phone": ""}}, "visitor.phone", "1 or more characters", None),
        ("/tickets", {"channel": "kiosk", "services": []}, "services", "1 or more entries", None),
        ("/windows/1/open", {"staff": "s", "queues": [1]}, "queues[0]", "text, got a whole number", None),
        ("/windows/1/pause", {"reason": "a\tb"}, "reason", "control characters", None),
        ("/windows/1/open", None, "staff", "is missing", None),
    ],
)  # fmt: skip
async def test_a_wrong_field_is_named_with_what_would_be_right(
    hall: HallClient, path: str, body: Any, field: str, english: str, allowed: Any
) -> None:
    refused = is_problem(await hall.post(f"{path}?lang=en", body), 422, "INVALID")
    assert refused["field"] == field and english in refused["problem"] and english in refused["detail"], refused
    assert allowed is None or refused["allowed"] == allowed
    chinese = await hall.post(f"{path}?lang=zh", body)
    assert chinese["problem"] != refused["problem"] and chinese.headers["Content-Language"] == "zh"


async def test_what_no_route_answers_is_a_problem_without_noise(hall: HallClient) -> None:
    for method, path, status, code in (
        ("GET", "/nothing", 404, "NO_SUCH_PAGE"),
        ("PUT", "/board", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/appointments", 404, "NO_SUCH_PAGE"),
    ):
        answer = is_problem(await hall._call(method, path, None, {}), status, code)
        assert set(answer.body) == PROBLEM
    assert answer["instance"] == "/api/v1/halls/small/appointments"


async def test_a_closed_hall_says_on_its_own_clock_when_it_opens(start_hall: StartHall) -> None:
    monday = Period(weekday=0, opens_min=9 * 60, closes_min=17 * 60)
    hall = await start_hall(small_hall(hours=(monday,)), open_now=False)
    refused = is_problem(
        await hall.post("/tickets?lang=en", {"service": "A-1", "channel": "kiosk"}), 409, "HALL_CLOSED"
    )
    assert refused["opens_at"] == "2026-11-23T01:00:00.000Z" and "09:00" in refused["detail"]
