"""The pages of a window."""

from queue_server.look.page import Page

PAGES = (
    Page(
        name="console",
        path="/window/{hall}/{window}",
        package="window_client",
        template="console.html",
        sections=("console",),
        role="window",
    ),
)
