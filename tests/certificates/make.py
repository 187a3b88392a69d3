"""Make the private CA of the tests, and what it has signed for servers.

Run by hand, with the ``cryptography`` package. One key serves for all; it protects nothing: the
certificates are for 127.0.0.1 and for a name that does not exist.
"""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = Path(__file__).parent
LONG_AGO, LAST_YEAR, FAR_AHEAD = datetime(2000, 1, 1), datetime(2001, 1, 1), datetime(2120, 1, 1)
CA = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "private CA")])


def main() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (HERE / "test.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    local = x509.IPAddress(ip_address("127.0.0.1"))
    _sign(key, "ca", None, FAR_AHEAD)
    _sign(key, "server", local, FAR_AHEAD)
    _sign(key, "other-name", x509.DNSName("pipelines.example"), FAR_AHEAD)
    _sign(key, "expired", local, LAST_YEAR)


def _sign(
    key: ec.EllipticCurvePrivateKey, name: str, server: x509.GeneralName | None, end: datetime
) -> None:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) if server else CA
    public = key.public_key()
    usage = dict.fromkeys(
        (
            *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("encipher_only", "decipher_only"),
        ),
        False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(CA)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(LONG_AGO)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=server is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, key_cert_sign=not server, crl_sign=not server, **usage
            ),
            critical=True,
        )
    )
    if server:
        names = x509.SubjectAlternativeName([server])
        builder = builder.add_extension(names, critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    (HERE / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


if __name__ == "__main__":
    main()
