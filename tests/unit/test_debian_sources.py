"""The machine's apt settings become sources of a release for a target."""

from pathlib import Path

import pytest

from liminix_gen.debian.sources import Source, debian_sources
from liminix_gen.debian.suites import BOOKWORM

KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"


def read(**texts: str) -> list[tuple[str, str]]:
    files = {Path(f"/etc/apt/{name.replace('_', '.')}"): text for name, text in texts.items()}
    return [(source.uri, source.suite) for source in debian_sources(files, BOOKWORM)]


def test_deb822_of_a_newer_release() -> None:
    text = f"""\
# the main archive
Types: deb deb-src
URIs: http://mirror.example/debian/
Suites: trixie trixie-updates
Components: main non-free-firmware
Signed-By: {KEYS}

Types: deb
URIs: http://mirror.example/debian-security
Suites: trixie-security
Components: main
Signed-By: {KEYS}
"""
    assert read(debian_sources=text) == [
        ("http://mirror.example/debian", "bookworm"),
        ("http://mirror.example/debian", "bookworm-updates"),
        ("http://mirror.example/debian-security", "bookworm-security"),
    ]


def test_one_line_style_with_options() -> None:
    text = (
        f"deb [arch=amd64 signed-by={KEYS}] http://mirror.example/debian stable main # ours\n"
        "deb-src http://mirror.example/debian stable main\n"
        "# deb http://other.example/debian stable main\n"
    )
    found = debian_sources({Path("sources.list"): text}, BOOKWORM)
    expected = Source(
        uri="http://mirror.example/debian", suite="bookworm", options=(("Signed-By", KEYS),)
    )
    assert found == (expected,)


@pytest.mark.parametrize("slashes", ["/", "///"])
def test_a_mirror_on_this_machine_is_named_as_apt_names_it(slashes: str) -> None:
    text = f"deb [trusted=yes] file:{slashes}srv/mirror/debian trixie main\n"
    assert read(sources_list=text) == [("file:/srv/mirror/debian", "bookworm")]


def test_foreign_repositories_are_left_out() -> None:
    text = f"""\
deb [signed-by={KEYS}] http://mirror.example/debian bookworm main
deb [signed-by=/etc/apt/keyrings/vendor.gpg] https://vendor.example/apt bookworm main
deb https://other.example/apt nodistro main
"""
    assert read(sources_list=text) == [("http://mirror.example/debian", "bookworm")]


def test_without_a_known_keyring_the_suite_decides() -> None:
    text = (
        "deb http://mirror.example/debian sid main\n"
        "deb https://vendor.example/apt nodistro main\n"
        "deb http://mirror.example/debian bookworm-backports main\n"
        "deb http://security.example/ buster/updates main\n"
        "deb http://security.example/ bullseye/updates main\n"
    )
    assert read(sources_list=text) == [
        ("http://mirror.example/debian", "bookworm"),
        ("http://security.example", "bookworm-security"),
    ]


def test_disabled_and_mainless_sources_do_not_count() -> None:
    text = f"""\
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm
Components: main
Enabled: no
Signed-By: {KEYS}

Types: deb
URIs: http://mirror.example/debian
Suites: bookworm
Components: contrib
Signed-By: {KEYS}
"""
    assert read(debian_sources=text) == []


def test_mirror_list_is_looked_into(tmp_path: Path) -> None:
    mirrors = tmp_path / "mirrors.list"
    mirrors.write_text(
        "# near\nhttp://near.example/debian/\tpriority:1\nhttp://far.example/debian\n"
    )
    text = f"deb [signed-by={KEYS}] mirror+file:{mirrors} bookworm main\n"
    text += f"deb [signed-by={KEYS}] cdrom:[Debian]/ bookworm main\n"
    assert read(sources_list=text) == [
        ("http://near.example/debian", "bookworm"),
        ("http://far.example/debian", "bookworm"),
    ]


def test_key_inside_the_source_stays_whole() -> None:
    text = """\
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEY
 -----END PGP PUBLIC KEY BLOCK-----
"""
    (source,) = debian_sources({Path("debian.sources"): text}, BOOKWORM)
    again = debian_sources({Path("private.sources"): source.stanza("mipsel")}, BOOKWORM)
    assert again == (source,)
    assert "\n mDMEY\n" in source.stanza("mipsel")


def test_stanza_names_one_architecture_and_only_packages() -> None:
    text = Source(uri="http://mirror.example/debian", suite="bookworm").stanza("armhf")
    assert "Architectures: armhf\n" in text
    assert "Targets: Packages\n" in text
