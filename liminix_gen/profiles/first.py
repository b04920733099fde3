"""A first configuration by a profile, from answers to a few questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import cast

from attrs import field, frozen

from liminix_gen.catalog import Catalog
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.model.device import Device
from liminix_gen.model.service import bands_of
from liminix_gen.model.values import (
    COUNTRY,
    HOST_NAME,
    SSID,
    VLAN_NUMBER,
    Integer,
    IPAddress,
    ListOf,
    OneOf,
    Text,
    ValueType,
)
from liminix_gen.profiles.gateways import WANS
from liminix_gen.profiles.parts import LAN, NETWORK, sockets_of
from liminix_gen.service_types import interfaces_of

_CONFIGURATION = '''\
"""The router {hostname}, written by `liminix-gen init`."""

from liminix_gen import System
from liminix_gen.profiles import {function}

# {description}: `liminix-gen devices {board}`
# The board has {ports}.
config = System(device="{board}", hostname="{hostname}")
# One kernel for whatever this file will say: a service that you add compiles nothing.
config.kernel.modules = "all"
{secrets}
home = {function}(
    config,
{arguments})

# What stands in config.services is in the image. `home.but(time=None)` leaves out one of these, and
# `home.but(time=another)` has yours in its place. Services of your own are added by
# config.services["name"] = config.service.TYPE.build(...): `liminix-gen services` lists the types.
config.services.update(home.services)
'''
_FROM_A_FILE = """
# The password of {what} is in no image. Until the next boot it lies in this file of the
# router: ssh root@ROUTER 'umask 077; cat > {path}' writes it. docs/configuration.md
# (Secrets) has ways that last.
{name} = config.service.secret.file.build(path="{path}").output("value")
"""
# A question, what is answered unless something else is, and what was wrong before.
Ask = Callable[[str, str, str], str]

BOARD = "qemu-mipsel"
PROFILES = ("gateway", "access-point")


class _PublicKey(ValueType[str]):
    """A public key of OpenSSH, or a file that holds one."""

    def convert(self, value: object) -> str:
        key = key_of(str(value))
        if not key.startswith(("ssh-", "ecdsa-", "sk-")) or len(key.split()) < 2:
            raise self.refuse(value)
        return key

    def describe(self) -> str:
        return "a public key of OpenSSH, such as the line of ~/.ssh/id_ed25519.pub, or its file"


class _Number(ValueType[int]):
    """A whole number that was typed."""

    def __init__(self, inner: Integer) -> None:
        self.inner = inner

    def convert(self, value: object) -> int:
        text = str(value)
        return self.inner.convert(int(text) if text.isdecimal() else value)

    def describe(self) -> str:
        return self.inner.describe()


def key_of(text: str) -> str:
    """Return a public key: the text, or the first line of the file of that name."""
    file = Path(text).expanduser()
    try:
        return file.read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, ValueError):  # no file of that name, and often no name of a file
        return text.strip()


@frozen
class Question:
    """A question of `init`, whose option has the same name."""

    name: str
    text: str
    type: ValueType[object]
    default: object = None
    # Whether nothing is an answer, too.
    optional: bool = False
    # Of which profile, of which kind of line, if which other one was answered, and of radios.
    profile: str = ""
    wan: str = ""
    of: str = ""
    radio: bool = False
    several: bool = False

    @property
    def option(self) -> str:
        """The option that answers it."""
        return "--" + self.name.removesuffix("s" if self.several else "").replace("_", "-")

    def converted(self, value: object) -> object:
        """Check an answer; raises ValueError."""
        if self.several:
            words = value.replace(",", " ").split() if isinstance(value, str) else value
            if self.name == "ssh_keys" and isinstance(value, str):
                words = [value] if value else []
            values = ListOf(self.type).convert(words)
            if not values and self.default is None:
                raise ValueError("needs one or more")
            return values
        return self.type.convert(value)


QUESTIONS = (
    Question("hostname", "Name of the router", HOST_NAME, "router"),
    Question("wan", "How the provider gives the address: " + ", ".join(WANS), OneOf(*WANS), "dhcp",
             profile="gateway"),
    Question("wan_vlan", "VLAN of the line (empty: none)", _Number(VLAN_NUMBER), optional=True,
             profile="gateway"),
    Question("username", "User's name at the provider", Text(max_bytes=255), wan="pppoe"),
    Question("address", "The router's address, with the length of its network", NETWORK,
             wan="static"),
    Question("router", "The provider's router", IPAddress(4), wan="static"),
    Question("name_servers", "Name servers, with spaces between", IPAddress(), wan="static",
             several=True),
    Question("lan", "The router's address in the LAN", NETWORK, LAN, profile="gateway"),
    Question("guests", "And among guests, such as 192.168.20.1/24 (empty: no guests)", NETWORK,
             optional=True, profile="gateway"),
    Question("wifi", "Name of the wireless network (empty: none)", SSID,
             optional=True, radio=True),
    Question("country", "Country where the radio is, such as DE", COUNTRY, of="wifi"),
    Question("ssh_keys", "Public key that lets you in, or its file (empty: none)", _PublicKey(), (),
             several=True),
)  # fmt: skip


@frozen
class Answers:
    """What a first configuration is to be."""

    board: Device
    ports: tuple[str, ...]
    profile: str
    given: Mapping[str, object] = field(factory=dict[str, object])

    @property
    def runs_here(self) -> bool:
        """Whether QEMU has the board."""
        return self.board.qemu is not None

    def text(self) -> str:
        """Return the configuration."""
        return _CONFIGURATION.format(
            function=self.profile.replace("-", "_"),
            description=self.board.description,
            board=self.board.name,
            ports=", ".join(self.ports),
            hostname=self.given["hostname"],
            secrets="".join(self._secrets()),
            arguments="".join(f"    {line}\n" for line in self._arguments()),
        )

    def _secrets(self) -> Iterator[str]:
        if self.given.get("wan") == "pppoe":
            yield _FROM_A_FILE.format(name="password", what="the line", path="/run/ppp-password")
        if self.given.get("wifi"):
            what = "the wireless network"
            yield _FROM_A_FILE.format(name="wifi_password", what=what, path="/run/wifi-password")

    def _arguments(self) -> Iterator[str]:
        for question in QUESTIONS:
            value = self.given.get(question.name)
            if question.name in {"hostname", "ssh_keys"} or value in (None, ()):
                continue
            if question.name == "wifi":
                yield f"wifi={{{_text(value)}: wifi_password}},"
                continue
            yield f"{question.name}={_text(value)},"
            if question.name == "username":
                yield "password=password,"
        keys = cast("tuple[str, ...]", self.given["ssh_keys"])
        if keys:
            yield "ssh_keys=["
            yield from (f"    {_text(key)}," for key in keys)
            yield "],"
        else:
            yield "# Your way in, by key only: a line of ~/.ssh/id_ed25519.pub."
            yield '# ssh_keys=["ssh-ed25519 AAAA... you"],'


def answers(catalog: Catalog, given: Mapping[str, object], ask: Ask | None) -> Answers:
    """Return the answers that were given, and those to the other questions.

    Without ``ask`` these have their defaults. Raises ConfigurationError for what is wrong, each
    with the option that says so.
    """
    problems: list[Problem] = []
    name = given.get("board")
    if name is None:
        name = ask("Board (`liminix-gen devices` lists them)", BOARD, "") if ask else BOARD
    board = catalog.device(str(name))
    ports = interfaces_of(board, catalog)
    many = len(sockets_of(ports)) > 1
    profile_question = Question(
        "profile", f"What it is for ({', '.join(PROFILES)})", OneOf(*PROFILES),
        PROFILES[0] if many else PROFILES[1],
    )  # fmt: skip
    profile = _answer(profile_question, given, ask, problems)
    found: dict[str, object] = {}
    radio = any(map(bands_of, ports.values()))
    for question in QUESTIONS:
        reason = _reason_against(question, board, str(profile), found, radio=radio)
        if not reason:
            found[question.name] = _answer(question, given, ask, problems)
        elif given.get(question.name) is not None:
            problems.append(Problem(question.option, reason))
    if problems:
        raise ConfigurationError(*problems)
    return Answers(board, tuple(ports), str(profile), found)


def _reason_against(
    question: Question, board: Device, profile: str, found: Mapping[str, object], *, radio: bool
) -> str:
    """Return why a question is not asked, after these answers, or nothing."""
    if question.wan and (profile != PROFILES[0] or question.wan != found.get("wan")):
        return f"is for --wan {question.wan}"
    if question.profile and question.profile != profile:
        return f"is for --profile {question.profile}"
    if question.radio and not radio:
        return f"needs a radio, and {board.name} has none"
    if question.of and not found.get(question.of):
        return f"is for --{question.of}"
    return ""


def _answer(
    question: Question, given: Mapping[str, object], ask: Ask | None, problems: list[Problem]
) -> object:
    value = given.get(question.name)
    if value is not None:
        try:
            return question.converted(value)
        except ValueError as error:
            problems.append(Problem(question.option, str(error)))
            return None
    needed = question.default is None and not question.optional
    if ask is None:
        if needed:
            problems.append(
                Problem(
                    question.option, f"is needed: {question.text[:1].lower()}{question.text[1:]}"
                )
            )
        return question.default
    refusal = ""
    while True:
        shown = question.default if isinstance(question.default, str) else ""
        text = ask(question.text, shown, refusal).strip()
        if not text and not needed:
            return question.default
        try:
            return question.converted(text)
        except ValueError as error:
            refusal = str(error)


def _text(value: object) -> str:
    """Return a value as a formatter of Python would write it."""
    if isinstance(value, str):
        escaped = repr(value)[1:-1].replace("\\'", "'").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, tuple):
        elements = cast("tuple[object, ...]", value)
        return "[" + ", ".join(_text(one) for one in elements) + "]"
    return repr(value)
