"""Webhooks by the Standard Webhooks scheme: facts of the hall, signed, to configured endpoints."""

import binascii
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from queue_server.channels.outbound import Outbound
from queue_server.channels.plan import EndpointPlan
from queue_server.contract.times import rfc3339
from queue_server.domain.messages import Again, Refused, Told

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, by the scheme."""
GONE = 410


class ToEndpoint:
    """One endpoint. Everything but success is tried again, except 410: it wants no more."""

    def __init__(self, plan: EndpointPlan, outbound: Outbound) -> None:
        self._plan = plan
        self._outbound = outbound
        self._webhook = Webhook(plan.secret)
        self.name = plan.name
        self.staff_facts = plan.facts == "staff"
        self.staff_names = plan.staff_names

    def wants(self, hall: str, event: str) -> bool:
        return self._plan.wants(hall, event)

    async def tell(self, told: Told) -> None:
        body = b'{"type":"%s","timestamp":"%s","data":%s}' % (told.event.encode(), rfc3339(told.at).encode(), told.body)
        answer = await self._outbound.post(self._plan.url, body, self._headers(told.id, body))
        if answer.status == GONE:
            raise Refused("GONE")
        if not 200 <= answer.status < 300:
            raise Again(f"HTTP_{answer.status}", after_s=answer.retry_after_s)

    def _headers(self, message_id: str, body: bytes) -> dict[str, str]:
        now = datetime.now(UTC)
        return {
            "Content-Type": "application/json",
            "User-Agent": "Greenwave",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(message_id, now, body.decode()),
        }


def is_secret(text: str) -> bool:
    """Whether a secret is one by the scheme."""
    if not text.startswith(PREFIX):
        return False
    try:
        secret = binascii.a2b_base64(text.removeprefix(PREFIX), strict_mode=True)
    except binascii.Error:
        return False
    return SHORTEST <= len(secret) <= LONGEST
