"""The pages of a window, and of the guide desk."""

from queue_server.look.page import Page

PAGES = (
    Page(
        name="console",
        path="/window/{hall}/{window}",
        package="window_client",
        template="console.html",
        sections=("console", "console_diversion"),
        role="window",
    ),
    Page(
        name="desk",
        path="/desk/{hall}",
        package="window_client",
        template="desk.html",
        sections=("desk", "desk_tasks"),
        role="desk",
    ),
)
