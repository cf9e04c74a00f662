"""OpenID Connect: the authorisation code flow with PKCE (RFC 7636) and a nonce; the ID token is verified, not believed.

Source: OpenID Connect Core 1.0, sections 3.1 and 5.1, and Discovery 1.0.
"""

import asyncio
import secrets
import time
from collections.abc import Mapping
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry
from requests import RequestException

from queue_server.domain.identity import Departure, SignInFailed, Subject
from queue_server.identity.asking import LONGEST_S, ask_json, text_of
from queue_server.identity.plan import OidcPlan

SAFE_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY_S = 60
DESCRIBED_S = 3600.0
"""How long the service's description of itself is kept."""


class Oidc:
    """One provider. Its description and keys are read when first needed, and again when they are old."""

    def __init__(self, plan: OidcPlan) -> None:
        self._plan = plan
        self._described: dict[str, Any] = {}
        self._described_at = 0.0

    async def start(self, state: str, back: str) -> Departure:
        about = await self._about()
        kept = {"nonce": secrets.token_urlsafe(24), "verifier": secrets.token_urlsafe(48)}
        url, _ = self._session(back).create_authorization_url(
            text_of(about, "authorization_endpoint"), state=state, nonce=kept["nonce"], code_verifier=kept["verifier"]
        )
        return Departure(url=url, kept=kept)

    async def finish(self, query: Mapping[str, str], kept: Mapping[str, str], back: str) -> Subject:
        about = await self._about()
        if query.get("error"):
            raise SignInFailed(f"it refuses: {query['error'][:40]}")
        code = text_of(query, "code")
        token = await asyncio.to_thread(self._fetch, text_of(about, "token_endpoint"), code, kept["verifier"], back)
        claims = await self._verified(about, text_of(token, "id_token"), kept["nonce"])
        info = await self._user_info(about, token, claims)
        return self._subject(claims | info)

    def _subject(self, claims: Mapping[str, Any]) -> Subject:
        phone = claims.get("phone_number") if claims.get("phone_number_verified") is True else ""
        id_number = claims.get(self._plan.id_number_claim, "") if self._plan.id_number_claim else ""
        number = claims.get(self._plan.staff_claim, "") if self._plan.staff_claim else ""
        return Subject(
            id=text_of(claims, "sub"), phone=str(phone or ""), id_number=str(id_number or ""), staff=str(number or "")
        )

    async def _about(self) -> dict[str, Any]:
        issuer = self._plan.issuer.rstrip("/")
        if not self._described or time.monotonic() - self._described_at > DESCRIBED_S:
            found = await ask_json("GET", f"{issuer}/.well-known/openid-configuration")
            if text_of(found, "issuer").rstrip("/") != issuer:
                raise SignInFailed("it describes another issuer")
            self._described, self._described_at = found, time.monotonic()
        return self._described

    def _session(self, back: str) -> Any:
        plan = self._plan
        method = "client_secret_basic" if plan.client_secret else "none"
        return OAuth2Session(
            plan.client_id, plan.client_secret or None, scope=plan.scope, redirect_uri=back,
            code_challenge_method="S256", token_endpoint_auth_method=method,
        )  # fmt: skip

    def _fetch(self, url: str, code: str, verifier: str, back: str) -> dict[str, Any]:
        try:
            with self._session(back) as session:
                found = session.fetch_token(
                    url, code=code, code_verifier=verifier, timeout=LONGEST_S, allow_redirects=False
                )
        except (OAuthError, RequestException, ValueError) as error:
            raise SignInFailed(type(error).__name__) from error
        return dict(found)

    async def _verified(self, about: Mapping[str, Any], id_token: str, nonce: str) -> dict[str, Any]:
        keys = await ask_json("GET", text_of(about, "jwks_uri"))
        wanted = JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": about["issuer"]},
            aud={"essential": True, "value": self._plan.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=SAFE_ALGORITHMS)  # type: ignore[arg-type]
            wanted.validate(token.claims)
        except (JoseError, ValueError, KeyError) as error:
            raise SignInFailed(f"its ID token is not good: {type(error).__name__}") from error
        return dict(token.claims)

    async def _user_info(self, about: Mapping[str, Any], token: Mapping[str, Any], claims: Mapping[str, Any]) -> Any:
        """What the provider tells beside the ID token; of the same person, or not believed."""
        if "userinfo_endpoint" not in about or "access_token" not in token:
            return {}
        found = await ask_json(
            "GET", str(about["userinfo_endpoint"]), {"Authorization": f"Bearer {token['access_token']}"}
        )
        return found if found.get("sub") == claims.get("sub") else {}
