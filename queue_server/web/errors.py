"""Refusals as RFC 9457 problems: the one table from codes to statuses."""

from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from queue_server.contract.times import rfc3339
from queue_server.languages import Words
from queue_server.web.invalid import translated

STATUS: dict[str, int] = {
    "MALFORMED_JSON": 400,
    "BAD_IDEMPOTENCY_KEY": 400,
    "BAD_CHANGE": 400,
    "NO_TOKEN": 401,
    "UNKNOWN_TOKEN": 401,
    "WRONG_ROLE": 403,
    "WRONG_HALL": 403,
    "WRONG_WINDOW": 403,
    "NOT_CERTIFIED": 403,
    "CROSS_SITE": 403,
    "NO_SUCH_HALL": 404,
    "NO_SUCH_SERVICE": 404,
    "NO_SUCH_TICKET": 404,
    "NO_SUCH_WINDOW": 404,
    "NO_SUCH_QUEUE": 404,
    "NO_SUCH_ZONE": 404,
    "NO_SUCH_DEVICE": 404,
    "NO_SUCH_DEPARTMENT": 404,
    "NO_SUCH_DAY": 404,
    "NO_SUCH_PAGE": 404,
    "NO_SUCH_LEASE": 404,
    "TICKET_COMING": 404,
    "NO_SUCH_HELP": 404,
    "NO_SUCH_CASE": 404,
    "NO_SUCH_PROMISE": 404,
    "NO_SUCH_PROJECT": 404,
    "NO_SUCH_INTERPRETER": 404,
    "NO_SUCH_REQUEST": 404,
    "NO_INTERPRETER": 409,
    "INTERPRETER_BUSY": 409,
    "CODE_UNKNOWN": 404,
    "METHOD_NOT_ALLOWED": 405,
    "NOT_ACCEPTABLE": 406,
    "WRONG_STATUS": 409,
    "WINDOW_BUSY": 409,
    "WINDOW_NOT_OPEN": 409,
    "WINDOW_NOT_PAUSED": 409,
    "NO_TICKET": 409,
    "NOBODY_WAITING": 409,
    "TOO_SOON": 409,
    "RECALL_LIMIT": 409,
    "TOO_LATE": 409,
    "NOTHING_TO_UNDO": 409,
    "ALREADY_REINSTATED": 409,
    "ALREADY_WAITING": 409,
    "LEASE_LIMIT": 409,
    "NO_NEXT_STOP": 409,
    "NO_SUCH_JOURNEY": 404,
    "NO_SUCH_STOP": 404,
    "STOP_NOT_YET": 409,
    "GAP_NOT_OVER": 409,
    "PATH_CHANGED": 409,
    "NOT_SERVED": 409,
    "ALREADY_RATED": 409,
    "CASE_STATUS": 409,
    "PROMISE_STATUS": 409,
    "ALREADY_ESCALATED": 409,
    "OFFICER_AWAY": 409,
    "HALL_CLOSED": 409,
    "SELF_SERVICE": 409,
    "LAST_TICKETS_GONE": 409,
    "LINK_USED": 410,
    "BODY_TOO_LARGE": 413,
    "WRONG_MEDIA_TYPE": 415,
    "INVALID": 422,
    "IDEMPOTENCY_MISMATCH": 422,
    "IDENTITY_NEEDED": 401,
    "TOO_FAR": 403,
    "NOT_YOURS": 403,
    "SIGN_IN_FAILED": 403,
    "NO_SUCH_BOOKING": 404,
    "NO_SUCH_DIVERSION": 404,
    "NO_SUCH_SLOT": 404,
    "NO_SUCH_PROVIDER": 404,
    "DIVERSION_STATUS": 409,
    "OFFER_OVER": 409,
    "SLOT_FULL": 409,
    "SLOT_PAST": 409,
    "NOT_BOOKABLE": 409,
    "ALREADY_BOOKED": 409,
    "BOOKINGS_BLOCKED": 409,
    "HOLD_EXPIRED": 409,
    "BOOKING_STATUS": 409,
    "BOOKING_MOVED": 409,
    "CODE_TAKEN": 409,
    "ALREADY_CHECKED_IN": 409,
    "TOO_EARLY": 409,
    "NOT_TODAY": 409,
    "QUOTA_REACHED": 409,
    "NOT_FULL": 409,
    "PASS_EXPIRED": 410,
    "CODE_EXPIRED": 410,
    "POSITION_NEEDED": 422,
    "WRONG_CODE": 422,
    "PUSH_REFUSED": 422,
    "TOO_MANY": 429,
    "SIGN_IN_WRONG": 401,
    "SIGN_IN_EXPIRED": 401,
    "SIGN_IN_AGAIN": 403,
    "SECOND_NEEDED": 401,
    "PASSKEY_WRONG": 401,
    "SIGN_IN_UNKNOWN": 403,
    "WRONG_DEPARTMENT": 403,
    "WORKS_ELSEWHERE": 403,
    "NO_SUCH_PERSON": 404,
    "NO_SUCH_SHIFT": 404,
    "NO_SUCH_KEY": 404,
    "NAME_TAKEN": 409,
    "STAFF_MOVED": 409,
    "LAST_WAY_IN": 409,
    "SHIFT_OVERLAPS": 409,
    "TOO_MANY_KEYS": 409,
    "PASSWORD_WEAK": 422,
    "LOCKED_OUT": 429,
    "INTERNAL": 500,
    "FORECAST_AWAY": 503,
    "ARCHIVE_AWAY": 503,
    "STORE_DOWN": 503,
    "STORE_FULL": 503,
    "ZONE_FULL": 409,
    "NOBODY_OUTSIDE": 409,
    "NO_SUCH_LOCKER": 404,
    "NO_SUCH_PARCEL": 404,
    "PARCEL_STATUS": 409,
    "LOCKER_FULL": 409,
    "BOX_TAKEN": 409,
    "NO_SUCH_CODE": 404,
    "TOO_MANY_TRIES": 429,
}

