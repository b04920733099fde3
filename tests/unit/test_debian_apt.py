"""What is made of apt's answers; the real apt is in tests/debian."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from liminix_gen.debian import apt
from liminix_gen.debian.download import Download, download
from liminix_gen.debian.sources import Source
from liminix_gen.debian.suites import BOOKWORM
from liminix_gen.errors import BuildError, ConfigurationError
from liminix_gen.process import Completed

MAIN = Source(uri="http://mirror.example/debian", suite="bookworm")
SECURITY = Source(uri="http://mirror.example/debian-security", suite="bookworm-security")
CONTENT = b"the whole file"
SHA256 = hashlib.sha256(CONTENT).hexdigest()

Answer = Callable[[list[str]], tuple[int, str, str]]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    """Put answers in the place of apt's."""

    def put(answer: Answer) -> None:
        def run(argv: list[object], **_: object) -> Completed:
            words = [str(word) for word in argv]
            code, stdout, stderr = answer(words)
            return Completed(
                command=tuple(words), returncode=code, stdout=stdout, stderr=stderr, seconds=0
            )

        monkeypatch.setattr(apt, "run", run)
        monkeypatch.setattr("liminix_gen.debian.download.run", run)

    return put


def private(tmp_path: Path, *sources: Source) -> apt.Apt:
    return apt.Apt("armhf", BOOKWORM, directory=tmp_path, sources=sources or (MAIN, SECURITY))


def wanted(tmp_path: Path, *bases: str) -> Download:
    return Download(
        path="pool/x~1.deb",
        sha256=SHA256,
        target=tmp_path / "x.deb",
        bases=bases or ("http://one",),
    )


def loaded(*sources: Source) -> str:
    return "".join(f"{one.suite} main {one.uri}/ /lists/{one.suite}\n" for one in sources)


def test_broken_security_index_is_named_though_main_is_fine(
    tmp_path: Path, answering: Callable[[Answer], None]
) -> None:
    said = (
        "E: Failed to fetch http://mirror.example/debian-security/dists/bookworm-security/main/"
        "binary-armhf/Packages.xz  File has unexpected size. Mirror sync in progress?\n"
        "   Hashes of expected file:\n"
        "E: Some index files failed to download. They have been ignored, or old ones used.\n"
    )
    # apt still has the old list of the suite that failed.
    answering(lambda argv: (100, "", said) if "update" in argv else (0, loaded(MAIN, SECURITY), ""))
    with pytest.raises(BuildError) as caught:
        private(tmp_path).update()
    assert len(caught.value.problems) == 1
    text = str(caught.value)
    assert "the package index of bookworm-security (armhf) could not be loaded" in text
    assert "Hashes of expected file" in text
    assert "--without bookworm-security" in text


def test_failure_that_names_no_index_is_told_as_it_is(
    tmp_path: Path, answering: Callable[[Answer], None]
) -> None:
    answering(
        lambda argv: (
            (100, "", "E: disk on fire\n") if "update" in argv else (0, loaded(MAIN, SECURITY), "")
        )
    )
    with pytest.raises(BuildError, match="disk on fire"):
        private(tmp_path).update()


def test_index_that_is_silently_absent_is_an_error(
    tmp_path: Path, answering: Callable[[Answer], None]
) -> None:
    answering(lambda argv: (0, "" if "update" in argv else loaded(SECURITY), ""))
    with pytest.raises(BuildError, match=r"index of bookworm \(armhf\)"):
        private(tmp_path).update()


def test_architecture_that_the_mirror_never_has_is_no_error(
    tmp_path: Path, answering: Callable[[Answer], None]
) -> None:
    found = private(tmp_path)
    lists = found.directory / "lists"
    lists.mkdir(parents=True)
    place = "mirror.example_debian-security_dists_bookworm-security_InRelease"
    (lists / place).write_text("Suite: x\nArchitectures: amd64 arm64\n")
    answering(lambda argv: (0, "" if "update" in argv else loaded(MAIN), ""))
    found.update()
    assert {index.suite for index in found.indexes()} == {"bookworm"}


