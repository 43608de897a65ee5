from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.feed.chains import NOON, valid
from ugly_mugs import keys
from ugly_mugs.feed import signature

ALERT = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>urn:uuid:1</identifier><sender>feed@notes.example'
    "</sender><sent>2026-11-24T21:05:00-00:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Restricted"
    "</scope><note>Café 😀</note></alert>"
)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A key and its certificate, good from NOON on."""
    return a_pair(tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="module")
def document(pair: tuple[bytes, bytes]) -> bytes:
    """A signed document."""
    key, certificate = pair
    return signature.sign(etree.fromstring(ALERT), key=key, certificate=certificate)


def a_pair(folder: Path) -> tuple[bytes, bytes]:
    keys.make(folder, host="notes.example", now=NOON)
    return (folder / "feed_key").read_bytes(), (folder / "feed_certificate").read_bytes()


def test_a_signed_document_is_valid_compact_and_verifies_by_the_pinned_certificate(
    pair: tuple[bytes, bytes], document: bytes
) -> None:
    root = signature.verify(document, pair[1], at=NOON)

    assert root.findtext("{*}note") == "Café 😀"
    assert b">\n<" not in document.partition(b"?>\n")[2]
    assert b"xml-exc-c14n#" in document
    assert b"ecdsa-sha256" in document
    valid(document)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_changed_byte_breaks_it(pair: tuple[bytes, bytes], document: bytes, data: st.DataObject) -> None:
    start, end = document.index(b"<identifier>"), document.index(b"<ds:SignatureValue>")
    place = data.draw(st.integers(start, end - 1))
    byte = data.draw(st.integers(0x20, 0x7E).filter(lambda each: each != document[place]))
    changed = document[:place] + bytes([byte]) + document[place + 1 :]

    with pytest.raises(ValueError):  # noqa: PT011 - not well-formed any more, or BadSignature: both are refused
        signature.verify(changed, pair[1], at=NOON)


def test_another_certificate_does_not_speak_for_it(document: bytes, tmp_path: Path) -> None:
    _, other = a_pair(tmp_path)

    with pytest.raises(signature.BadSignature):
        signature.verify(document, other, at=NOON)


def test_a_document_is_still_good_after_its_certificate_has_expired(pair: tuple[bytes, bytes], document: bytes) -> None:
    long_after = NOON + timedelta(days=365 * 10)

    signature.verify(document, pair[1], at=NOON)
    with pytest.raises(signature.BadSignature):
        signature.verify(document, pair[1], at=long_after)


def test_an_unsigned_document_is_refused(pair: tuple[bytes, bytes]) -> None:
    with pytest.raises(signature.BadSignature):
        signature.verify(ALERT.encode(), pair[1], at=NOON)


def test_a_signed_alert_inside_another_does_not_speak_for_it(pair: tuple[bytes, bytes], document: bytes) -> None:
    inner = document.partition(b"?>")[2]
    wrapped = ALERT.encode().replace(b"</alert>", inner + b"</alert>")

    with pytest.raises(signature.BadSignature):
        signature.verify(wrapped, pair[1], at=NOON)
