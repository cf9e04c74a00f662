"""The pages of the hall's screens. A browser that is a display device tells which calls it showed."""

from queue_server.look.page import Page

PAGES = (
    Page(
        name="screen",
        path="/screen/{hall}",
        package="display",
        template="screen.html",
        sections=("screen", "waits"),
        optional_role="display",
    ),
    Page(
        name="window-screen",
        path="/screen/{hall}/window/{window}",
        package="display",
        template="window_screen.html",
        sections=("screen", "window_screen"),
        optional_role="display",
    ),
)
