"""The lock file: one form, strict reading, whole or not at all."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liminix_gen import lock_file
from liminix_gen.debian import lock
from liminix_gen.errors import ConfigurationError

FILE = Path("hello.lock")


def package(name: str, *libraries: str) -> lock.LockedPackage:
    return lock.LockedPackage(
        name=name,
        version="1:1.0-1~deb12u1",
        path=f"pool/main/{name[0]}/{name}/{name}_1.0-1~deb12u1_mipsel.deb",
        sha256="0" * 64,
        size_bytes=1000,
        suite="bookworm",
        libraries=libraries,
    )


BASE = [package(name) for name in ("libc6-dev", "libgcc-s1", "linux-libc-dev")]
PACKAGES = [*BASE, package("busybox", "libc6"), package("libc6"), package("s6", "libs6", "libc6")]
PACKAGES += [package("libs6", "libc6")]
SECTION = lock.ArchitectureLock(
    packages={one.name: one for one in PACKAGES},
    roots=["s6", "busybox", *(one.name for one in BASE)],
    names={
        "busybox": "busybox",
        "glibc": "libc6",
        "s6": "s6",
        **{one.name: one.name for one in BASE},
    },
    linux_source=package("linux-source-6.12"),
    suites=("bookworm",),
)
WHOLE = lock.Lock(
    architectures={"mipsel": SECTION},
    host={
        "kmod": lock.HostTool(package="kmod", version="30+1"),
        "dtc": lock.HostTool(package="device-tree-compiler", version="1.6"),
    },
    ids=lock.Ids(users={"anna": 1000}, groups={"anna": 1000}),
)


def test_what_is_written_is_read() -> None:
    assert lock.parse(lock.dump(WHOLE), FILE) == WHOLE


def test_bytes_do_not_depend_on_order() -> None:
    turned = lock.Lock(
        architectures={
            "mipsel": lock.ArchitectureLock(
                packages=dict(reversed(SECTION.packages.items())),
                roots=reversed(SECTION.roots),
                names=dict(reversed(SECTION.names.items())),
                linux_source=SECTION.linux_source,
                suites=SECTION.suites,
            )
        },
        host=dict(reversed(WHOLE.host.items())),
        ids=WHOLE.ids,
    )
    assert lock.dump(turned) == lock.dump(WHOLE)
    assert lock.dump(WHOLE).endswith("\n}\n")


def test_absent_file_is_an_empty_lock(tmp_path: Path) -> None:
    assert lock.read(lock_file.read(tmp_path / "none.lock")) == lock.Lock()


def test_write_says_whether_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "hello.lock"
    assert lock_file.write(path, lock.dump(WHOLE))
    before = path.stat()
    assert not lock_file.write(path, lock.dump(WHOLE))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert lock.read(lock_file.read(path)) == WHOLE
    assert [one.name for one in tmp_path.iterdir()] == ["hello.lock"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "shared.lock").write_text("")
    path = tmp_path / "hello.lock"
    path.symlink_to("shared.lock")
    assert lock_file.write(path, lock.dump(WHOLE))
    assert path.is_symlink()
    assert (tmp_path / "shared.lock").read_text() == lock.dump(WHOLE)


def test_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hello.lock"
    lock_file.write(path, lock.dump(WHOLE))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(ConfigurationError, match="No space left"):
        lock_file.write(path, lock.dump(lock.Lock()))
    assert lock.read(lock_file.read(path)) == WHOLE
    assert [one.name for one in tmp_path.iterdir()] == ["hello.lock"]


MISTAKES = [
    ("architectures.mipsel.packages.s6.sha256", "abc", r"packages\.s6\.sha256: 'abc'"),
    ("architectures.mipsel.packages.s6.path", "pool/../../etc/x.deb", r"packages\.s6\.path"),
    ("architectures.mipsel.packages.s6.path", "http://x/pool/x.deb", r"packages\.s6\.path"),
    ("architectures.mipsel.packages.s6.path", "pool/$(x).deb", r"packages\.s6\.path"),
    ("architectures.mipsel.packages.s6.version", "1 2", r"packages\.s6\.version"),
    ("architectures.mipsel.packages.s6.size", "9", r"packages\.s6\.size: a number"),
    ("architectures.mipsel.packages.s6.size", True, r"packages\.s6\.size: a number"),
    ("architectures.mipsel.packages.s6.suite", "sid", r"packages\.s6\.suite"),
    ("architectures.mipsel.packages.s6.libraries", ["libx1"], "libx1 is not in the lock"),
    ("architectures.mipsel.packages.s6.suite", "trixie", r"s6\.suite: all are of one release"),
    ("architectures.mipsel.suites", ["bookworm", "trixie"], "all are of one release"),
    ("architectures.mipsel.suites", [], "does not go with the suites none"),
    ("architectures.mipsel.roots", ["gone"], "gone is not in the lock"),
    ("architectures.mipsel.roots", "s6", "a list is expected"),
    ("architectures.mipsel.pakages", {}, "did you mean packages"),
    ("architectures.vax", {}, "vax is not known"),
    ("host.kmod", ["kmod"], "a pair"),
    ("ids.users.anna", -1, r"ids\.users\.anna: a number"),
    ("version", 2, "format 2; this liminix-gen reads 1"),
    ("version", 0, "not version 1"),
    ("ids", None, "an object is expected"),
]


@pytest.mark.parametrize(("at", "value", "message"), MISTAKES)
def test_mistake_is_named_with_its_place(at: str, value: object, message: str) -> None:
    content = json.loads(lock.dump(WHOLE))
    *parents, last = at.split(".")
    place = content
    for key in parents:
        place = place[key]
    place[last] = value
    with pytest.raises(ConfigurationError, match=message) as caught:
        lock.parse(json.dumps(content), FILE)
    assert str(caught.value).startswith("hello.lock")


def test_missing_field_is_named() -> None:
    content = json.loads(lock.dump(WHOLE))
    del content["architectures"]["mipsel"]["packages"]["s6"]["size"]
    with pytest.raises(ConfigurationError, match=r"packages\.s6: size is missing"):
        lock.parse(json.dumps(content), FILE)


def test_text_that_is_not_json_is_named_with_its_line() -> None:
    text = lock.dump(WHOLE).replace('    "mipsel"', '<<<<<<< ours\n    "mipsel"')
    with pytest.raises(ConfigurationError, match=r"hello\.lock:3: the lock is not JSON"):
        lock.parse(text, FILE)


@pytest.mark.parametrize("text", [100_000 * "[", f'{{"version": {5000 * "1"}}}'])
def test_json_that_python_does_not_read_is_no_fault_of_ours(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"hello\.lock: the lock: it cannot be read"):
        lock.parse(text, FILE)


@settings(max_examples=30)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_any_json_is_read_or_refused(value: object) -> None:
    with pytest.raises(ConfigurationError):
        lock.parse(json.dumps(value), FILE)
    with pytest.raises(ConfigurationError):
        lock.parse(json.dumps({"version": 1, "architectures": value}), FILE)


def test_tree_carries_only_what_it_reaches() -> None:
    carried = WHOLE.restricted("mipsel", ["busybox"], ["dtc"])
    section = carried.architectures["mipsel"]
    base = ["libc6-dev", "libgcc-s1", "linux-libc-dev"]
    assert sorted(section.packages) == ["busybox", "libc6", *base]
    assert section.roots == ("busybox", "libc6", *base)
    assert section.linux_source == SECTION.linux_source
    assert list(carried.host) == ["dtc"]
    assert lock.parse(lock.dump(carried), FILE) == carried


def test_closure_of_what_is_not_locked_is_none() -> None:
    assert SECTION.closure(["s6"]) == ("libc6", "libs6", "s6")
    assert SECTION.closure(["s6", "dnsmasq-base"]) is None


def test_what_other_package_sets_keep_stays() -> None:
    content = {**json.loads(lock.dump(WHOLE)), "third": {"a": 1}}
    found = lock.parse(json.dumps(content), FILE)
    assert json.loads(lock.dump(found)) == content
    assert "third" not in lock.dump(found.restricted("mipsel", ["busybox"], ["dtc"]))
