"""What the agent refuses, as the server does: RFC 9457 problems with a code, in the visitor's language."""

from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from queue_server.languages import Words, choose
from queue_server.languages.texts import texts_of

STATUS: dict[str, int] = {
    "MALFORMED_JSON": 400,
    "CROSS_SITE": 403,
    "NO_SUCH_SERVICE": 404,
    "NO_SUCH_TICKET": 404,
    "NO_SUCH_HALL": 404,
    "NO_SUCH_BOOKING": 404,
    "NO_SUCH_PAGE": 404,
    "METHOD_NOT_ALLOWED": 405,
    "HALL_CLOSED": 409,
    "SELF_SERVICE": 409,
    "WRONG_STATUS": 409,
    "PASS_EXPIRED": 410,
    "BODY_TOO_LARGE": 413,
    "WRONG_MEDIA_TYPE": 415,
    "INVALID": 422,
    "IDEMPOTENCY_MISMATCH": 422,
    "TOO_MANY": 429,
    "INTERNAL": 500,
    "PAPER_OUT": 503,
    "COVER_OPEN": 503,
    "JAMMED": 503,
    "PRINTER_OFFLINE": 503,
    "NO_NUMBERS": 503,
    "DAY_UNKNOWN": 503,
    "JOURNAL_FULL": 503,
    "JOURNAL_FAILED": 503,
    "REVOKED": 503,
    "NO_HALL": 503,
    "DAY_OVER": 503,
    "AWAY": 503,
}
OTHER_STATUS = 409
"""Of the server's own refusals that are not in the table."""

_encode = msgspec.json.Encoder().encode


class Problem(Exception):
    """Why something is not done. `facts` are what a sentence about it needs."""

    def __init__(self, code: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.facts = dict(facts or {})


def language_of(request: web.Request, asked: str = "") -> str:
    return choose(
        asked or request.query.get("lang"), request.cookies.get("lang"), request.headers.get("Accept-Language")
    )


def sentences(problem: Problem, language: str, timezone: str) -> tuple[str, str]:
    """Title and detail: the kiosk's own texts for what is wrong with it, the server's for the rest."""
    own = texts_of(language)["kiosk"]["blocked"].get(problem.code)
    if own:
        return own["title"], own["detail"]
    return Words(language).refusal(problem.code, problem.facts, timezone)


def document_of(problem: Problem, language: str, timezone: str, instance: str) -> dict[str, Any]:
    title, detail = sentences(problem, language, timezone)
    return {
        **problem.facts,
        "type": f"urn:greenwave:problem:{problem.code.lower().replace('_', '-')}",
        "title": title,
        "status": STATUS.get(problem.code, OTHER_STATUS),
        "code": problem.code,
        "detail": detail,
        "instance": instance,
    }


def answer_of(problem: Problem, request: web.Request, timezone: str, language: str = "") -> web.Response:
    document = document_of(problem, language or language_of(request), timezone, request.path)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return web.Response(
        body=_encode(document), status=document["status"], content_type="application/problem+json", headers=headers
    )


def of_server(code: str, document: Mapping[str, Any] | None) -> Problem:
    """The server's own refusal, handed on with its facts."""
    facts = {name: value for name, value in (document or {}).items() if name not in ABOUT}
    return Problem(code, facts)


ABOUT = frozenset({"type", "title", "status", "code", "detail", "instance"})
