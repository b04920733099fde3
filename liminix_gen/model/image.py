"""Files, users and groups of an image."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from attrs import field, frozen

from liminix_gen.model.reference import OutputReference
from liminix_gen.model.values import (
    ABSOLUTE_PATH,
    PACKAGE,
    USER_NAME,
    Integer,
    ListOf,
    OneOf,
    Optional,
    Text,
    ValueType,
    conforms,
    plain_text,
)

# 2**32 - 1 is "no change" to chown(2).
_ID = Integer(0, 2**32 - 2)
# ':' separates the fields of passwd(5).
_PASSWD_TEXT = Text(pattern=r"[^:]*", description="text without ':'", may_be_empty=True)
_PASSWD_PATH = Text(
    pattern=r"(?:/(?!\.{1,2}(?:/|$))[^/:]+)+",
    description="an absolute path without '.', '..' or ':'",
)


@frozen
class PackagePath:
    """A path inside an on-device package: ``PackagePath("busybox", "bin/sh")``."""

    package: str = field(validator=conforms("a package", PACKAGE))
    path: str = field(
        validator=conforms(
            "a path in a package",
            Text(
                pattern=r"(?!\.{1,2}(?:/|$))[^/]+(?:/(?!\.{1,2}(?:/|$))[^/]+)*",
                description="a path without '.', '..' or a '/' at its start",
            ),
        )
    )


@frozen
class RuntimePath:
    """A reference that the device resolves at boot: a password hash or a key, never a value.

    It holds a path on the device, and has no other string form.
    """

    path: str = field(validator=conforms("a path on the device", ABSOLUTE_PATH))


Content = tuple[str | PackagePath, ...]


def _plain_content(value: object) -> Content:
    if not isinstance(value, tuple):
        raise ValueError(f"the content of a file is a tuple, not {value!r}")
    content: list[str | PackagePath] = []
    for atom in cast("tuple[object, ...]", value):
        plain = atom if isinstance(atom, PackagePath) else plain_text(atom)
        if plain is None:
            raise ValueError(f"the content of a file is text and PackagePath, not {atom!r}")
        if isinstance(plain, str) and ("\0" in plain or not is_encodable(plain)):
            raise ValueError(
                "the content of a file must be text that UTF-8 can encode, without NUL"
            )
        content.append(plain)
    return tuple(content)


def is_encodable(text: str) -> bool:
    """Say whether UTF-8 has bytes for a text: it has none for half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class _HashReference(ValueType[RuntimePath | OutputReference]):
    """Where a password's hash is; never the hash."""

    def convert(self, value: object) -> RuntimePath | OutputReference:
        if not isinstance(value, RuntimePath | OutputReference):
            # The value stays out of the message: it may be the hash itself.
            raise ValueError(f"must be {self.describe()}")
        return value

    def describe(self) -> str:
        return (
            "RuntimePath(PATH), the place of a hash on the device, or an output of a service that "
            "holds one"
        )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    # What is wrong with it otherwise, the validator says.
    return (names,) if isinstance(names, str) else cast("tuple[str, ...]", names)


@frozen(kw_only=True)
class Node:
    """What a device file stands for: a character or block device and its numbers (mknod(2))."""

    type: str = field(validator=conforms("the type of a device", OneOf("c", "b")))
    major: int = field(validator=conforms("the major number", Integer(0, 4095)))
    minor: int = field(validator=conforms("the minor number", Integer(0, 2**20 - 1)))


Kind = Literal["file", "directory", "link", "hardlink", "device"]
_KIND = cast("ValueType[Kind]", OneOf("file", "directory", "link", "hardlink", "device"))


