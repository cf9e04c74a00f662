"""The pages that belong to no hall."""

from aiohttp import web

from queue_server.look.page import Page
from queue_server.web.pages import render_page

HERE = "queue_server.web.home"
HOME = Page(name="home", path="/", package=HERE, template="home.html", sections=("home",))
DOCS = Page(name="docs", path="/api/docs", package=HERE, template="docs.html", sections=("docs",))
SIGN_IN = Page(name="sign-in", path="/sign-in", package=HERE, template="signin.html")

PAGES = (HOME, DOCS)


def sign_in_page(request: web.Request, to: str, error: str | None, status: int | None = None) -> web.Response:
    """The form for a token, on the way to `to`; `error` is the refusal of the last try."""
    return render_page(request, SIGN_IN, status=status or (403 if error else 200), to=to, error=error)
