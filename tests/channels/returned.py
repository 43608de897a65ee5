"""Mail that came back, as mail servers write it."""

OURS = "0b5fb1c6-7b1e-4f0f-9a43-2f3f7c1f9c11"
REFERENCE = f"<{OURS}@notes.example>"

POSTFIX = f"""\
Return-Path: <>
Received: by mx.notes.example (Postfix) id 4F2A91C0; Wed, 25 Nov 2026 14:02:11 +0000 (UTC)
Date: Wed, 25 Nov 2026 14:02:11 +0000 (UTC)
From: MAILER-DAEMON@mx.notes.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: post@notes.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="3C2801C0.1795615331/mx.notes.example"
Message-Id: <20261125140211.4F2A91C0@mx.notes.example>

This is a MIME-encapsulated message.

--3C2801C0.1795615331/mx.notes.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.notes.example.

<jo@example.org>: host mail.example.org[192.0.2.1] said: 550 5.1.1
    <jo@example.org>: Recipient address rejected: User unknown (in reply to
    RCPT TO command)

--3C2801C0.1795615331/mx.notes.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.notes.example
X-Postfix-Queue-ID: 3C2801C0
X-Postfix-Sender: rfc822; post@notes.example
Arrival-Date: Wed, 25 Nov 2026 14:02:10 +0000 (UTC)

Final-Recipient: rfc822; jo@example.org
Original-Recipient: rfc822;jo@example.org
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 5.1.1 <jo@example.org>: Recipient address rejected:
    User unknown

--3C2801C0.1795615331/mx.notes.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <post@notes.example>
Received: from notes.example (localhost [127.0.0.1])
Message-ID: {REFERENCE}
List-Unsubscribe-Post: List-Unsubscribe=One-Click
From: Notes <post@notes.example>
To: jo@example.org
Subject: 7K2Q

--3C2801C0.1795615331/mx.notes.example--
"""

EXCHANGE = f"""\
From: <postmaster@example.org>
To: <post@notes.example>
Date: Wed, 25 Nov 2026 14:02:11 +0000
Content-Type: multipart/report; report-type=delivery-status;
 boundary="2ea4ac28-6a2f-4b0f-8f4c-6e2f6a2f9ad1"
Content-Language: en-GB
Message-ID: <9f1c2b4d@EX01.example.org>
In-Reply-To: {REFERENCE}
References: {REFERENCE}
Subject: =?utf-8?B?VW5kZWxpdmVyYWJsZTogN0syUQ==?=

--2ea4ac28-6a2f-4b0f-8f4c-6e2f6a2f9ad1
Content-Type: text/html; charset="utf-8"

<p>Your message couldn’t be delivered.</p>

--2ea4ac28-6a2f-4b0f-8f4c-6e2f6a2f9ad1
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.example.org

Final-recipient: RFC822;jo@example.org
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;554 5.2.2 mailbox full; STOREDRV.Deliver.Exception

--2ea4ac28-6a2f-4b0f-8f4c-6e2f6a2f9ad1--
"""

COMPLAINT = f"""\
From: <feedback@arf.mail.example>
Date: Thu, 26 Nov 2026 08:00:00 +0000
Subject: FW: 7K2Q
To: <post@notes.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1_13d.2e68ed54_boundary"

--part1_13d.2e68ed54_boundary
Content-Type: text/plain; charset="US-ASCII"
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message received from IP 192.0.2.9.

--part1_13d.2e68ed54_boundary
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <post@notes.example>
Arrival-Date: Wed, 25 Nov 2026 14:02:11 +0000

--part1_13d.2e68ed54_boundary
Content-Type: message/rfc822
Content-Disposition: inline

From: Notes <post@notes.example>
Received: from mx.notes.example (mx.notes.example [192.0.2.9])
To: <redacted@mail.example>
Subject: 7K2Q
Message-ID:
 {REFERENCE}
MIME-Version: 1.0
Content-Type: text/plain

7K2Q: update waiting.

--part1_13d.2e68ed54_boundary--
"""


def as_sent(report: str) -> bytes:
    """*report* as it comes over the wire."""
    return report.replace("\n", "\r\n").encode()