def _fits_its_kind(file: File, _attribute: object, node: Node | None) -> None:
    """Refuse content and node that a file of its kind does not have."""
    leads = len(file.content) == 1 and file.content[0] != ""
    if file.kind == "link" and not leads:
        raise ValueError("the content of a link is one target, where it leads")
    if file.kind == "hardlink" and not (leads and isinstance(file.content[0], str)):
        raise ValueError("the content of a hard link is the path of the other file")
    if file.kind in {"directory", "device"} and file.content:
        raise ValueError(f"a {file.kind} has no content")
    if (file.kind == "device") != isinstance(node, Node):
        raise ValueError(f"a {file.kind} {'needs' if file.kind == 'device' else 'has no'} node")


@frozen(kw_only=True)
class File:
    """A file of the image outside the store; ``mode`` is octal text such as '0644'.

    The content of a link is where it leads, that of a hard link the path of the other file.
    """

    path: str = field(validator=conforms("a file", ABSOLUTE_PATH))
    kind: Kind = field(default="file", validator=conforms("kind", _KIND))
    content: Content = field(default=(), converter=_plain_content)
    mode: str = field(
        default="0644",
        validator=conforms(
            "mode", Text(pattern=r"0[0-7]{3}", description="octal text such as '0644'")
        ),
    )
    user: str = field(default="root", validator=conforms("user", USER_NAME))
    group: str = field(default="root", validator=conforms("group", USER_NAME))
    node: Node | None = field(default=None, validator=_fits_its_kind)

    @property
    def packages(self) -> frozenset[str]:
        """The packages that its content refers to."""
        return frozenset(atom.package for atom in self.content if isinstance(atom, PackagePath))


def text_file(path: str, *content: str | PackagePath, mode: str = "0644") -> File:
    """Make a file of root from text and references."""
    return File(path=path, content=content, mode=mode)


def directory(path: str, *, mode: str = "0755", user: str = "root", group: str = "root") -> File:
    """Make an empty directory."""
    return File(path=path, kind="directory", mode=mode, user=user, group=group)


def link(path: str, target: str | PackagePath) -> File:
    """Make a symbolic link."""
    if target == "":
        raise ValueError("the target of a link must not be empty")
    return File(path=path, kind="link", content=(target,), mode="0777")


def hard_link(path: str, target: str) -> File:
    """Make another name of a file of the configuration."""
    return File(path=path, kind="hardlink", content=(ABSOLUTE_PATH.convert(target),))


def device_node(
    path: str,
    type: Literal["c", "b"],  # noqa: A002  the field's term
    *,
    major: int,
    minor: int,
    mode: str = "0600",
    user: str = "root",
    group: str = "root",
) -> File:
    """Make a device file outside /dev, which the kernel fills itself."""
    node = Node(type=type, major=major, minor=minor)
    return File(path=path, kind="device", mode=mode, user=user, group=group, node=node)


@frozen(kw_only=True)
class Group:
    """A group; without ``gid`` it gets the lowest free one from 1000, kept in the lock."""

    name: str = field(validator=conforms("Group.name", USER_NAME))
    gid: int | None = field(default=None, validator=conforms("Group.gid", Optional(_ID)))
    members: tuple[str, ...] = field(
        default=(), converter=_names, validator=conforms("Group.members", ListOf(USER_NAME))
    )


@frozen(kw_only=True)
class User:
    """A user; without ``uid`` it gets the lowest free one from 1000, kept in the lock.

    ``password_hash`` names a file on the device that holds a crypt(5) hash and is read at boot, or
    an output that holds one, such as that of ``secret.sealed``, and is followed. Without it no
    password opens the account.
    """

    name: str = field(validator=conforms("User.name", USER_NAME))
    uid: int | None = field(default=None, validator=conforms("User.uid", Optional(_ID)))
    group: str | None = field(default=None, validator=conforms("User.group", Optional(USER_NAME)))
    home: str = field(default="/run", validator=conforms("User.home", _PASSWD_PATH))
    shell: str = field(default="/bin/false", validator=conforms("User.shell", _PASSWD_PATH))
    description: str = field(default="", validator=conforms("User.description", _PASSWD_TEXT))
    password_hash: RuntimePath | OutputReference | None = field(
        default=None, validator=conforms("User.password_hash", Optional(_HashReference()))
    )