@pytest.mark.parametrize(("size", "whole"), [(0, True), (2351, False)])
def test_index_without_a_package_is_no_error(
    tmp_path: Path, answering: Callable[[Answer], None], size: int, *, whole: bool
) -> None:
    found = apt.Apt(
        "armhf",
        BOOKWORM,
        directory=tmp_path,
        sources=(MAIN,),
        components=("non-free-firmware",),
    )
    lists = found.directory / "lists"
    lists.mkdir(parents=True)
    (lists / "mirror.example_debian_dists_bookworm_InRelease").write_text(
        "Architectures: all armhf\nComponents: main non-free-firmware\nSHA256:\n"
        f" {SHA256}  67890 main/binary-armhf/Packages\n"
        f" {SHA256}     {size} non-free-firmware/binary-armhf/Packages\n"
        f" {SHA256}     32 non-free-firmware/binary-armhf/Packages.xz\n"
    )
    answering(lambda argv: (0, "" if "update" in argv else loaded(MAIN), ""))
    if whole:
        found.update()
    else:
        with pytest.raises(BuildError, match=r"index of bookworm \(armhf\)"):
            found.update()


def test_a_place_that_apt_cannot_name(tmp_path: Path) -> None:
    """Seen: a traceback, for a cache whose path is not UTF-8."""
    for name in ("\udce9", 'a"b', "a\nb"):
        with pytest.raises(ConfigurationError, match="apt cannot work in "):
            private(tmp_path / name).prepare()


def test_suite_can_be_left_out(tmp_path: Path) -> None:
    found = apt.Apt(
        "armhf",
        BOOKWORM,
        directory=tmp_path,
        sources=(MAIN, SECURITY),
        without=("bookworm-security",),
    )
    assert found.sources == (MAIN,)
    assert found.bases("bookworm") == (MAIN.uri,)


def test_mirror_of_the_suite_comes_first(tmp_path: Path) -> None:
    assert private(tmp_path).bases("bookworm-security") == (SECURITY.uri, MAIN.uri)


def test_piece_of_a_file_is_no_file(tmp_path: Path, answering: Callable[[Answer], None]) -> None:
    one = wanted(tmp_path)

    def answer(_: list[str]) -> tuple[int, str, str]:
        one.target.write_bytes(CONTENT[:5])
        return 100, "", "E: Failed to fetch http://one/pool/x%7e1.deb  No space left on device\n"

    answering(answer)
    (failed,) = download(private(tmp_path), [one])
    assert failed.reason == "http://one/pool/x~1.deb: No space left on device"
    assert not one.target.exists()


def test_next_mirror_is_asked_for_what_the_first_lacks(
    tmp_path: Path, answering: Callable[[Answer], None]
) -> None:
    one = wanted(tmp_path, "http://one", "http://two")
    asked: list[str] = []
    events: list[tuple[str, str]] = []

    def answer(argv: list[str]) -> tuple[int, str, str]:
        asked.append(argv[-3])
        if argv[-3].startswith("http://two"):
            one.target.write_bytes(CONTENT)
            return 0, "", ""
        return 100, "", f"E: Failed to fetch {argv[-3]}  404  Not Found\n"

    answering(answer)
    failed = download(
        private(tmp_path), [one], on_event=lambda event: events.append((event.state, event.reason))
    )
    assert failed == ()
    assert asked == ["http://one/pool/x~1.deb", "http://two/pool/x~1.deb"]
    assert events == [("fetched", "")]


def test_name_of_a_list_is_that_of_apt() -> None:
    assert apt.file_name("http://user@mirror.example:80/a_b/") == "mirror.example:80_a%5fb_"
    assert apt.file_name("file:/srv/mirror") == "_srv_mirror"


def test_other_sources_have_another_directory(tmp_path: Path) -> None:
    """Seen: two builds at a time, one with --without; apt took away what the other had loaded."""
    every = private(tmp_path)
    fewer = private(tmp_path, MAIN)
    assert every.directory != fewer.directory
    assert every.directory == private(tmp_path).directory
