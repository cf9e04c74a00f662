"""The pages of a visitor's phone."""

from queue_server.look.page import Page

PAGES = (
    Page(
        name="ticket",
        path="/t/{token}",
        package="kiosk.phone",
        template="ticket.html",
        sections=("phone",),
    ),
)
