"""How Twilio says things: its errors, its resources, its forms, its rules for numbers and stop words."""

import json
import re
from email.utils import format_datetime
from urllib.parse import urlencode
from xml.etree import ElementTree

from .texts import Text

API = "2010-04-01"
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
LONGEST_BODY = 1600
LONGEST_REPLY = 64 * 1024
E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
UK_MOBILE = re.compile(r"\+447(?:[1-57-9][0-9]{8}|624[0-9]{6})", re.ASCII)

MEANINGS = {
    20001: "Invalid parameter",
    20003: "Authenticate",
    20009: "Cannot delete message because delivery of message has not been completed",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    21211: "Invalid 'To' Phone Number",
    21602: "Message body is required",
    21603: "A 'From' phone number is required",
    21604: "A 'To' phone number is required",
    21606: "The 'From' phone number provided is not a valid, message-capable Twilio phone number",
    21609: "The 'StatusCallback' URL is not a valid URL",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
}
STATUSES = {20003: 401, 20009: 409, 20404: 404, 20429: 429, 20500: 500}


class Refused(Exception):
    """Twilio would not do it; *code* says why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
        self.status = STATUSES.get(code, 400)

    def as_json(self) -> str:
        """Write the refusal as Twilio does."""
        return json.dumps(
            {
                "code": self.code,
                "message": MEANINGS.get(self.code, "Refused"),
                "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
                "status": self.status,
            }
        )


def check_number(number: str) -> None:
    """Raise `Refused` unless a text can go to *number*."""
    if not number:
        raise Refused(21604)
    if not E164.fullmatch(number):
        raise Refused(21211)
    if number.startswith("+44"):
        if len(number) != 13 and (len(number) != 12 or number.startswith("+447")):
            raise Refused(21211)
        # Landlines are read aloud by a machine to whoever is in the room; nobody wants that here.
        if not UK_MOBILE.fullmatch(number):
            raise Refused(21614)


def resource(text: Text, account_sid: str) -> dict[str, object]:
    """Give *text* as Twilio's message resource."""
    uri = f"/{API}/Accounts/{account_sid}/Messages/{text.sid}"
    created, changed = format_datetime(text.at), format_datetime(text.changed)
    unsent = text.status in {"accepted", "queued"}
    return {
        "account_sid": account_sid,
        "api_version": API,
        "body": text.kept,
        "date_created": created,
        "date_sent": None if unsent else changed,
        "date_updated": changed,
        "direction": text.direction,
        "error_code": text.error_code,
        "error_message": None,
        # A messaging service has not picked a sender yet.
        "from": None if text.service_sid and unsent else text.sender,
        "messaging_service_sid": text.service_sid,
        "num_media": "0",
        "num_segments": str(text.segments),
        "price": None,
        "price_unit": "GBP",
        "sid": text.sid,
        "status": text.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": text.to,
        "uri": f"{uri}.json",
    }


def page_of(texts: list[dict[str, object]], *, path: str, query: dict[str, str], page: int, size: int) -> str:
    """Write one page of a list, with the addresses of its neighbours; *texts* may hold one more than fits."""

    def uri(number: int) -> str:
        return f"{path}?{urlencode({**query, 'PageSize': size, 'Page': number})}"

    shown = texts[:size]
    return json.dumps(
        {
            "messages": shown,
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(shown) - 1, 0),
            "uri": uri(page),
            "first_page_uri": uri(0),
            "previous_page_uri": uri(page - 1) if page else None,
            "next_page_uri": uri(page + 1) if len(texts) > size else None,
        }
    )


def status_fields(text: Text, status: str, account_sid: str) -> dict[str, str]:
    """Give the form of a status callback."""
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": API,
        "From": text.sender,
        "MessageSid": text.sid,
        "MessageStatus": status,
        "SmsSid": text.sid,
        "SmsStatus": status,
        "To": text.to,
    }
    if text.service_sid:
        fields["MessagingServiceSid"] = text.service_sid
    if text.error_code:
        fields["ErrorCode"] = str(text.error_code)
    return fields


def inbound_fields(text: Text, account_sid: str) -> dict[str, str]:
    """Give the form of an inbound text."""
    return {
        "AccountSid": account_sid,
        "ApiVersion": API,
        "Body": text.body,
        "From": text.sender,
        "FromCountry": "GB",
        "MessageSid": text.sid,
        "NumMedia": "0",
        "NumSegments": str(text.segments),
        "SmsMessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsStatus": "received",
        "To": text.to,
        "ToCountry": "GB",
    }


def replies(twiml: str) -> list[str] | None:
    """Give the words of each `<Message>` in *twiml*, or None if it is not TwiML."""
    # Nothing that this reads has use for entities, so a document type is refused with all it could do.
    if len(twiml) > LONGEST_REPLY or "<!DOCTYPE" in twiml:
        return None
    try:
        root = ElementTree.fromstring(twiml)  # noqa: S314 - no document type, no entities: see above
    except ElementTree.ParseError:
        return None
    if root.tag != "Response":
        return None
    # The words stand in the message itself, or in a <Body> of their own.
    return ["".join(message.itertext()).strip() for message in root.iter("Message")]
