"""Passkeys (WebAuthn): made and used in the person's own browser; here only the public half is known."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, structs
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import Passkey, Person
from queue_server.flows.links import Slips
from queue_server.flows.people import People, Saying
from queue_server.flows.staff_sign_in import SignInFlows, Started

ASKED_S = 300
MOST_KEYS = 10


class Site(Struct, frozen=True, kw_only=True):
    """Our own address as browsers know it: passkeys are bound to its host."""

    host: str
    origin: str


class PasskeyFlows:
    """Refuse `PASSKEY_WRONG` for whatever is wrong with one; sessions begin as by any other way."""

    def __init__(self, people: People, slips: Slips, sign_ins: SignInFlows) -> None:
        self._people = people
        self._slips = slips
        self._sign_ins = sign_ins

    async def creating(self, person: Person, site: Site) -> dict[str, Any]:
        """What a browser needs to make a passkey for someone."""
        made = generate_registration_options(
            rp_id=site.host, rp_name="Greenwave", user_id=person.id.encode(), user_name=person.sign_in,
            user_display_name=person.name,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(k.id)) for k in person.passkeys],
        )  # fmt: skip
        await self._slips.put(f"making:{bytes_to_base64url(made.challenge)}", {"person": person.id}, ASKED_S)
        return dict(msgspec.json.decode(options_to_json(made)))

    async def _made(self, person: Person, credential: Mapping[str, Any], label: str, site: Site) -> Passkey:
        challenge = _challenge(credential)
        asked = await self._slips.take(f"making:{challenge}")
        if asked is None or asked["person"] != person.id:
            raise Refusal("PASSKEY_WRONG")
        try:
            found = verify_registration_response(
                credential=dict(credential), expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=site.host, expected_origin=site.origin, require_user_verification=True,
            )  # fmt: skip
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise Refusal("PASSKEY_WRONG") from error
        return Passkey(
            id=bytes_to_base64url(found.credential_id), key=bytes_to_base64url(found.credential_public_key),
            uses=found.sign_count, name=label.strip() or "1", added_at=self._people.clock(),
        )  # fmt: skip

    async def add(self, person: Person, credential: Mapping[str, Any], label: str, site: Site) -> None:
        """One more passkey."""
        key = await self._made(person, credential, label, site)
        saying = Saying(actor=f"staff:{person.id}", change="key_added")
        await self._people.change(person.id, lambda before: _with(before, key), saying)

    async def welcome(self, code: str, credential: Mapping[str, Any], label: str, site: Site, whence: str) -> Started:
        """A one-time link, turned into a passkey."""
        person = await self._sign_ins.of_link(code)
        key = await self._made(person, credential, label, site)
        return await self._sign_ins.welcome(person, lambda before: _with(before, key), whence)

    async def asking(self, site: Site) -> dict[str, Any]:
        """What a browser needs to show a passkey, whoever sits there."""
        made = generate_authentication_options(rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED)
        await self._slips.put(f"showing:{bytes_to_base64url(made.challenge)}", {"at": 1}, ASKED_S)
        return dict(msgspec.json.decode(options_to_json(made)))

    async def sign_in(self, credential: Mapping[str, Any], site: Site, whence: str) -> Started:
        """Whoever shows a passkey that is known here."""
        key_id = str(credential.get("id", ""))
        challenge = _challenge(credential)
        asked = await self._slips.take(f"showing:{challenge}")
        who = await self._people.staff.who(f"key {key_id}")
        if asked is None or not who:
            raise Refusal("PASSKEY_WRONG")
        person = await self._people.named(who)
        key = next((each for each in person.passkeys if each.id == key_id), None)
        with self._sign_ins.told(person, whence):
            if key is None or person.disabled:
                raise Refusal("PASSKEY_WRONG")
            uses = _checked(credential, challenge, key, site)

        def used(before: Person) -> Person:
            keys = tuple(structs.replace(each, uses=uses) if each.id == key_id else each for each in before.passkeys)
            return structs.replace(before, passkeys=keys)

        after = await self._people.change(person.id, used, Saying(actor=f"staff:{person.id}"))
        return await self._sign_ins.begin(after, "passkey", whence)


def _checked(credential: Mapping[str, Any], challenge: str, key: Passkey, site: Site) -> int:
    try:
        found = verify_authentication_response(
            credential=dict(credential), expected_challenge=base64url_to_bytes(challenge), expected_rp_id=site.host,
            expected_origin=site.origin, credential_public_key=base64url_to_bytes(key.key),
            credential_current_sign_count=key.uses, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Refusal("PASSKEY_WRONG") from error
    return found.new_sign_count


def _with(person: Person, key: Passkey) -> Person:
    if len(person.passkeys) >= MOST_KEYS:
        raise Refusal("TOO_MANY_KEYS", {"most": MOST_KEYS})
    return structs.replace(person, passkeys=(*person.passkeys, key))


def _challenge(credential: Mapping[str, Any]) -> str:
    """The challenge that a browser answers, as it says; it is only looked up, and then verified with the rest."""
    try:
        said = msgspec.json.decode(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        return str(said["challenge"])
    except (KeyError, TypeError, ValueError, msgspec.DecodeError):
        raise Refusal("PASSKEY_WRONG") from None
