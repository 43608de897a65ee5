"""What the codes that providers give mean, for people: from the same tables by which we act on them."""

import re
from typing import Final

from . import bounces, smtp_codes, twilio_codes

_SMTP: Final = re.compile(r"smtp (\d{3})( [245]\.\d{1,3}\.\d{1,3})?")
_TWILIO: Final = re.compile(r"twilio (\d{3,6})")
_HTTP: Final = 600
"""Below are statuses, above Twilio's own codes."""


def of(code: str) -> str:
    """The meaning of the *code* of a `Failure`, as the ledger keeps it; empty where there is nothing more to say."""
    if found := _TWILIO.fullmatch(code):
        number = int(found[1])
        if number < _HTTP:
            return twilio_codes.refused(number, None, retry_after=None).meaning
        return twilio_codes.failed(number).meaning
    if found := _SMTP.fullmatch(code):
        return smtp_codes.of_recipient(int(found[1]), (found[2] or "").strip()).meaning
    if code.startswith("bounce"):
        return bounces.came_back(code).meaning
    return _OTHERS.get(code, "")


_OTHERS: Final = {
    "address": "not an address, or in a script that the mail server cannot write",
    "sender": "our number it was to go from is none of ours any more",
    "smtp": "the mail server cannot be reached, or did not answer",
    "twilio": "no answer, or one that cannot be read",
}