RETRY_AFTER_S = 1
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

_encode = msgspec.json.Encoder().encode


def problem(
    code: str,
    facts: Mapping[str, Any],
    instance: str,
    language: str,
    timezone: str = "UTC",
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """One refusal as `application/problem+json`, its sentence in the caller's language and on the hall's clock."""
    status = STATUS[code]
    title, detail, known = described(code, facts, language, timezone)
    document = {
        **known,
        "type": f"urn:greenwave:problem:{code.lower().replace('_', '-')}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "instance": instance,
    }
    more = {**HEADERS, "Content-Language": language, **(headers or {})}
    if status == 503:
        more["Retry-After"] = str(RETRY_AFTER_S)
    if status == 401:
        more["WWW-Authenticate"] = 'Bearer realm="greenwave"'
    if code in {"TOO_SOON", "TOO_MANY", "LOCKED_OUT", "TOO_MANY_TRIES"}:
        more["Retry-After"] = str(facts.get("retry_after_s", RETRY_AFTER_S))
    return web.Response(body=_encode(document), status=status, content_type="application/problem+json", headers=more)


def described(code: str, facts: Mapping[str, Any], language: str, timezone: str) -> tuple[str, str, dict[str, Any]]:
    """A refusal's title and sentence, and its facts as a problem names them."""
    known = {name: _moment(name, value) for name, value in facts.items() if value != ""}
    if code == "INVALID":
        known = translated(known, language)
    return *Words(language).refusal(code, known, timezone), _renamed(code, known)


def _moment(name: str, value: Any) -> Any:
    """The store tells moments in ms; a problem tells them as every answer does."""
    return rfc3339(value) if name.endswith("_at") and isinstance(value, int) else value


def _renamed(code: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts beside RFC 9457's own `status`: whose status one is stands in its name."""
    of_window = code in {"WINDOW_NOT_OPEN", "WINDOW_NOT_PAUSED"}
    others = {
        "BOOKING_STATUS": "booking_status",
        "DIVERSION_STATUS": "diversion_status",
        "CASE_STATUS": "case_status",
        "PROMISE_STATUS": "promise_status",
        "PARCEL_STATUS": "parcel_status",
    }
    whose = "window_status" if of_window else others.get(code, "ticket_status")
    return {whose if name == "status" else name: value for name, value in facts.items()}
