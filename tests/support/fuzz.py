"""Hooks of schemathesis: what our OpenAPI cannot say. Loaded by its command line, see `test_openapi`."""

import re
import uuid
from typing import Any

import msgspec
import schemathesis

from queue_server.contract.asks import FinishTicket
from queue_server.domain.promise import SUITS
from queue_server.web.slots import DAY_OR_MOMENT

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
HOUR = re.compile(r"[0-9]{2}:[0-9]{2}")
KEY = re.compile(r"[!-~]{1,128}")
ENDPOINT = re.compile(r"https?://[!-~]{1,1000}")
BASE64URL = re.compile(r"[A-Za-z0-9_-]{1,200}={0,2}")
BROWSER_KEYS = {
    "p256dh": "BOyw-tBpaC2jUXMGgQyFhtmETiN59eLQXam1KyC9HG74pPxbzDW7bIPRG4Y9HOw_4DVVCT-YlWSk5wRJdClInV4",
    "auth": "AAECAwQFBgcICQoLDA0ODw",
}


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """A new key for each request: one key for two requests is refused, and rightly so."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    _in_order(case.query)
    _one_way(str(case.path), case)
    body = case.body
    _real_browser(body)
    _whole_change(str(case.path), body)
    _in_hours(body)
    _fitting_promise(str(case.path), body)
    if isinstance(body, dict) and body.get("role") == "window" and not body.get("window"):
        body["role"] = "display"  # the document cannot say that a window's device names its window


def _in_order(query: Any) -> None:
    """The document cannot say that a span ends after it begins."""
    ends = [str((query or {}).get(name)) for name in ("from", "to")]
    if all(map(DAY_OR_MOMENT.fullmatch, ends)) and ends[1][:10] <= ends[0][:10]:
        query["to"] = ends[0]


def _one_way(path: str, case: Any) -> None:
    """The document cannot say that a path is one of a journey or of items, that a hall may not tell of its staff, which
    tickets come after a page, or how many days of shifts are told at once."""
    query = dict(case.query or {})
    if path.endswith("/path") and case.method == "GET" and bool(query.get("journey")) == bool(query.get("services")):
        query.pop("journey", None)
        query["services"] = "A-1"
    if "/reports/" in path:
        query.pop("after", None)
        if DATE.fullmatch(str(query.get("date"))) and query["date"] > "2026-11-01":
            query["date"] = "2026-11-01"
        if query.get("by") == "staff":
            query["by"] = "queue"
    days = [str(query.get(name)) for name in ("from", "to")]
    if path.endswith("/shifts") and all(map(DATE.fullmatch, days)):
        query["to"] = query["from"]
    for name in ("actor", "ticket", "act") if path.endswith("/audit") else ():
        if len(query.get(name, "")) <= 200 and not query.get(name, "").isprintable():
            query[name] = "window"
    if query:
        case.query = query


def _whole_change(path: str, body: Any) -> None:
    """The document cannot say that a case is changed by a step with its note, or by a new owner."""
    if path.endswith("/cases/{case}") and isinstance(body, dict):
        for name in ("note", "owner"):
            if body.get(name) is None:
                body[name] = "somebody"


def _fitting_promise(path: str, body: Any) -> None:
    """The document cannot say which outcome a promise suits, when its time is to come, which papers a hall knows."""
    try:
        wanted = msgspec.convert(body, FinishTicket) if path.endswith("/finish") else None
    except msgspec.ValidationError:
        return
    if wanted is not None and wanted.promise is not None:
        body["outcome"] = SUITS[wanted.promise.kind][0]
        body["promise"] = {"kind": wanted.promise.kind, "note": wanted.promise.note}


def _in_hours(body: Any) -> None:
    """The document cannot say that a shift ends after it begins."""
    shifts = body.get("shifts") if isinstance(body, dict) else None
    for row in shifts if isinstance(shifts, list) else ():
        hours = [str(row.get(name)) for name in ("begins", "ends")] if isinstance(row, dict) else []
        if hours and all(map(HOUR.fullmatch, hours)) and hours[0] >= hours[1]:
            row["begins"], row["ends"] = "09:00", "17:00"


def _real_browser(body: Any) -> None:
    """The document cannot say which texts are a key, or which addresses are public."""
    if not isinstance(body, dict):
        return
    if isinstance(body.get("endpoint"), str) and ENDPOINT.fullmatch(body["endpoint"]):
        body["endpoint"] = "https://push.example.org/browser"
    keys = body.get("keys")
    for name, real in BROWSER_KEYS.items() if isinstance(keys, dict) else ():
        if isinstance(keys.get(name), str) and BASE64URL.fullmatch(keys[name]):
            keys[name] = real


@schemathesis.hook
def filter_body(_context: Any, body: Any) -> bool:
    """JSON Schema calls 5.0 a whole number; we do not. And a hall may allow less than the document does."""
    if not isinstance(body, dict):
        return True
    beyond_rule = set(body) == {"minutes"} and isinstance(body["minutes"], int) and 60 < body["minutes"] <= 240
    too_many = isinstance(body.get("places"), int) and 2 < body["places"] <= 20
    return not beyond_rule and not too_many and not _has_float({**body, "position": None})


def _has_float(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_float, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float)
