"""What comes back about mail of ours names the delivery, and whether the address or the mail was wrong."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels import bounces
from tests.channels.returned import COMPLAINT, EXCHANGE, OURS, POSTFIX, REFERENCE, as_sent
from ugly_mugs.contract import (
    Complained,
    Failure,
    Filtered,
    Heard,
    Progress,
    Rejected,
    SendFailed,
    Undeliverable,
)

REPORTS = [POSTFIX, EXCHANGE, COMPLAINT]


def failure_of(heard: Heard | None) -> Failure:
    assert heard is not None
    assert heard.progress is Progress.UNDELIVERED
    assert heard.failure is not None
    return heard.failure


def test_a_bounce_names_the_delivery_and_says_that_the_mailbox_is_none() -> None:
    heard = bounces.read(as_sent(POSTFIX))

    assert heard is not None
    assert (heard.delivery, heard.reference, heard.progress) == (OURS, REFERENCE, Progress.UNDELIVERED)
    assert type(heard.failure) is Undeliverable
    assert heard.failure.code == "bounce 5.1.1"


def test_nothing_that_somebody_wrote_is_kept() -> None:
    assert "jo@example.org" not in repr(bounces.read(as_sent(POSTFIX)))


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_mail_server_may_pass_it_on_with_either_end_of_line(ends: str) -> None:
    assert bounces.read(POSTFIX.replace("\n", ends).encode()) is not None


def test_a_report_without_our_mail_is_known_by_what_it_answers() -> None:
    heard = bounces.read(as_sent(EXCHANGE))

    assert heard is not None
    assert heard.delivery == OURS
    assert type(heard.failure) is SendFailed


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("5.1.1", Undeliverable),
        ("5.1.10", Undeliverable),
        ("5.2.1", Undeliverable),
        ("5.2.2", SendFailed),
        ("5.4.4", SendFailed),
        ("4.4.7", SendFailed),
        ("5.7.1", Filtered),
        ("5.6.0", Rejected),
        ("5.0.0", Rejected),
        ("", SendFailed),
        ("nonsense", SendFailed),
    ],
)
def test_only_a_mailbox_that_is_none_counts_against_the_address(status: str, kind: type[Failure]) -> None:
    report = POSTFIX.replace("Status: 5.1.1", f"Status: {status}").replace("smtp; 550 5.1.1 ", "smtp; 550 ")

    assert type(failure_of(bounces.read(as_sent(report)))) is kind


def test_where_the_status_is_missing_the_diagnosis_says_it() -> None:
    report = POSTFIX.replace("Status: 5.1.1\n", "")

    assert failure_of(bounces.read(as_sent(report))).code == "bounce 5.1.1"


@pytest.mark.parametrize("action", ["delayed", "relayed", "expanded"])
def test_what_may_still_arrive_is_no_news(action: str) -> None:
    assert bounces.read(as_sent(POSTFIX.replace("Action: failed", f"Action: {action}"))) is None


def test_a_receipt_says_that_it_arrived() -> None:
    report = POSTFIX.replace("Action: failed", "Action: delivered").replace("Status: 5.1.1", "Status: 2.0.0")

    assert bounces.read(as_sent(report)) == Heard(
        delivery=OURS, reference=REFERENCE, progress=Progress.DELIVERED, failure=None
    )


def test_a_complaint_says_that_it_arrived_and_is_the_last() -> None:
    heard = bounces.read(as_sent(COMPLAINT))

    assert heard is not None
    assert (heard.delivery, heard.progress) == (OURS, Progress.DELIVERED)
    assert isinstance(heard.failure, Complained)


@pytest.mark.parametrize("kind", ["not-spam", "virus", "auth-failure", "dmarc", ""])
def test_a_report_that_is_no_complaint_stops_nobody(kind: str) -> None:
    report = COMPLAINT.replace("Feedback-Type: abuse", f"Feedback-Type: {kind}")

    assert bounces.read(as_sent(report)) is None


@pytest.mark.parametrize(
    "mail",
    [
        "",
        "From: jo@example.org\n\nPlease stop.\n",
        f"In-Reply-To: {REFERENCE}\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nBack on Monday.\n",
        POSTFIX.replace(REFERENCE, "<20261125140210.3C2801C0@mx.example.org>"),
        POSTFIX.replace("multipart/report", "multipart/mixed"),
    ],
)
def test_whatever_is_no_report_about_mail_of_ours_says_nothing(mail: str) -> None:
    assert bounces.read(as_sent(mail)) is None


def test_our_id_deep_within_somebody_elses_mail_is_not_meant() -> None:
    inner = POSTFIX.replace("<20261125140211.4F2A91C0@mx.notes.example>", REFERENCE)
    outer = f"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n{inner}\n--x--\n"

    assert bounces.read(as_sent(outer)) is None


def test_mail_within_mail_within_mail_ends() -> None:
    deep = "Content-Type: message/rfc822\r\n\r\n" * 8_000

    assert bounces.read(deep.encode()) is None


@given(raw=st.binary(max_size=2_000))
def test_nothing_that_comes_in_makes_it_fall_over(raw: bytes) -> None:
    assert bounces.read(raw) is None


@settings(max_examples=300, deadline=None)
@given(
    report=st.sampled_from(REPORTS),
    cut=st.integers(0, 2_200),
    length=st.integers(0, 60),
    put=st.one_of(
        st.binary(max_size=60), st.sampled_from([b"\r\n\r\n", b"=?utf-8?b?////?=", b"\xff\xfe", b"\0", b";"])
    ),
)
def test_a_damaged_report_is_read_or_dropped_and_never_more(report: str, cut: int, length: int, put: bytes) -> None:
    raw = as_sent(report)

    heard = bounces.read(raw[:cut] + put + raw[cut + length :])

    assert heard is None or heard.delivery is not None
