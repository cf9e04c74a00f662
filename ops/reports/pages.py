"""The page of reports."""

from queue_server.look.page import Page

PAGES = (
    Page(
        name="reports",
        path="/reports/{hall}",
        package="ops.reports",
        template="reports.html",
        sections=("reports",),
        role="manager",
    ),
)
