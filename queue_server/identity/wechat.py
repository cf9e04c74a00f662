"""WeChat: web authorisation of official accounts (网页授权), scope `snsapi_base`: an id, and nothing else.

Source: WeChat Open Documentation, "Web page authorisation": `authorize` with `#wechat_redirect`, then
`sns/oauth2/access_token` with app id, secret and code; `openid` is the person for this account, `unionid` for all
accounts of one owner. Errors come as 200 with `errcode`.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from queue_server.domain.identity import Departure, SignInFailed, Subject
from queue_server.identity.asking import ask_json, text_of
from queue_server.identity.plan import WeChatPlan


class WeChat:
    """One official account."""

    def __init__(self, plan: WeChatPlan) -> None:
        self._plan = plan

    async def start(self, state: str, back: str) -> Departure:
        query = {
            "appid": self._plan.app_id, "redirect_uri": back, "response_type": "code", "scope": "snsapi_base",
            "state": state,
        }  # fmt: skip
        return Departure(url=f"{self._plan.authorize_url}?{urlencode(query)}#wechat_redirect")

    async def finish(self, query: Mapping[str, str], _kept: Mapping[str, str], _back: str) -> Subject:
        asked = {
            "appid": self._plan.app_id, "secret": self._plan.app_secret, "code": text_of(query, "code"),
            "grant_type": "authorization_code",
        }  # fmt: skip
        found = await ask_json("GET", f"{self._plan.token_url}?{urlencode(asked)}")
        if found.get("errcode"):
            raise SignInFailed(f"errcode {found['errcode']}")
        return Subject(id=str(found.get("unionid") or text_of(found, "openid")))
