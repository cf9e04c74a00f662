"""The OpenAPI 3.1 document, made from the route table and the structs it names."""

import re
from typing import Any

import msgspec

from queue_server.contract import answers
from queue_server.web.errors import STATUS
from queue_server.web.route import API, NDJSON, Lines, Route

REF = "#/components/schemas/{name}"
KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    "description": "The same key and body give the same answer again, with no second effect, until the day ends.",
}
PATH_SCHEMAS: dict[str, dict[str, Any]] = {
    "window": {"type": "integer", "minimum": 1, "maximum": 9999},
    "hall": {"type": "string", "pattern": "^[a-z0-9-]{1,64}$"},
    "ticket": {"type": "string", "pattern": "^[0-9]{6}-[0-9]{7,12}$"},
    "device": {"type": "string", "pattern": "^[0-9a-f]{12}$"},
    "day": {"type": "string", "pattern": "^20[0-9]{2}-[0-9]{2}-[0-9]{2}$"},
    "diversion": {"type": "string", "pattern": "^D-[0-9]{6}-[0-9]{1,9}$"},
    "interpreter": {"type": "string", "pattern": "^I[0-9]{1,9}$"},
    "locker": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"},
    "parcel": {"type": "string", "pattern": "^E-[0-9]{6}-[0-9]{1,9}$"},
    "promise": {"type": "string", "pattern": "^P-[0-9]{6}-[0-9]{1,9}$"},
    "case": {"type": "string", "pattern": "^C-[0-9]{6}-[0-9]{1,9}$"},
    "help": {"type": "string", "pattern": "^[0-9]{6}-[0-9]{1,9}$"},
    "person": {"type": "string", "pattern": "^p[0-9a-f]{12}$"},
    "shift": {"type": "string", "pattern": "^[0-9]{6}-[A-Za-z0-9_-]{12}$"},
    "key": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,128}$"},
    "zone": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"},
    "span": {"enum": ["day", "week", "month", "year"]},
    "code": {"type": "string", "pattern": "^[A-HJKMNP-Z2-9]{4}-?[A-HJKMNP-Z2-9]{4}$"},
}
_ZONED = r"(?:board|waits)(?::[A-Za-z0-9._*-]*)?"
_OF_ONE = r"window:[0-9]{1,4}|(?:ticket|place):[0-9-]{1,32}|booking:[A-Z0-9-]{8,9}"
_TOPIC = rf"(?:hall|help|messages|{_ZONED}|{_OF_ONE})"
TOPICS = {
    "name": "topics",
    "in": "query",
    "required": True,
    "schema": {"type": "string", "pattern": f"^{_TOPIC}(?:,{_TOPIC}){{0,63}}$"},
    "description": (
        "Comma-separated: `board:ZONE` or `board:*`, `waits:ZONE`, `window:N`, `ticket:ID`, `place:ID`,"
        " `booking:CODE`, `messages`, `hall`."
    ),
}
WINDOW = {"type": "integer"}


def _of_action(action: str, *needed: str) -> dict[str, Any]:
    """The body of a diversion with this action, which needs these fields."""
    given = {name: WINDOW if name == "window" else {"type": "string"} for name in needed}
    return {"properties": {"action": {"const": action}, **given}, "required": ["action", *needed]}


ONE_OF: dict[str, list[dict[str, Any]]] = {
    "IssueTicket": [
        {"required": ["service"]},
        {"required": ["services"]},
        {"required": ["journey"]},
        {"required": ["booking"], "properties": {"service": False, "services": False, "journey": False}},
    ],
    "Welcome": [
        {"required": ["password"], "properties": {"password": {"type": "string"}, "passkey": {"type": "null"}}},
        {"required": ["passkey"], "properties": {"passkey": {"type": "object"}, "password": {"type": "null"}}},
    ],
    "CheckIn": [{"required": ["pass"]}, {"required": ["code"]}],
    "PardonBookings": [{"required": ["visitor"]}, {"required": ["booking"]}],
    "BeginDiversion": [
        _of_action("open_window", "window"),
        _of_action("reskill_window", "window", "queue"),
        _of_action("send_out", "window"),
        {**_of_action("send_out", "queue"), "not": {"properties": {"window": WINDOW}, "required": ["window"]}},
        _of_action("send_helpers", "queue"),
        _of_action("guide_to_device", "service"),
        _of_action("offer_later", "queue"),
        _of_action("offer_hall", "service", "to"),
        _of_action("slow_entry", "queue"),
    ],
    "TransferTicket": [{"required": ["queue"]}, {"required": ["window"]}],
    "AddDevice": [
        {"properties": {"role": {"const": "window"}, "window": {"type": "integer"}}, "required": ["window"]},
        {"properties": {"role": {"not": {"const": "window"}}}},
    ],
}
"""Bodies whose fields depend on each other."""
TEXT = {"type": "string"}
HEADERS: dict[str, dict[str, Any]] = {
    "401": {"WWW-Authenticate": {"required": True, "schema": TEXT}},
    "503": {"Retry-After": {"required": True, "schema": {"type": "integer"}, "description": "Seconds"}},
}


