"""SMS, mail and the rest: any service that apprise knows."""

import asyncio
import logging
from typing import Any
from urllib.parse import quote

from queue_server.channels.plan import PLACE, ApprisePlan
from queue_server.domain.messages import Again, Contact, Delivery, Refused

MOST_TITLE = 200
SAMPLES = {"phone": "+8613800000000", "mail": "a@example.org"}


class ByApprise:
    """One service. It tells no more than whether it took a message, so a refusal is tried again."""

    def __init__(self, plan: ApprisePlan) -> None:
        self._plan = plan
        self.name = plan.name
        is_known(plan)  # apprise reads its services when first asked, and must not be asked by two threads then

    def carries(self, contact: Contact) -> bool:
        return bool(getattr(contact, self._plan.to))

    async def send(self, delivery: Delivery) -> None:
        if not await asyncio.to_thread(self._notify, delivery):
            raise Again("NOT_TAKEN")

    def _notify(self, delivery: Delivery) -> bool:
        service = _service(self._plan, getattr(delivery.contact, self._plan.to))
        if service is None:
            raise Refused("NO_ADDRESS")
        if isinstance(getattr(service, "headers", None), dict):
            service.headers["X-Greenwave-Id"] = delivery.id  # mail: the library makes a Message-ID of its own
        title = delivery.title[:MOST_TITLE] if self._plan.to == "mail" else ""
        return bool(service.notify(title=title, body=delivery.text))


def _service(plan: ApprisePlan, to: str) -> Any:
    """Apprise's own object for one receiver, or None for what it cannot make one of."""
    import apprise  # here: it reads a hundred services, and many halls use none

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it would log who did not get a message
    asset = apprise.AppriseAsset(app_id="Greenwave", app_desc="", app_url="", image_url_mask="", http_redirects=False)
    url = plan.url.replace(PLACE, quote(to, safe=""))
    return apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)


def is_known(plan: ApprisePlan) -> bool:
    """Whether apprise can make something of the URL."""
    return _service(plan, SAMPLES[plan.to]) is not None
