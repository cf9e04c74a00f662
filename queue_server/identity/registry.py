"""Which service is which file."""

from collections.abc import Callable

from queue_server.identity.oidc import Oidc
from queue_server.identity.plan import OidcPlan, Plan, WeChatPlan, services_of
from queue_server.identity.wechat import WeChat
from queue_server.identity.zheliban import ZheLiBan

__all__ = ["provider_of", "services_of"]


def provider_of(plan: Plan, clock: Callable[[], int]) -> Oidc | WeChat | ZheLiBan:
    """The service that a table of the identity file describes."""
    if isinstance(plan, OidcPlan):
        return Oidc(plan)
    return WeChat(plan) if isinstance(plan, WeChatPlan) else ZheLiBan(plan, clock)
