"""The pages of a window, and of the guide desk."""

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
    Page(
        name="desk",
        path="/desk/{hall}",
        package="window_client",
        template="desk.html",
        sections=("desk",),
        role="desk",
    ),
)
