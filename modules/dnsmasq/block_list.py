"""A list of names that nobody shall reach, as people publish them."""

import re
from collections.abc import Iterator

from liminix_gen import values

# What stands before names in lists that are made for hosts(5).
_NOWHERE = {"0.0.0.0", "127.0.0.1", "::", "::1"}  # noqa: S104  read, not listened on
# Names that such lists begin with, which are a machine's own.
_OWN = {
    *("localhost", "localhost.localdomain", "local", "broadcasthost", "0.0.0.0"),  # noqa: S104
    *("ip6-localhost", "ip6-loopback", "ip6-localnet", "ip6-mcastprefix"),
    *("ip6-allnodes", "ip6-allrouters", "ip6-allhosts"),
}
# Other than DOMAIN_NAME also with the '_' that names of services have.
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*")


class BlockList(values.ValueType[str]):
    """Text of names, one a line, or lines of hosts(5); '#' begins a comment.

    What comes out is names alone, sorted, each once, without those whose domain is there too.
    """

    def convert(self, value: object) -> str:
        text = values.Lines().convert(value)
        found: set[str] = set()
        for number, line in enumerate(text.split("\n"), 1):
            words = line.partition("#")[0].lower().split()
            if words and (words[0] in _NOWHERE or words[0].startswith(("fe80::", "ff0"))):
                del words[0]
            elif len(words) > 1:
                raise ValueError(f"has more than a name in line {number}: {line.strip()!r}")
            for word in words:
                name = word.rstrip(".")
                if not _NAME.fullmatch(name):
                    raise ValueError(f"has no domain name in line {number}: {word!r}")
                found.add(name)
        found -= _OWN
        kept = sorted(name for name in found if found.isdisjoint(_domains_of(name)))
        return "".join(f"{name}\n" for name in kept)

    def describe(self) -> str:
        return "text of names, one a line, or lines of hosts(5)"


def _domains_of(name: str) -> Iterator[str]:
    while "." in name:
        name = name.partition(".")[2]
        yield name


BLOCK_LIST = BlockList()
