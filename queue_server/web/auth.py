"""Tokens and cookies: who is asking, and may they."""

from aiohttp import web

from queue_server.domain.callers import NOBODY, Caller
from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import departments_of_window
from queue_server.flows.booking_codes import is_booking
from queue_server.flows.devices import DeviceFlows
from queue_server.flows.people import People
from queue_server.flows.proofs import LIFE_S
from queue_server.web.context import SERVICES
from queue_server.web.origins import PERSON, SAFE_SITES

COOKIE = "gw-"
"""A browser may hold several roles at once; each has its cookie, and a page names the one it uses."""
COOKIE_S = 30 * 24 * 3600
VISITOR_COOKIE_S = 24 * 3600
STAFF = "staff"
"""The cookie of a person, who may be several things: pages name which, as in `staff.window.demo-hall.3`."""
STAFF_COOKIE_S = 12 * 3600


def cookie_name(caller: Caller) -> str:
    """What the cookie of a signed-in page is called; pages send the part after `gw-` as `Greenwave-As`."""
    if caller.role == "visitor":
        return f"{COOKIE}{'booking' if is_booking(caller.id) else 'ticket'}-{caller.id}"
    parts = [caller.role, caller.hall, str(caller.window) if caller.window else ""]
    return COOKIE + "-".join(part for part in parts if part)


class Auth:
    """Finds the caller of a request."""

    def __init__(self, devices: DeviceFlows, people: People) -> None:
        self._devices = devices
        self._people = people

    async def caller(self, request: web.Request) -> Caller:
        """By bearer token, or by the cookie that the page names. `NOBODY` without either.

        Raises `Refusal` for a token that is not known.
        """
        header = request.headers.get("Authorization")
        if header is not None:
            scheme, _, token = header.partition(" ")
            if scheme.lower() != "bearer" or not token.strip():
                raise Refusal("UNKNOWN_TOKEN")
            return await self._spoken(request, token.strip(), request.headers.get("Greenwave-As", ""))
        named = request.headers.get("Greenwave-As") or request.query.get("as", "")
        cookie = request.cookies.get(COOKIE + _jar(named)) if named else None
        if not cookie:
            return NOBODY
        self._same_site(request)
        return await self._spoken(request, cookie, named)

    async def recognise(self, token: str) -> Caller:
        """Who a token stands for. Refuses `UNKNOWN_TOKEN`, for what cannot be one too."""
        if not token or not token.isascii():
            raise Refusal("UNKNOWN_TOKEN")
        if self._people.is_token(token):
            return (await self._people.of_token(token)).caller
        return await self._devices.recognise(token)

    async def _spoken(self, request: web.Request, token: str, named: str) -> Caller:
        """A person speaks in the role that the page names, at the hall and window that the address names."""
        if not (token.isascii() and self._people.is_token(token)):
            return await self.recognise(token)
        found = request.match_info
        hall, window = found.get("hall", ""), found.get("window", "")
        _, _, rest = named.partition(".")
        role, _, rest = rest.partition(".")
        number = window or rest.rpartition(".")[2]
        at_window = int(number) if number.isascii() and number.isdigit() and len(number) <= 4 else 0
        return await self._people.caller(token, hall, role, at_window)

    async def person_here(self, request: web.Request) -> Caller | None:
        """The person whose browser this is, or None."""
        token = request.cookies.get(COOKIE + STAFF, "")
        try:
            caller = await self.recognise(token)
        except Refusal:
            return None
        return caller if caller.role == "staff" else None

    def _same_site(self, request: web.Request) -> None:
        """A cookie speaks for a page of ours alone: an act needs the header, which no other site can send unasked."""
        foreign = request.headers.get("Sec-Fetch-Site", "") not in SAFE_SITES
        if foreign or (request.method != "GET" and "Greenwave-As" not in request.headers):
            raise Refusal("CROSS_SITE")

    async def page_identity(self, request: web.Request, role: str, hall: str, window: int = 0) -> str | None:
        """The cookie (without its prefix) under which this browser may use a page, or None: it must sign in."""
        as_person = await self._page_person(request, role, hall, window)
        if as_person:
            return as_person
        wanted = cookie_name(Caller(role=role, hall=hall, window=window))
        for name in (wanted, cookie_name(Caller(role="manager", hall=hall)), COOKIE + "admin"):
            token = request.cookies.get(name)
            if not token:
                continue
            try:
                caller = await self.recognise(token)
            except Refusal:
                continue
            if may_use_page(caller, role, hall, window):
                return name.removeprefix(COOKIE)
        return None

    async def _page_person(self, request: web.Request, role: str, hall: str, window: int) -> str:
        """A person is themselves before the device at which they sit; empty where they may not use the page."""
        token = request.cookies.get(COOKIE + STAFF, "")
        if not token.isascii() or not self._people.is_token(token):
            return ""
        for as_role in dict.fromkeys((role, "manager")):
            try:
                caller = await self._people.caller(token, hall, as_role, window)
            except Refusal:
                return ""
            if may_use_page(caller, role, hall, window):
                parts = (STAFF, caller.role, hall, str(window) if caller.role == "window" else "")
                return ".".join(part for part in parts if part)
        return ""

    async def page_device(self, request: web.Request, role: str, hall: str) -> str:
        """The cookie (without its prefix) of a browser that is such a device itself; a manager who looks on is none."""
        named = COOKIE + "-".join((role, hall))
        for name in sorted(name for name in request.cookies if name == named or name.startswith(f"{named}-")):
            try:
                caller = await self.recognise(request.cookies[name])
            except Refusal:
                continue
            if (caller.role, caller.hall) == (role, hall):
                return name.removeprefix(COOKIE)
        return ""

    async def page_booking(self, token: str) -> tuple[str, str, str] | None:
        """Hall, code and cookie (without its prefix) of a booking's own page, or None for an unknown token."""
        try:
            caller = await self.recognise(token)
        except Refusal:
            return None
        if caller.role != "visitor" or not is_booking(caller.id):
            return None
        return caller.hall, caller.id, cookie_name(caller).removeprefix(COOKIE)

    async def page_ticket(self, _: web.Request, token: str) -> tuple[str, str, str] | None:
        """Hall, ticket and cookie (without its prefix) of a ticket's own page, or None for an unknown token."""
        try:
            caller = await self.recognise(token)
        except Refusal:
            return None
        if caller.role != "visitor" or is_booking(caller.id):
            return None
        if not await self._devices.ticket_exists(caller.hall, caller.id):
            return None
        return caller.hall, caller.id, cookie_name(caller).removeprefix(COOKIE)


