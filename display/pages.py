"""The pages of the hall's screens."""

from queue_server.look.page import Page

PAGES = (
    Page(
        name="screen",
        path="/screen/{hall}",
        package="display",
        template="screen.html",
        sections=("screen",),
    ),
)
