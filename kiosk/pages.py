"""The pages of the kiosk."""

from queue_server.look.page import Page

PAGES = (
    Page(
        name="kiosk",
        path="/kiosk/{hall}",
        package="kiosk",
        template="kiosk.html",
        sections=("kiosk",),
        role="kiosk",
    ),
)
