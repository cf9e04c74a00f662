"""The pages of the kiosk."""

from queue_server.look.page import Page

TOUCH = Page(
    name="kiosk",
    path="/kiosk/{hall}",
    package="kiosk",
    template="kiosk.html",
    sections=("kiosk", "waits", "offers", "journey", "interpreters", "places", "lockers", "area"),
    role="kiosk",
)
STATUS = Page(
    name="kiosk-status",
    path="/status",
    package="kiosk",
    template="status.html",
    sections=("kiosk", "kiosk_status"),
)
"""The agent's own: how the machine is."""

PAGES = (TOUCH,)
