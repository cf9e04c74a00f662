"""Who may do what at the server: the table that the product promises, written down apart from the program.

Each line is a route and the roles that may use it in their own hall. A route that is not here fails the test.
"""

ANYONE = "anyone"
PERSON = "staff"
"""A person who signed in for themselves, whatever hall they work in."""
BOSS = "admin manager"
AT_WINDOW = f"{BOSS} window"
HELPS = f"{AT_WINDOW} desk"
DESK = f"{BOSS} desk"
KIOSK = f"{BOSS} kiosk"
DEVICE = f"{HELPS} kiosk display"
SEES_TICKET = f"{HELPS} kiosk visitor"
OWNS_TICKET = f"{DESK} visitor"
OWNS_BOOKING = f"{OWNS_TICKET} kiosk"
VISITOR = "admin visitor"

WINDOW_ACTS = (
    "call", "call-next", "close", "finish", "hold", "no-show", "open", "pause", "recall", "resume", "start", "transfer",
    "undo",
)  # fmt: skip

API: dict[str, str] = {
    "POST /enrol": ANYONE,
    "GET /halls": ANYONE,
    "GET /halls/{hall}": ANYONE,
    "GET /halls/{hall}/board": ANYONE,
    "GET /halls/{hall}/services": ANYONE,
    "GET /halls/{hall}/outlook": ANYONE,
    "GET /halls/{hall}/slots": ANYONE,
    "GET /halls/{hall}/path": ANYONE,
    "GET /halls/{hall}/sign-ins": ANYONE,
    "GET /halls/{hall}/push-key": ANYONE,
    "POST /halls/{hall}/tickets": ANYONE,
    "POST /halls/{hall}/bookings": ANYONE,
    "POST /halls/{hall}/waiting-list": ANYONE,
    "POST /halls/{hall}/codes": ANYONE,
    "POST /halls/{hall}/proofs": ANYONE,
    "POST /halls/{hall}/projects/visit": ANYONE,
    "POST /sign-in": ANYONE,
    "POST /sign-in/passkey": ANYONE,
    "POST /sign-in/passkey/options": ANYONE,
    "POST /welcome": ANYONE,
    "POST /welcome/options": ANYONE,
    # a ticket
    "POST /halls/{hall}/tickets/hand-in": KIOSK,
    "GET /halls/{hall}/tickets/{ticket}": SEES_TICKET,
    "GET /halls/{hall}/tickets/{ticket}/why": SEES_TICKET,
    "POST /halls/{hall}/tickets/{ticket}/cancel": OWNS_BOOKING,
    "POST /halls/{hall}/tickets/{ticket}/coming": OWNS_TICKET,
    "POST /halls/{hall}/tickets/{ticket}/offer": OWNS_TICKET,
    "POST /halls/{hall}/tickets/{ticket}/path": OWNS_TICKET,
    "POST /halls/{hall}/tickets/{ticket}/postpone": OWNS_TICKET,
    "POST /halls/{hall}/tickets/{ticket}/reinstate": HELPS,
    "GET /halls/{hall}/tickets/{ticket}/rating": SEES_TICKET,
    "POST /halls/{hall}/tickets/{ticket}/rating": SEES_TICKET,
    "GET /halls/{hall}/tickets/{ticket}/messages": VISITOR,
    "POST /halls/{hall}/tickets/{ticket}/messages": VISITOR,
    "POST /halls/{hall}/tickets/{ticket}/push": VISITOR,
    "DELETE /halls/{hall}/tickets/{ticket}/push": VISITOR,
    # a booking
    "GET /halls/{hall}/bookings/{code}": f"{OWNS_BOOKING} window",
    "DELETE /halls/{hall}/bookings/{code}": OWNS_BOOKING,
    **{
        f"POST /halls/{{hall}}/bookings/{{code}}/{act}": OWNS_BOOKING
        for act in ("check-in", "confirm", "confirm-again", "messages", "move", "pass")
    },
    "POST /halls/{hall}/bookings/{code}/push": VISITOR,
    "DELETE /halls/{hall}/bookings/{code}/push": VISITOR,
    "POST /halls/{hall}/check-in": f"{DESK} kiosk",
    "POST /halls/{hall}/pardons": DESK,
    # a window
    "GET /halls/{hall}/windows/{window}": AT_WINDOW,
    "GET /halls/{hall}/windows/{window}/next": AT_WINDOW,
    "GET /halls/{hall}/windows/{window}/rating": AT_WINDOW,
    **{f"POST /halls/{{hall}}/windows/{{window}}/{act}": AT_WINDOW for act in WINDOW_ACTS},
    # devices
    "GET /halls/{hall}/devices": BOSS,
    "POST /halls/{hall}/devices": BOSS,
    "POST /halls/{hall}/devices/codes": BOSS,
    "DELETE /halls/{hall}/devices/{device}": BOSS,
    "POST /halls/{hall}/health": DEVICE,
    "POST /halls/{hall}/shown": f"{BOSS} display",
    "POST /halls/{hall}/leases": KIOSK,
    "GET /halls/{hall}/help": f"{HELPS} kiosk",
    "POST /halls/{hall}/help": KIOSK,
    "POST /halls/{hall}/help/{help}/answer": HELPS,
    # the hall
    "GET /halls/{hall}/state": BOSS,
    "GET /halls/{hall}/messages": BOSS,
    "GET /halls/{hall}/forecast": BOSS,
    "GET /halls/{hall}/usual": BOSS,
    "POST /halls/{hall}/what-if": BOSS,
    "GET /halls/{hall}/days": BOSS,
    "GET /halls/{hall}/days/{day}/events": BOSS,
    "GET /halls/{hall}/audit": BOSS,
    "GET /halls/{hall}/reports/{span}": BOSS,
    "GET /halls/{hall}/reports/tickets": BOSS,
    "GET /halls/{hall}/cases": BOSS,
    "POST /halls/{hall}/cases": HELPS,
    "POST /halls/{hall}/cases/{case}": BOSS,
    "GET /halls/{hall}/promises": HELPS,
    "POST /halls/{hall}/promises/{promise}": HELPS,
    "GET /halls/{hall}/tickets/{ticket}/promises": SEES_TICKET,
    "POST /halls/{hall}/tickets/{ticket}/escalate": HELPS,
    "GET /halls/{hall}/ratings": BOSS,
    "GET /halls/{hall}/projects": DESK,
    "POST /halls/{hall}/projects": DESK,
    "GET /halls/{hall}/diversions": DESK,
    "POST /halls/{hall}/diversions": BOSS,
    "GET /halls/{hall}/diversions/tasks": HELPS,
    "POST /halls/{hall}/diversions/{diversion}/accept": DESK,
    "POST /halls/{hall}/diversions/{diversion}/dismiss": BOSS,
    "POST /halls/{hall}/diversions/{diversion}/end": DESK,
    # interpreters
    "GET /halls/{hall}/interpreters/languages": ANYONE,
    "GET /halls/{hall}/interpreters": DESK,
    "POST /halls/{hall}/interpreters": BOSS,
    "POST /halls/{hall}/interpreters/{interpreter}": BOSS,
    "DELETE /halls/{hall}/interpreters/{interpreter}": BOSS,
    "POST /halls/{hall}/interpreters/{interpreter}/duty": DESK,
    "POST /halls/{hall}/tickets/{ticket}/interpreter": SEES_TICKET,
    "DELETE /halls/{hall}/tickets/{ticket}/interpreter": SEES_TICKET,
    "POST /halls/{hall}/tickets/{ticket}/interpreter/assign": DESK,
    "POST /halls/{hall}/tickets/{ticket}/interpreter/note": DESK,
    "POST /halls/{hall}/tickets/{ticket}/papers": HELPS,
    # places
    "GET /halls/{hall}/zones": ANYONE,
    "POST /halls/{hall}/zones/{zone}/count": f"{DESK} kiosk",
    "POST /halls/{hall}/zones/{zone}/wave": DESK,
    # lockers
    "GET /halls/{hall}/area": ANYONE,
    "GET /halls/{hall}/lockers": ANYONE,
    "POST /halls/{hall}/lockers/{locker}/parcels": HELPS,
    "GET /halls/{hall}/parcels": DESK,
    "POST /halls/{hall}/parcels/collect": f"{DESK} kiosk",
    "POST /halls/{hall}/parcels/{parcel}/return": DESK,
    "GET /halls/{hall}/tickets/{ticket}/parcels": SEES_TICKET,
    # people
    "GET /halls/{hall}/staff": BOSS,
    "POST /halls/{hall}/staff": BOSS,
    "POST /halls/{hall}/staff/{person}": BOSS,
    "DELETE /halls/{hall}/staff/{person}": BOSS,
    **{f"POST /halls/{{hall}}/staff/{{person}}/{act}": BOSS for act in ("disable", "enable", "reset", "unlock")},
    "GET /halls/{hall}/shifts": BOSS,
    "POST /halls/{hall}/shifts": BOSS,
    "DELETE /halls/{hall}/shifts/{shift}": BOSS,
    "GET /me": PERSON,
    "POST /me/password": PERSON,
    "POST /me/passkeys": PERSON,
    "POST /me/passkeys/options": PERSON,
    "DELETE /me/passkeys/{key}": PERSON,
    "POST /me/sign-out": PERSON,
    "POST /me/sign-out/everywhere": PERSON,
    "POST /me/totp": PERSON,
    "POST /me/totp/confirm": PERSON,
    "POST /me/totp/drop": PERSON,
}

