"""Values that only WireGuard has: keys, and where a peer is."""

import base64
import re

from liminix_gen import values

# What wg(8) takes and prints: 32 bytes of base64.
_KEY_BYTES = 32
_ENDPOINT = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^:\[\]]+)):(?P<port>[0-9]{1,5})")

# It stands in the log, and in what `services` shows.
NAME = values.Text(
    pattern=r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}",
    description="a name of 1 to 63 of A-Z a-z 0-9 . _ -",
)


class Key(values.ValueType[str]):
    """A public key."""

    def convert(self, value: object) -> str:
        text = values.plain_text(value)
        if text is None:
            raise self.refuse(value)
        try:
            key = base64.b64decode(text, validate=True)
        except ValueError:
            raise self.refuse(value) from None
        if len(key) != _KEY_BYTES:
            raise ValueError(f"must be {self.describe()}, not of {len(key)}: {text!r}")
        # The last letter has two bits to spare; wg(8) takes it only if they are zero.
        if base64.b64encode(key).decode() != text:
            raise ValueError(f"must be {self.describe()}, and no key ends as {text!r} does")
        if not any(key):
            raise ValueError("must be the key of a peer; with zeros alone nobody can talk")
        return text

    def describe(self) -> str:
        return "32 bytes in base64, as `wg pubkey` prints them"


KEY = Key()


class Endpoint(values.ValueType[str]):
    """A host and a port of UDP, as wg(8) has it."""

    def convert(self, value: object) -> str:
        match = _ENDPOINT.fullmatch(values.plain_text(value) or "")
        if match is None:
            raise self.refuse(value)
        port = values.PORT.convert(int(match["port"]))
        if match["six"]:
            return f"[{values.HostAddress(6).convert(match['six'])}]:{port}"
        return f"{values.Host(4).convert(match['host'])}:{port}"

    def describe(self) -> str:
        return "a host and a port such as 'vpn.example.net:51820' or '[2001:db8::1]:51820'"


def address_of(endpoint: str) -> str | None:
    """Return the address of an endpoint; None if it has a name."""
    try:
        return values.canonical_address(endpoint.rpartition(":")[0].strip("[]"))
    except ValueError:
        return None
