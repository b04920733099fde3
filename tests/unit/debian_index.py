"""Small package indexes for tests."""

from liminix_gen.debian.index import PackageIndex
from liminix_gen.debian.source_index import SourceIndex


def stanza(
    name: str,
    *,
    version: str = "1.0-1",
    section: str = "net",
    depends: str = "",
    provides: str = "",
) -> str:
    """Return one entry of a Packages file."""
    file = f"{name}_{version.rpartition(':')[2]}_mipsel.deb"
    fields = {
        "Package": name,
        "Version": version,
        "Architecture": "mipsel",
        "Provides": provides,
        "Depends": depends,
        "Description": "a package\n with a second line",
        "Section": section,
        "Filename": f"pool/main/{name[0]}/{name}/{file}",
        "Size": "1000",
        "SHA256": f"{sum((name + version).encode()):064x}",
    }
    return "".join(f"{key}: {value}\n" for key, value in fields.items() if value)


def index(*stanzas: str, suite: str = "bookworm") -> PackageIndex:
    """Return an index of one suite."""
    return PackageIndex([(suite, "\n".join(stanzas))])


def no_sources() -> SourceIndex:
    """Stand for an index that must not be opened."""
    raise AssertionError("the index of sources was opened")