TOPICS: dict[str, str] = {
    "board:*": ANYONE,
    "waits:*": ANYONE,
    "window:1": ANYONE,
    "ticket:{ticket}": f"{HELPS} visitor",
    "place:{ticket}": f"{HELPS} visitor",
    "booking:ABCD-EFGH": SEES_TICKET,
    "help": f"{HELPS} kiosk",
    "messages": BOSS,
    "alarms": BOSS,
    "hall": f"{HELPS} display",
}
"""Who may follow what of `GET /halls/{hall}/events`."""

PAGES: dict[str, str] = {
    "/": ANYONE,
    "/api/docs": ANYONE,
    "/m/{hall}": ANYONE,
    "/m/{hall}/app.webmanifest": ANYONE,
    "/worker.js": ANYONE,
    "/area/{hall}": ANYONE,
    "/screen/{hall}": ANYONE,
    "/screen/{hall}/window/{window}": ANYONE,
    "/kiosk/{hall}": KIOSK,
    "/window/{hall}/{window}": AT_WINDOW,
    "/pad/{hall}/{window}": AT_WINDOW,
    "/desk/{hall}": DESK,
    "/cockpit/{hall}": BOSS,
    "/reports/{hall}": BOSS,
    "/audit/{hall}": BOSS,
    "/staff/{hall}": BOSS,
}

