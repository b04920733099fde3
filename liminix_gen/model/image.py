"""Files, users and groups of an image."""

from typing import Literal

from attrs import field, frozen, validators

from liminix_gen.model.values import ABSOLUTE_PATH, USER_NAME, Text


def _path(value: object) -> str:
    return ABSOLUTE_PATH.convert(value)


def _account_name(value: object) -> str:
    return USER_NAME.convert(value)


def _gecos(value: object) -> str:
    return Text(pattern=r"[^:]*", description="text without ':'", may_be_empty=True).convert(value)


@frozen
class PackagePath:
    """A path inside an on-device package: ``PackagePath("busybox", "bin/sh")``."""

    package: str
    path: str


@frozen
class RuntimePath:
    """A reference that the device resolves at boot: a password hash or a key, never a value.

    It holds a path on the device, and has no other string form.
    """

    path: str = field(converter=_path)


Content = tuple[str | PackagePath, ...]


@frozen(kw_only=True)
class File:
    """A file, directory or symbolic link of the image; ``mode`` is octal text such as '0644'."""

    path: str = field(converter=_path)
    kind: Literal["file", "directory", "link"] = "file"
    content: Content = ()
    mode: str = field(default="0644", validator=validators.matches_re(r"0[0-7]{3}"))
    user: str = "root"
    group: str = "root"


def text_file(path: str, *content: str | PackagePath, mode: str = "0644") -> File:
    """Make a file of root from text and references."""
    return File(path=path, content=content, mode=mode)


def directory(path: str, *, mode: str = "0755", user: str = "root", group: str = "root") -> File:
    """Make an empty directory."""
    return File(path=path, kind="directory", mode=mode, user=user, group=group)


def link(path: str, target: str | PackagePath) -> File:
    """Make a symbolic link."""
    return File(path=path, kind="link", content=(target,), mode="0777")


@frozen(kw_only=True)
class Group:
    """A group; without ``gid`` it gets the lowest free one from 1000, kept in the lock."""

    name: str = field(converter=_account_name)
    gid: int | None = None
    members: tuple[str, ...] = ()


@frozen(kw_only=True)
class User:
    """A user; without ``uid`` it gets the lowest free one from 1000, kept in the lock.

    ``password_hash`` names a file on the device that holds a crypt(5) hash; it is read at boot.
    Without it no password opens the account.
    """

    name: str = field(converter=_account_name)
    uid: int | None = None
    group: str | None = None
    home: str = field(default="/run", converter=_path)
    shell: str = field(default="/bin/false", converter=_path)
    description: str = field(default="", converter=_gecos)
    password_hash: RuntimePath | None = None