def document(routes: tuple[Route, ...], version: str) -> dict[str, Any]:
    """The whole document."""
    types = [kind for route in routes for kind in (route.body, *route.answers.values()) if kind not in (None, Lines)]
    _, schemas = msgspec.json.schema_components([*types, answers.Problem, answers.Health], ref_template=REF)
    schemas["Problem"]["additionalProperties"] = True
    for name, either in ONE_OF.items():
        schemas[name]["oneOf"] = either
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(API + route.path, {})[route.method.lower()] = _operation(route)
    paths[API + "/halls/{hall}/events"] = {"get": _events()}
    for path, about in (("/healthz", "Liveness"), ("/readyz", "Readiness: the store answers and the halls are known")):
        paths[path] = {"get": _health(path.strip("/"), about)}
    paths["/metrics"] = {"get": _metrics()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Greenwave",
            "version": version,
            "description": "Queues of a public service hall. Times are RFC 3339 in UTC, durations end in _s or _ms.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.about,
        "tags": [_tag(route.path)],
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    if route.roles:
        operation["security"] = [{"token": sorted(route.roles)}]
        operation["description"] = f"For {', '.join(sorted(route.roles))}."
    if route.body is not None:
        name = route.body.__name__
        needed = name in ONE_OF or bool(msgspec.json.schema_components([route.body])[1][name].get("required"))
        schema = {"$ref": REF.format(name=name)}
        operation["requestBody"] = {"required": needed, "content": {"application/json": {"schema": schema}}}
    return operation


def _tag(path: str) -> str:
    parts = [part for part in path.split("/") if part and not part.startswith("{")]
    return parts[1] if len(parts) > 1 else parts[0]


def _parameters(route: Route) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": PATH_SCHEMAS[name]}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    found += [
        {"name": p.name, "in": "query", "required": p.required, "schema": p.schema, "description": p.about}
        for p in route.query
    ]
    return [*found, KEY_HEADER] if route.method == "POST" else found


def _responses(route: Route) -> dict[str, Any]:
    responses: dict[str, Any] = {str(status): _answer(kind) for status, kind in route.answers.items()}
    for status, codes in sorted(_refusals(route).items()):
        responses.setdefault(str(status), _problem(status, codes))
    return responses


def _refusals(route: Route) -> dict[int, list[str]]:
    codes = [*route.refusals, "STORE_DOWN", "UNKNOWN_TOKEN"]
    if "{hall}" in route.path:
        codes.append("NO_SUCH_HALL")
    if route.roles or route.path.endswith("/tickets"):
        codes += ["NO_TOKEN", "WRONG_ROLE", "WRONG_HALL"]
    if route.method == "POST" or route.body is not None:
        codes += ["MALFORMED_JSON", "BAD_IDEMPOTENCY_KEY", "BODY_TOO_LARGE", "WRONG_MEDIA_TYPE", "INVALID"]
        codes += ["IDEMPOTENCY_MISMATCH"]
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(STATUS[code], []).append(code)
    return by_status


def _answer(kind: type[msgspec.Struct] | None) -> dict[str, Any]:
    if kind is None:
        return {"description": "Done; nothing to say"}
    if kind is Lines:
        return {"description": "One JSON object a line", "content": {NDJSON: {"schema": TEXT}}}
    return _json(kind.__name__, kind.__name__)


def _json(name: str, about: str) -> dict[str, Any]:
    return {"description": about, "content": {"application/json": {"schema": {"$ref": REF.format(name=name)}}}}


def _problem(status: int, codes: list[str]) -> dict[str, Any]:
    schema = {"$ref": REF.format(name="Problem")}
    about = ", ".join(f"`{code}`" for code in codes)
    answer = {"description": about, "content": {"application/problem+json": {"schema": schema}}}
    headers = HEADERS.get(str(status))
    return {**answer, "headers": headers} if headers else answer


def _events() -> dict[str, Any]:
    event = {"type": "object", "properties": {"id": TEXT, "event": TEXT, "data": TEXT}}
    stream = {"description": "Server-sent events", "content": {"text/event-stream": {"schema": event}}}
    refused = {str(status): _problem(status, codes) for status, codes in (
        (401, ["NO_TOKEN", "UNKNOWN_TOKEN"]), (403, ["WRONG_ROLE", "WRONG_HALL"]),
        (404, ["NO_SUCH_HALL", "NO_SUCH_ZONE", "NO_SUCH_WINDOW", "NO_SUCH_TICKET", "NO_SUCH_BOOKING"]),
        (422, ["INVALID"]), (503, ["STORE_DOWN"]),
    )}  # fmt: skip
    return {
        "operationId": "streams_events",
        "summary": "Follow a hall. A reader that comes back with Last-Event-ID gets what it missed, or `reset`.",
        "tags": ["events"],
        "parameters": [
            {"name": "hall", "in": "path", "required": True, "schema": PATH_SCHEMAS["hall"]},
            TOPICS,
            {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}},
        ],
        "responses": {"200": stream, **refused},
    }


def _health(name: str, about: str) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": about,
        "tags": ["health"],
        "responses": {"200": _json("Health", about), "503": _problem(503, ["STORE_DOWN"])},
    }


def _metrics() -> dict[str, Any]:
    return {
        "operationId": "metrics",
        "summary": "For Prometheus",
        "tags": ["health"],
        "responses": {"200": {"description": "Prometheus text", "content": {"text/plain": {"schema": TEXT}}}},
    }
