"""Signs CAP documents and checks signatures: enveloped, EC P-256, SHA-256, exclusive C14N, by a pinned certificate."""

from datetime import datetime

from cryptography.x509 import load_pem_x509_certificate
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from . import cap


class BadSignature(ValueError):
    """Not signed with the key of the pinned certificate, or changed since."""


def sign(alert: etree._Element, *, key: bytes, certificate: bytes) -> bytes:
    """Write *alert* without a blank between elements, signed; key and certificate are PEM."""
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed = signer.sign(alert, key=key, cert=certificate.decode())
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=True)


def verify(document: bytes, certificate: bytes, *, at: datetime) -> etree._Element:
    """Give the alert that was signed, or raise `BadSignature`.

    *at* is when it was sent: a certificate that has expired since still speaks for what it signed before.
    """
    root = cap.read(document)
    expected = SignatureConfiguration(
        # A child of the alert itself: one that hides deeper could cover something else.
        location="./",
        signature_methods=frozenset({SignatureMethod.ECDSA_SHA256}),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
        verification_time=at,
    )
    try:
        found = XMLVerifier().verify(root, x509_cert=load_pem_x509_certificate(certificate), expect_config=expected)
    except (SignXMLException, etree.LxmlError, ValueError) as error:
        raise BadSignature(type(error).__name__) from None
    signed = None if isinstance(found, list) else found.signed_xml
    if signed is None or signed.tag != root.tag:
        raise BadSignature("the signature does not cover the alert")
    return signed
