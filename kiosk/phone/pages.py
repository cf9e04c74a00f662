"""The pages of a visitor's phone, and what makes an app of them."""

from queue_server.look.page import Page

HERE = "kiosk.phone"
SHARED = ("pocket", "phone", "waits")
MANIFEST = "application/manifest+json"
HOME = Page(
    name="phone-home",
    path="/m/{hall}",
    package=HERE,
    template="home.html",
    sections=(*SHARED, "phone_home", "booking", "journey", "projects", "places"),
)
TICKET = Page(
    name="ticket",
    path="/t/{token}",
    package=HERE,
    template="ticket.html",
    sections=(*SHARED, "places", "lockers", "offers", "rating", "journey", "interpreters", "guide", "promises"),
)
BOOKING = Page(
    name="booking",
    path="/b/{booking}",
    package=HERE,
    template="booking.html",
    sections=(*SHARED, "booking"),
)
APPS = tuple(
    Page(
        name=f"{page.name}-app",
        path=f"{page.path}/app.webmanifest",
        package=HERE,
        template="app.webmanifest",
        type=MANIFEST,
    )
    for page in (HOME, TICKET, BOOKING)
)
"""Each page can be installed by itself."""
WORKER = Page(name="phone-worker", path="/worker.js", package=HERE, template="worker.js", type="text/javascript")
"""At the root, for it looks after pages of all three kinds."""

PAGES = (HOME, TICKET, BOOKING, *APPS, WORKER)
