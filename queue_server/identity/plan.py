"""The identity file: with which services visitors may sign in. It holds their secrets, so it is kept 0600."""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

Url = Annotated[str, Meta(pattern=r"^https?://[^\s]+$")]
Word = Annotated[str, Meta(min_length=1, max_length=256)]


class Service(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """A table of the file; its name stands in addresses. Unknown keys are mistakes."""

    names: dict[str, str] = {}
    """What its button says, by language; the table's name where there is none."""
    halls: tuple[str, ...] = ()
    """The halls that offer it; all when empty."""
    staff: bool = False
    """For those who work at the halls (single sign-on), not for their visitors."""


class OidcPlan(Service, frozen=True, kw_only=True, tag="oidc"):
    """OpenID Connect. Its own description of itself is read from `issuer`."""

    issuer: Url
    client_id: Word
    client_secret: str = ""
    scope: str = "openid phone"
    id_number_claim: str = ""
    """The claim that holds a verified ID number, where there is one."""
    staff_claim: str = ""
    """The claim that holds the staff number, where the service vouches for it; else everyone links it once."""


class WeChatPlan(Service, frozen=True, kw_only=True, tag="wechat"):
    """WeChat's web authorisation for official accounts (网页授权)."""

    app_id: Word
    app_secret: Word
    authorize_url: Url = "https://open.weixin.qq.com/connect/oauth2/authorize"
    token_url: Url = "https://api.weixin.qq.com/sns/oauth2/access_token"


class ZheLiBanPlan(Service, frozen=True, kw_only=True, tag="zheliban"):
    """Zhejiang's 浙里办: single sign-on of the province's IRS gateway. `login_url` holds `{back}`."""

    app_id: Word
    access_key: Word
    secret_key: Word
    login_url: Url
    token_url: Url = "https://ibcdsg.zj.gov.cn:8443/restapi/prod/IC33000020220329000007/uc/sso/access_token"
    user_url: Url = "https://ibcdsg.zj.gov.cn:8443/restapi/prod/IC33000020220329000008/uc/sso/getUserInfo"


Plan = OidcPlan | WeChatPlan | ZheLiBanPlan
_Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


def read_plan(text: str) -> tuple[dict[str, Plan], list[str]]:
    """The services by name, and every mistake, each naming its table."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return {}, [str(error)]
    found: dict[str, Plan] = {}
    wrong: list[str] = []
    for name, table in tables.items():
        try:
            plan = msgspec.convert(table, Plan)
            found[msgspec.convert(name, _Name)] = plan
        except msgspec.ValidationError as error:
            wrong.append(f"{name}: {error}")
            continue
        if isinstance(plan, ZheLiBanPlan) and "{back}" not in plan.login_url:
            wrong.append(f"{name}: login_url must hold {{back}}, where visitors come back to")
    return found, wrong


def services_of(path: Path | None) -> dict[str, Plan]:
    """The services in a file that was found good; none without a file."""
    return read_plan(path.read_text("utf-8"))[0] if path else {}
