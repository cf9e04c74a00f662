"""The pages that belong to no hall."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from queue_server.languages import Words
from queue_server.look.page import Page
from queue_server.web.context import SERVICES
from queue_server.web.destinations import destination
from queue_server.web.pages import languages_of, render_page

HERE = "queue_server.web.home"
HOME = Page(name="home", path="/", package=HERE, template="home.html", sections=("home", "directory"))
DOCS = Page(name="docs", path="/api/docs", package=HERE, template="docs.html", sections=("docs",))
AREA = Page(name="area", path="/area/{hall}", package=HERE, template="area.html", sections=("area",))
SIGN_IN = Page(name="sign-in", path="/sign-in", package=HERE, template="signin.html", sections=("account",))
ACCOUNT = Page(name="account", path="/account", package=HERE, template="account.html", sections=("account",))
WELCOME = Page(name="welcome", path="/welcome/{code}", package=HERE, template="welcome.html", sections=("account",))
ARRIVED = Page(name="arrived", path="/sign-in/back/{provider}", package=HERE, template="arrived.html")

OF_TOKENS = frozenset({"UNKNOWN_TOKEN", "WRONG_ROLE", "WRONG_HALL", "WRONG_WINDOW"})
"""What is wrong with a device's token, not with a person's password."""

PAGES = (HOME, DOCS, AREA)


def sign_in_page(
    request: web.Request, to: str, error: str | None, status: int | None = None, step: str = "",
    facts: Mapping[str, Any] | None = None, person: str = "",
) -> web.Response:  # fmt: skip
    """The form, on the way to `to`; `error` is the refusal of the last try, `step` asks for the code that comes second.

    `person` is already here, but may not go where they want to.
    """
    told = Words(languages_of(request)[0]).refusal(error, facts or {})[1] if error else ""
    offers = sorted(request.app[SERVICES].staff.sso.offered.items())
    return render_page(
        request, SIGN_IN, status=status or (403 if error else 200), to=to, error=error, step=step, told=told,
        offers=offers, of_token=error in OF_TOKENS, person=person,
        for_device=error in OF_TOKENS or _is_device(to),
    )  # fmt: skip


def _is_device(to: str) -> bool:
    """Whether it is a page of devices, at which nobody sits: they have tokens."""
    wanted = destination(to)
    return wanted is not None and wanted.role in {"kiosk", "display"}
