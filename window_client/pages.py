"""The pages of a window, of its rating pad, and of the guide desk."""

from queue_server.look.page import Page

PAGES = (
    Page(
        name="console",
        path="/window/{hall}/{window}",
        package="window_client",
        template="console.html",
        sections=("console", "interpreters", "guide", "console_diversion", "journey", "promises"),
        role="window",
    ),
    Page(
        name="pad",
        path="/pad/{hall}/{window}",
        package="window_client",
        template="pad.html",
        sections=("rating",),
        role="window",
    ),
    Page(
        name="desk",
        path="/desk/{hall}",
        package="window_client",
        template="desk.html",
        sections=(
            "desk",
            "desk_tasks",
            "interpreters",
            "guide",
            "journey",
            "rating",
            "cases",
            "projects",
            "places",
            "lockers",
            "promises",
        ),
        role="desk",
    ),
)