PICTURES: dict[str, str] = {
    "/cockpit/{hall}/charts/{chart}.svg": BOSS,
    "/reports/{hall}/charts/{chart}.svg": BOSS,
}

BY_ADDRESS = frozenset(
    {
        "/t/{token}", "/t/{token}/app.webmanifest", "/t/{token}/qr.svg",
        "/b/{booking}", "/b/{booking}/app.webmanifest", "/b/{token}/pass.svg", "/b/{token}/booking.ics",
        "/sign-in/{code}", "/sign-in/arrive/{code}", "/welcome/{code}", "/welcome/{code}/qr.svg",
    }
)  # fmt: skip
"""Whoever has the address is who it is for: it holds a secret."""

OPEN = frozenset(
    {
        "GET /healthz", "GET /readyz", "GET /metrics", "GET /api/openapi.json", "GET /static/{room}/{file}",
        "GET /sign-in", "POST /sign-in", "GET /sign-in/with/{provider}", "GET /sign-in/back/{provider}",
        "POST /sign-out", "GET /account", "GET /m/{hall}/sign-in/{provider}", "GET /identity/{provider}",
        "GET /api/v1/halls/{hall}/events",
    }
)  # fmt: skip
"""No call of a role: the entrance, health, and streams, whose topics have their own table."""
