"""The page of the ledger."""

from queue_server.look.page import Page

PAGES = (
    Page(
        name="audit",
        path="/audit/{hall}",
        package="ops.audit",
        template="audit.html",
        sections=("audit",),
        role="manager",
    ),
)