def keep_cookie(request: web.Request, response: web.StreamResponse, caller: Caller, token: str) -> None:
    """Signs a browser in: for this site alone, out of reach of its scripts."""
    _keep(request, response, cookie_name(caller), token, COOKIE_S)


def keep_staff(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Signs a person in, in this browser, for a working day."""
    _keep(request, response, COOKIE + STAFF, token, STAFF_COOKIE_S)


def _jar(named: str) -> str:
    """Which cookie speaks for what a page names itself."""
    return STAFF if named.partition(".")[0] == STAFF else named


def sign_in_visitor(request: web.Request, response: web.StreamResponse, token: str, acts_as: str) -> None:
    """Signs the ticket's own page in: whoever has its address is its visitor."""
    _keep(request, response, COOKIE + acts_as, token, VISITOR_COOKIE_S)


def keep_person(request: web.Request, response: web.StreamResponse, hall: str, proof: str) -> None:
    """A browser keeps the proof of who its visitor is for as long as the proof is good."""
    _keep(request, response, PERSON + hall, proof, LIFE_S)


def _keep(request: web.Request, response: web.StreamResponse, name: str, token: str, life_s: int) -> None:
    secure = request.secure or request.app[SERVICES].public_url.startswith("https://")
    response.set_cookie(name, token, httponly=True, samesite="Strict", secure=secure, max_age=life_s, path="/")


def may_use_page(caller: Caller, role: str, hall: str, window: int) -> bool:
    """Whether a caller may work at a page of this role: its own, or any as admin; a manager also at any window."""
    if caller.role == "admin":
        return True
    if caller.hall != hall:
        return False
    if caller.role == "manager":
        within = not caller.departments or role in {"manager", "window"}
        return within and role in {"manager", "window", "desk", "kiosk", "display"}
    return caller.role == role and (not window or caller.window == window)


def check(caller: Caller, roles: frozenset[str], hall: str, window: int, ticket: str, booking: str = "") -> None:
    """Refuses a caller that may not make a call. A visitor is bound to one ticket or booking, a window to itself."""
    if not roles:
        return
    if not caller.role:
        raise Refusal("NO_TOKEN")
    if caller.role != "admin" and caller.hall != hall:
        raise Refusal("WRONG_HALL", {"hall": hall})
    if caller.role not in roles:
        raise Refusal("WRONG_ROLE", {"role": caller.role})
    if caller.role == "window" and window and caller.window != window:
        raise Refusal("WRONG_WINDOW", {"window": window})
    if caller.role == "visitor" and booking and booking != caller.id:
        raise Refusal("NO_SUCH_BOOKING")
    if caller.role == "visitor" and not booking and ticket != caller.id:
        raise Refusal("NO_SUCH_TICKET", {"ticket": ticket})


def check_departments(caller: Caller, hall: Hall, window: int) -> None:
    """The manager of a department acts at its windows alone; the hall's figures are there for all to read."""
    if not caller.departments or (window and departments_of_window(hall, window).intersection(caller.departments)):
        return
    raise Refusal("WRONG_DEPARTMENT", {"departments": ", ".join(caller.departments)})


AUTH: web.AppKey[Auth] = web.AppKey("auth", Auth)
