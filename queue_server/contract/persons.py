"""Who someone is, hidden: equal for equal people of a hall, meaningless outside it."""

import base64
import hashlib
import hmac
from unicodedata import category, normalize


def hide_person(key: bytes, kind: str, *facts: str) -> str:
    """A keyed hash (22 characters) of facts such as `("id", number)`. `key` is the hall's own.

    An ID number is the same however it is written; of a counter, a card and a sign-in it is hidden here alone.
    """
    if kind == "id":
        facts = tuple(plain_number(number) for number in facts)
    digest = hmac.digest(key, b"\0".join(part.encode() for part in (kind, *facts)), hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def plain_number(id_number: str) -> str:
    """An ID number without blanks, hyphens and what cannot be seen, in upper case; wide letters become plain ones."""
    letters = (letter for letter in normalize("NFKC", id_number) if not letter.isspace())
    return "".join(letter for letter in letters if category(letter) not in {"Pd", "Cf", "Cc"}).upper()


def phone_digits(phone: str) -> str:
    """The digits of a phone number, alike however it is written: `+86 138-1234-5678`, `0086 138...` and `138...`.

    China's mobile numbers are told by their form alone, so they are known with and without its prefix. All others keep
    theirs, and its plus sign: `+1 386 123 4567` has the digits of a mobile number of China.
    """
    phone = normalize("NFKC", phone)
    digits = "".join(letter for letter in phone if letter in "0123456789")
    is_abroad = "+" in phone or digits.startswith("00")
    digits = digits.removeprefix("00")
    if len(digits) == 13 and digits.startswith("861"):
        return digits[2:]
    return f"+{digits}" if is_abroad else digits
