"""Every address of the server but its pages."""

from importlib.metadata import version

from aiohttp import web

from queue_server.flows.book import Book
from queue_server.flows.links import Links
from queue_server.flows.sign_ins import SignIns
from queue_server.web import (
    audit,
    bookings,
    cases,
    codes,
    comments,
    days,
    devices,
    diversions,
    halls,
    interpreters,
    journeys,
    leases,
    lockers,
    me,
    messages,
    outlook,
    places,
    projects,
    promises,
    ratings,
    reports,
    sign_ins,
    signin,
    slots,
    staff,
    system,
    tickets,
    usual,
    windows,
)
from queue_server.web.auth import Auth
from queue_server.web.charts import Charts
from queue_server.web.endpoint import endpoint
from queue_server.web.ics import CalendarFiles
from queue_server.web.metrics import Metrics
from queue_server.web.openapi import document
from queue_server.web.qr import Pictures
from queue_server.web.report_charts import ReportCharts
from queue_server.web.route import API, Route, pattern
from queue_server.web.staff_services import StaffServices
from queue_server.web.staff_sign_in import StaffEntrance
from queue_server.web.streams import Streams

ROUTES: tuple[Route, ...] = (
    *slots.ROUTES,
    *windows.ROUTES,
    *tickets.ROUTES,
    *journeys.ROUTES,
    *bookings.ROUTES,
    *codes.ROUTES,
    *sign_ins.ROUTES,
    *leases.ROUTES,
    *halls.ROUTES,
    *outlook.ROUTES,
    *messages.ROUTES,
    *diversions.ROUTES,
    *days.ROUTES,
    *usual.ROUTES,
    *reports.ROUTES,
    *audit.ROUTES,
    *staff.ROUTES,
    *me.ROUTES,
    *devices.ROUTES,
    *ratings.ROUTES,
    *cases.ROUTES,
    *comments.ROUTES,
    *projects.ROUTES,
    *interpreters.ROUTES,
    *places.ROUTES,
    *promises.ROUTES,
    *lockers.ROUTES,
)
"""The router tries them one after another, so what is asked most stands first."""


def add_api(app: web.Application, auth: Auth, metrics: Metrics, live: Streams) -> None:
    """The calls of the public contract, and the event streams."""
    for route in ROUTES:
        path = API + pattern(route.path, ROUTES)
        app.router.add_route(route.method, path, endpoint(route, auth, metrics))
    app.router.add_get(API + "/halls/{hall}/events", live.handle)


def add_system(
    app: web.Application, auth: Auth, metrics: Metrics, links: Links, book: Book, with_others: SignIns,
    staff_services: StaffServices,
) -> None:  # fmt: skip
    """What is no call of the API: health, figures, pictures, the entrance."""
    about = system.System(metrics, lambda: document(ROUTES, version("greenwave")))
    app.router.add_get("/healthz", about.healthz)
    app.router.add_get("/readyz", about.readyz)
    app.router.add_get("/metrics", about.metrics)
    app.router.add_get("/api/openapi.json", about.openapi)
    app.router.add_get("/cockpit/{hall}/charts/{chart}.svg", Charts(auth).handle)
    app.router.add_get("/reports/{hall}/charts/{chart}.svg", ReportCharts(auth).handle)
    pictures = Pictures(auth)
    app.router.add_get("/t/{token}/qr.svg", pictures.ticket)
    app.router.add_get("/b/{token}/pass.svg", pictures.booking)
    app.router.add_get("/b/{token}/booking.ics", CalendarFiles(auth, book).handle)
    people = StaffEntrance(auth, staff_services)
    entrance = signin.SignIn(auth, links, people)
    app.router.add_get("/sign-in", entrance.form)
    app.router.add_post("/sign-in", entrance.post)
    app.router.add_get("/sign-in/{code}", entrance.link)
    app.router.add_get("/sign-in/arrive/{code}", people.arrive)
    app.router.add_get("/sign-in/with/{provider}", people.out)
    app.router.add_get("/sign-in/back/{provider}", people.back)
    app.router.add_post("/sign-out", people.leave)
    app.router.add_get("/account", people.account)
    app.router.add_get("/welcome/{code}", people.welcome)
    app.router.add_get("/welcome/{code}/qr.svg", people.picture)
    doorway = sign_ins.Doorway(with_others)
    app.router.add_get("/m/{hall}/sign-in/{provider}", doorway.out)
    app.router.add_get("/identity/{provider}", doorway.back)
