"""The pages of the cockpit."""

from queue_server.look.page import Page

PAGES = (
    Page(
        name="cockpit",
        path="/cockpit/{hall}",
        package="ops.cockpit",
        template="cockpit.html",
        sections=("cockpit", "device", "messages"),
        role="manager",
    ),
)
