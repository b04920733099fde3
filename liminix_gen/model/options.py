"""What a configuration sets besides its services: the one declaration of the options of ``config``.

The checks, the manual and the editors have them from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from attrs import frozen

from liminix_gen.model.example import hint, written
from liminix_gen.model.image import File, Group, User
from liminix_gen.model.kernel import SYMBOL, symbol_value
from liminix_gen.model.root import ROOT_SYMBOLS
from liminix_gen.model.service import Service
from liminix_gen.model.values import (
    DOMAIN_NAME,
    PACKAGE,
    PARTITION_LABEL,
    SERVICE_NAME,
    SYSCTL_NAME,
    USER_NAME,
    Instance,
    Integer,
    IPAddress,
    ListOf,
    OneOf,
    Optional,
    Several,
    Text,
    ValueType,
    plain_integer,
)

T_co = TypeVar("T_co", covariant=True)


@frozen(kw_only=True)
class Option(Generic[T_co]):
    """An attribute that a configuration may assign, such as ``config.console``."""

    name: str
    type: ValueType[T_co]
    description: str
    default: T_co
    example: object

    def hint(self, value: object) -> str:
        """Return what helps with a wrong value."""
        return hint(self.type, value, self.example)


@frozen(kw_only=True)
class TableOption(Generic[T_co]):
    """A dictionary that a configuration fills, such as ``config.sysctl``."""

    name: str
    keys: ValueType[str]
    type: ValueType[T_co]
    description: str
    example_key: str
    example: object

    @property
    def assignment(self) -> str:
        """A line that a configuration may have."""
        # A value of a class is written as the call that makes one.
        made = isinstance(self.example, str) and not self.type.TAKES
        value = self.example if made else written(self.example)
        return f'config.{self.name}["{self.example_key}"] = {value}'


class BuiltService(ValueType[Service]):
    """A service that ``build`` made."""

    def convert(self, value: object) -> Service:
        if not isinstance(value, Service) or not value.is_built:
            raise self.refuse(value)
        return value

    def describe(self) -> str:
        return "a service, made by build()"


class SymbolValue(ValueType[str]):
    """The value of a kernel symbol."""

    TAKES = (str, int)

    def convert(self, value: object) -> str:
        return symbol_value(value)

    def describe(self) -> str:
        return "'y', 'm', 'n', a whole number or a line of text"


class SysctlValue(ValueType[str]):
    """What is written below /proc/sys."""

    TAKES = (str, int)

    def convert(self, value: object) -> str:
        number = plain_integer(value)
        text = Text(description=self.describe())
        return text.convert(value if number is None else str(number))

    def describe(self) -> str:
        return "a whole number or a line of text"


# What a configuration reads, or says when it is made, and never assigns.
FIXED: Mapping[str, str] = {
    "device": "the board, one of those that `liminix-gen devices` lists; a parameter of `System`, "
    "which must be given",
    "hostname": "the name of the router, letters, digits and hyphens, at most 63; a parameter of "
    "`System`, by default `liminix`",
    "hardware": "what the board has: `config.hardware.network_interfaces` is a dictionary of its "
    "ports and radios by the names that `liminix-gen devices NAME` shows, each of them a service",
    "service": "the service types by their names: `config.service.TYPE.build(...)` makes a "
    "service, which is in the image once `config.services` leads to it",
}

SERVICES = TableOption(
    name="services",
    keys=SERVICE_NAME,
    type=BuiltService(),
    description="the services of the image, with all that they refer to; the key is the name on "
    "the router",
    example_key="lan",
    example="lan",
)
USERS = TableOption(
    name="users",
    keys=USER_NAME,
    type=Instance(User, "a User"),
    description="the users besides root; the key is the name again",
    example_key="admin",
    example='User(name="admin", home="/home/admin", shell="/bin/sh")',
)
GROUPS = TableOption(
    name="groups",
    keys=USER_NAME,
    type=Instance(Group, "a Group"),
    description="the groups, and who is in them; the key is the name again",
    example_key="lights",
    example='Group(name="lights", members=("admin",))',
)
FILES = TableOption(
    name="files",
    keys=Text(),
    type=Instance(File, "a File"),
    description="files of the image; the key is the path again",
    example_key="/etc/motd",
    example='text_file("/etc/motd", "Mind the gap.\\n")',
)
SYSCTL = TableOption(
    name="sysctl",
    keys=SYSCTL_NAME,
    type=SysctlValue(),
    description="values below /proc/sys, which win over the defaults of services",
    example_key="net.ipv4.tcp_syncookies",
    example=1,
)
HOSTS = TableOption(
    name="hosts",
    keys=Text(
        # RFC 6761 section 6.3
        pattern=rf"(?!(?i:localhost)\.?$)(?:{DOMAIN_NAME.pattern})",
        description="a domain name other than localhost, which is the router itself",
        max_bytes=253,
    ),
    type=Several(IPAddress(), may_be_empty=True),
    description="names that the router itself looks up, each with one address or several",
    example_key="nas.lan",
    example=["192.168.19.5", "fd00::5"],
)
TABLES: tuple[TableOption[object], ...] = (SERVICES, USERS, GROUPS, FILES, SYSCTL, HOSTS)

KERNEL_SYMBOLS = TableOption(
    name="kernel.config",
    keys=Text(
        pattern=rf"(?!CONFIG_)(?:{SYMBOL.pattern})", description="a kernel symbol without CONFIG_"
    ),
    type=SymbolValue(),
    description="kernel symbols besides those that the board and the services ask for",
    example_key="IKCONFIG",
    example="y",
)
KERNEL_MODULES = Option(
    name="kernel.modules",
    type=OneOf("referenced", "all"),
    description="which modules the kernel is built with: those that the services refer to, or all "
    "that any configuration of the board may refer to",
    default="referenced",
    example="all",
)

CONSOLE = Option(
    name="console",
    type=Optional(OneOf("shell", "login", "none")),
    description="what the console offers: a root shell without a question, a login, or nothing; "
    "None is a shell on boards that are QEMU's alone, else a login",
    default=None,
    example="login",
)
PACKAGES = Option(
    name="packages",
    type=ListOf(PACKAGE),
    description="programs on the login path, by name",
    default=(),
    example=["iproute2"],
)
STATE = Option(
    name="state",
    type=Optional(PARTITION_LABEL),
    description="the label of the partition for what is kept across boots; None is a folder of a "
    "writable root, or nowhere",
    default=None,
    example="state",
)
TRIAL_SECONDS = Option(
    name="trial_seconds",
    type=Integer(1, 86_400, "seconds"),
    description="how long an updated system waits for its confirmation before it goes back to the "
    "one before",
    default=300,
    example=600,
)


def root_option(roots: Iterable[str]) -> Option[str | None]:
    """Return the option of a board's root file system."""
    return Option(
        name="root",
        type=Optional(OneOf(*roots)),
        description="the type of the root file system; None is the board's first",
        default=None,
        example="squashfs",
    )


def settings(roots: Iterable[str] = ROOT_SYMBOLS) -> tuple[Option[object], ...]:
    """Return the options of ``config`` itself that are assigned, for a board with these roots."""
    return (CONSOLE, PACKAGES, root_option(roots), STATE, TRIAL_SECONDS)
