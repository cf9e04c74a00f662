"""How people sign in with a browser: the form, its second step, arriving, single sign-on; and their own pages."""

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web
from yarl import URL

from queue_server.domain.refusals import Refusal
from queue_server.flows.staff_sign_in import SecondNeeded
from queue_server.store.asking import StoreDown
from queue_server.web.auth import COOKIE, STAFF, Auth, keep_staff, may_use_page
from queue_server.web.context import SERVICES
from queue_server.web.destinations import destination, ours
from queue_server.web.endpoint import UNKEPT, as_problem, told
from queue_server.web.errors import STATUS
from queue_server.web.home.pages import ACCOUNT, ARRIVED, WELCOME, sign_in_page
from queue_server.web.origins import SAFE_SITES, address_of
from queue_server.web.pages import Place, render_error, render_page
from queue_server.web.qr import picture
from queue_server.web.staff_services import StaffServices

AWAY = "gw-staff-away"
AWAY_S = 15 * 60
HOME = "/account"


class StaffEntrance:
    """The handlers of people's own pages, and their half of the sign-in form."""

    def __init__(self, auth: Auth, staff: StaffServices) -> None:
        self._auth = auth
        self._staff = staff

    async def post(self, request: web.Request, to: str, filled: Mapping[str, str]) -> web.StreamResponse:
        """The form: name and password, or the code that is asked for after them."""
        whence = address_of(request, request.app[SERVICES].proxies)
        step, wanted = filled.get("step", ""), destination(to)
        try:
            with self._staff.counted("password"):
                if step:
                    started = await self._staff.sign_ins.by_code(step, filled.get("code", "").strip(), whence)
                else:
                    started = await self._staff.sign_ins.by_password(
                        filled.get("name", "")[:64], filled.get("password", "")[:256], "", whence,
                        wanted.hall if wanted else "",
                    )  # fmt: skip
        except SecondNeeded as needed:
            return sign_in_page(request, to, None, step=needed.step)
        except Refusal as refusal:
            kept = step if refusal.code in {"SIGN_IN_WRONG", "LOCKED_OUT"} else ""
            return sign_in_page(request, to, refusal.code, status=STATUS[refusal.code], step=kept, facts=refusal.facts)
        return await self._in(request, started.token, to)

    async def arrive(self, request: web.Request) -> web.StreamResponse:
        """Takes a browser in that has signed in by a script of ours, once: a link that somebody sent leads nowhere."""
        if request.headers.get("Sec-Fetch-Site", "") not in {"", "same-origin"}:
            return render_error(request, 403, "CROSS_SITE")
        to = request.query.get("to", "")
        try:
            token = await self._staff.sign_ins.arrived(request.match_info["code"])
        except Refusal as refusal:
            return sign_in_page(request, ours(to), refusal.code, status=410)
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")
        return await self._in(request, token, ours(to))

    async def _in(self, request: web.Request, token: str, to: str) -> web.StreamResponse:
        where = to if await self._opens(token, to) else HOME if to in {"", "/"} else f"{HOME}?not=1"
        headers = {**UNKEPT, "Location": str(URL(where)), "Referrer-Policy": "no-referrer"}
        response = web.Response(status=303, headers=headers)
        keep_staff(request, response, token)
        return response

    async def _opens(self, token: str, to: str) -> bool:
        """Whether somebody's account opens the page where they wanted to go."""
        wanted = destination(to)
        if wanted is None:
            return False
        people = self._staff.people
        callers = [await people.caller(token, wanted.hall, role, wanted.window) for role in (wanted.role, "manager")]
        return any(may_use_page(caller, wanted.role, wanted.hall, wanted.window) for caller in callers)

    async def account(self, request: web.Request) -> web.StreamResponse:
        """One's own account: where one works, how one signs in."""
        try:
            person = await self._auth.person_here(request)
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")
        if person is None:
            raise web.HTTPSeeOther(f"/sign-in?to={quote(HOME)}")
        offers = sorted(self._staff.sso.offered.items())
        return render_page(
            request, ACCOUNT, Place(acts_as=STAFF), person=person, offers=offers, denied="not" in request.query
        )

    async def welcome(self, request: web.Request) -> web.StreamResponse:
        """A one-time link: its person chooses how to sign in from now on. Looking does not use it up."""
        try:
            person = await self._staff.sign_ins.of_link(request.match_info["code"])
        except Refusal as refusal:
            return render_error(request, 410, refusal.code)
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")
        response = render_page(request, WELCOME, person=person, code=request.match_info["code"])
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """A one-time link as a QR code, for whoever has the link already."""
        code = request.match_info["code"]
        try:
            await self._staff.sign_ins.of_link(code)
        except Refusal as refusal:
            return told(request, refusal.code)
        except StoreDown as error:
            return as_problem(request, error)
        return picture(f"{_origin(request)}/welcome/{code}", "no-store")

    async def out(self, request: web.Request) -> web.StreamResponse:
        """To a service that knows this hall's staff."""
        name = request.match_info["provider"]
        person = await self._auth.person_here(request) if request.query.get("link") else None
        if person and request.headers.get("Sec-Fetch-Site", "") not in SAFE_SITES:
            return render_error(request, 403, "CROSS_SITE")
        try:
            if person:
                people = self._staff.people
                people.check_lately(await people.of_token(request.cookies.get(COOKIE + STAFF, "")))
            url, state = await self._staff.sso.start(
                name, _back(request, name), ours(request.query.get("to", "")), person.id if person else ""
            )
        except Refusal as refusal:
            return render_error(request, STATUS[refusal.code], refusal.code, refusal.facts)
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")
        response = web.Response(status=303, headers={**UNKEPT, "Location": url})
        # Lax: the way back begins at the other service's page
        response.set_cookie(
            AWAY, state, max_age=AWAY_S, httponly=True, samesite="Lax", path="/", secure=_secure(request)
        )
        return response

    async def back(self, request: web.Request) -> web.StreamResponse:
        """From there. The way went over another site, so a page leads on: only then a strict cookie comes along."""
        name, state = request.match_info["provider"], request.cookies.get(AWAY, "")
        whence = address_of(request, request.app[SERVICES].proxies)
        try:
            with self._staff.counted("sso"):
                started, to = await self._staff.sso.finish(name, request.query, state, _back(request, name), whence)
        except Refusal as refusal:
            return sign_in_page(request, "/", refusal.code, status=STATUS[refusal.code])
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")
        response = render_page(request, ARRIVED, to=HOME if to in {"", "/"} else to)
        response.del_cookie(AWAY, path="/")
        keep_staff(request, response, started.token)
        return response

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """Signs this browser's person out."""
        if request.headers.get("Sec-Fetch-Site", "") not in SAFE_SITES:
            return render_error(request, 403, "CROSS_SITE")
        try:
            here = await self._staff.people.of_token(request.cookies.get(COOKIE + STAFF, ""))
            await self._staff.own.sign_out(here)
        except Refusal as refusal:
            if refusal.code != "UNKNOWN_TOKEN":  # who is out already is out
                raise
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")
        response = web.Response(status=303, headers={**UNKEPT, "Location": "/sign-in"})
        response.del_cookie(COOKIE + STAFF, path="/")
        return response


def _back(request: web.Request, name: str) -> str:
    return f"{_origin(request)}/sign-in/back/{name}"


def _origin(request: web.Request) -> str:
    return request.app[SERVICES].public_url or f"{request.scheme}://{request.host}"


def _secure(request: web.Request) -> bool:
    return request.secure or request.app[SERVICES].public_url.startswith("https://")
