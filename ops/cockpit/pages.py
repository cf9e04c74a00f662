"""The pages of the cockpit."""

from queue_server.look.page import Page

PAGES = (
    Page(
        name="cockpit",
        path="/cockpit/{hall}",
        package="ops.cockpit",
        template="cockpit.html",
        sections=(
            "cockpit",
            "cockpit_map",
            "places",
            "cockpit_outlook",
            "cockpit_advice",
            "cockpit_alarm",
            "cockpit_what_if",
            "cockpit_replay",
            "cockpit_day",
            "device",
            "messages",
            "rating",
            "cases",
            "comments",
        ),
        role="manager",
    ),
)
