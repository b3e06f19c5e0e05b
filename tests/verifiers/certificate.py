"""A certificate for 127.0.0.1 that signs itself: verifiers fetch keys over https."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (Encoding,
                                                          NoEncryption,
                                                          PrivateFormat)

_USES = {"digital_signature": True, "key_cert_sign": True, "crl_sign": False,
         "content_commitment": False, "key_encipherment": False, "data_encipherment": False,
         "key_agreement": False, "encipher_only": False, "decipher_only": False}


def make(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return what a server needs, and the file that makes its clients trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key).public_bytes(Encoding.PEM)
    trusted, served = folder / "trusted.pem", folder / "served.pem"
    trusted.write_bytes(certificate)
    served.write_bytes(certificate + key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(served)
    return context, trusted


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """Python 3.13 trusts a certificate only if it has every extension that RFC 5280 asks for."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    return (x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(),
                                    now - timedelta(days=1), now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.KeyUsage(**_USES), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
                           critical=False)
            .add_extension(x509.SubjectAlternativeName(
                [x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
            .sign(key, SHA256()))
