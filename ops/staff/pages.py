"""The page of a hall's staff."""

from queue_server.look.page import Page

PAGES = (
    Page(
        name="staff",
        path="/staff/{hall}",
        package="ops.staff",
        template="staff.html",
        sections=("staff",),
        role="manager",
    ),
)
