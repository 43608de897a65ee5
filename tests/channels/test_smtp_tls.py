"""Mail servers that ask for a password or for TLS get both, and the mail after them."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP as Talker
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.channels.test_email import HERS, a_mail, an_email
from ugly_mugs.contract import ChannelDown


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that this process trusts."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


class Keeping:
    """Keeps what it is given, and who gave it."""

    def __init__(self) -> None:
        self.mails: list[tuple[bool, object, list[str]]] = []

    async def handle_DATA(self, server: Talker, session: Session, envelope: Envelope) -> str:
        self.mails.append((session.ssl is not None, session.auth_data, envelope.rcpt_tos))
        return "250 2.0.0 ok"


def known(server: Talker, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data.password == b"p@ss", auth_data=data.login.decode(), handled=False)


@asynccontextmanager
async def listening(
    kept: Keeping, *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    loop, talkers = asyncio.get_running_loop(), []

    def talker() -> Talker:
        with warnings.catch_warnings():
            # It knows of STARTTLS only, and warns of a password in clear where all is TLS from the first byte.
            warnings.simplefilter("ignore", UserWarning)
            made = Talker(
                kept,
                tls_context=starttls,
                require_starttls=starttls is not None,
                authenticator=known,
                auth_required=True,
                auth_require_tls=tls is None,
                loop=loop,
            )
        talkers.append(made)
        return made

    server = await loop.create_server(talker, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for each in talkers:
            if isinstance(each.transport, asyncio.WriteTransport):
                each.transport.abort()
        await server.wait_closed()


async def test_a_mail_goes_through_starttls_and_a_login(certificate: ssl.SSLContext) -> None:
    kept = Keeping()

    async with listening(kept, starttls=certificate) as port:
        email = an_email(f"smtp+starttls://jo:p%40ss@127.0.0.1:{port}")
        for one in range(3):
            await email.send(a_mail(id=f"d-{one}"))
        await email.close()

    assert kept.mails == [(True, "jo", [HERS])] * 3


async def test_a_mail_goes_over_tls_from_the_first_byte(certificate: ssl.SSLContext) -> None:
    kept = Keeping()

    async with listening(kept, tls=certificate) as port:
        email = an_email(f"smtps://jo:p%40ss@127.0.0.1:{port}")
        await asyncio.gather(*(email.send(a_mail(id=f"d-{one}")) for one in range(10)))
        await email.close()

    assert [mail[1:] for mail in kept.mails] == [("jo", [HERS])] * 10


async def test_a_wrong_password_brings_the_channel_down(certificate: ssl.SSLContext) -> None:
    kept = Keeping()

    async with listening(kept, starttls=certificate) as port:
        email = an_email(f"smtp+starttls://jo:wrong@127.0.0.1:{port}")
        with pytest.raises(ChannelDown) as failure:
            await email.send(a_mail())

    assert failure.value.code == "smtp 535 5.7.8"
    assert not kept.mails


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_certificate_of_somebody_else_is_not_trusted(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    kept = Keeping()
    over = {"tls": certificate} if scheme == "smtps" else {"starttls": certificate}

    async with listening(kept, **over) as port:
        email = an_email(f"{scheme}://jo:p%40ss@127.0.0.1:{port}")
        with pytest.raises(ChannelDown):
            await email.send(a_mail())

    assert not kept.mails
