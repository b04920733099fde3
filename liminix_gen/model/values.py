"""Types of parameter values: each checks one value and says what it accepts.

A type's ``convert`` returns the value in its one canonical form or raises ``ValueError``
with a sentence that completes "PARAMETER ...". That form is of Python's own types and nobody else
holds it: a member of an enumeration becomes its number or text, a list a tuple, a dictionary a copy
that cannot be changed. Text that could not be carried through a shell script, an nftables script or
a command line unchanged is refused here.
"""

from __future__ import annotations

import ipaddress
import operator
import re
from collections import Counter
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    Sequence,
    ValuesView,
)
from types import MappingProxyType
from typing import Any, ClassVar, Generic, SupportsIndex, TypeVar, cast

import attrs
from attrs import field, frozen

from liminix_gen.model.countries import COUNTRIES, OTHERWISE

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_LISTS: tuple[type[object], ...] = (Sequence, Iterator, KeysView, ValuesView)
_NO_LISTS: tuple[type[object], ...] = (str, bytes, bytearray, memoryview)
_ADDRESSES = (ipaddress.IPv4Address, ipaddress.IPv6Address)
_NETWORKS = (ipaddress.IPv4Network, ipaddress.IPv6Network)
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def plain_text(value: object) -> str | None:
    """Return text as str itself, also that of a class of str such as StrEnum; None for no text."""
    return str.__str__(value) if isinstance(value, str) else None


def plain_integer(value: object) -> int | None:
    """Return a whole number as int itself, also that of a class such as IntEnum; else None.

    A bool is not a number.
    """
    if isinstance(value, int):
        return None if isinstance(value, bool) else int.__index__(value)
    try:
        return operator.index(cast("SupportsIndex", value))
    except TypeError:
        return None


def twice(words: Iterable[str]) -> frozenset[str]:
    """Return the words that are there more than once."""
    return frozenset(word for word, number in Counter(words).items() if number > 1)


class HiddenError(ValueError):
    """What is wrong with a value that may be a secret: neither it nor its line is to be shown."""

    def __init__(self, said: str) -> None:
        super().__init__(said)


class InnerError(ValueError):
    """What is wrong inside of a value; ``keys`` lead there, from the outermost."""

    def __init__(self, said: str, key: str | int, cause: ValueError) -> None:
        super().__init__(said)
        inner = cause.keys if isinstance(cause, InnerError) else ()
        self.keys: tuple[str | int, ...] = (key, *inner)
        self.is_hidden: bool = is_hidden(cause)


def is_hidden(error: ValueError) -> bool:
    """Say whether what is wrong may be a secret."""
    return error.is_hidden if isinstance(error, InnerError) else isinstance(error, HiddenError)


class ValueType(Generic[T_co]):
    """What a parameter accepts.

    ``TAKES`` names the Python types that ``convert`` takes, for editors; without, it takes what it
    returns.
    """

    TAKES: ClassVar[tuple[type[object], ...]] = ()

    def convert(self, value: object) -> T_co:
        """Return ``value`` in canonical form; raise ValueError saying what was expected."""
        raise NotImplementedError

    def describe(self) -> str:
        """Name the type for a message and for the manual."""
        raise NotImplementedError

    def refuse(self, value: object) -> ValueError:
        """Make the error for a value that is not of this type."""
        return ValueError(f"must be {self.describe()}, not {value!r}")


def converted(what: str, type_: ValueType[T], value: object) -> T:
    """Return a value in canonical form; the ValueError of one that is refused is of ``what``."""
    try:
        return type_.convert(value)
    except ValueError as error:
        raise ValueError(f"{what} {error}") from None


def conforms(what: str, type_: ValueType[T]) -> Callable[[object, attrs.Attribute[T], T], None]:
    """Return a validator of a frozen attrs class; what it refuses is said of ``what``.

    The value is kept in its canonical form.
    """

    def validate(instance: object, attribute: attrs.Attribute[T], value: T) -> None:
        object.__setattr__(instance, attribute.name, converted(what, type_, value))

    return validate


@frozen
class Instance(ValueType[T]):
    """An object of a class."""

    cls: type[T]
    description: str

    def convert(self, value: object) -> T:
        if not isinstance(value, self.cls):
            raise self.refuse(value)
        return value

    def describe(self) -> str:
        return self.description


_TRUTH = Instance(bool, "True or False")
_WHOLE = Instance(int, "a whole number")
_WORDS = Instance(str, "text")
_TYPE: ValueType[ValueType[object]] = Instance(
    ValueType, "one of liminix_gen.values, such as Text()"
)


def is_type(what: str) -> Callable[[object, object, Any], None]:
    """Return a validator of a frozen attrs class: the value is a type of values."""

    def validate(_instance: object, _attribute: object, value: object) -> None:
        converted(what, _TYPE, value)

    return validate


def _is_pattern(_instance: object, _attribute: object, value: str) -> None:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(
            f"Text.pattern must be a regular expression, not {value!r}: {error}"
        ) from None


@frozen
class Text(ValueType[str]):
    """One line of text: no control characters, and not empty unless ``may_be_empty``."""

    pattern: str = field(default=r".*", validator=[conforms("Text.pattern", _WORDS), _is_pattern])
    description: str = field(
        default="a line of text", validator=conforms("Text.description", _WORDS)
    )
    may_be_empty: bool = field(default=False, validator=conforms("Text.may_be_empty", _TRUTH))
    max_bytes: int = field(default=4096, validator=conforms("Text.max_bytes", _WHOLE))

    def convert(self, value: object) -> str:
        text = plain_text(value)
        if text is None or not (text or self.may_be_empty):
            raise self.refuse(value)
        if _CONTROL.search(text):
            raise ValueError(f"must not hold control characters or line ends: {text!r}")
        if re.fullmatch(self.pattern, text) is None:
            raise self.refuse(value)
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            raise ValueError(f"must be encodable as UTF-8: {text!r}") from None
        if size > self.max_bytes:
            raise ValueError(f"must be at most {self.max_bytes} bytes long, not {size}")
        return text

    def describe(self) -> str:
        return self.description


class Country(Text):
    """A country by its two letters."""

    def __init__(self) -> None:
        super().__init__(
            pattern="|".join(sorted(COUNTRIES)),
            description="a country, two capital letters (ISO 3166)",
        )

    def refuse(self, value: object) -> ValueError:
        letters = (plain_text(value) or "").upper()
        meant = OTHERWISE.get(letters, letters)
        hint = f"; did you mean {meant}?" if meant in COUNTRIES else ""
        return ValueError(f"{super().refuse(value)}{hint}")


class Lines(ValueType[str]):
    """Text of any number of lines, for the configuration file of a daemon."""

    def convert(self, value: object) -> str:
        text = plain_text(value)
        if text is None:
            raise self.refuse(value)
        # Only "\n" ends a line for its reader; str.splitlines() knows nine more.
        for line in text.split("\n"):
            Text(may_be_empty=True).convert(line.replace("\t", " "))
        return text

    def describe(self) -> str:
        return "lines of text"


class Boolean(ValueType[bool]):
    """True or False."""

    def convert(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise self.refuse(value)
        return value

    def describe(self) -> str:
        return "True or False"


def _is_end(range_: Integer | NumberKey, _attribute: object, maximum: int) -> None:
    if maximum < range_.minimum:
        what = type(range_).__name__
        raise ValueError(f"{what} takes no number: {maximum} is less than {range_.minimum}")


@frozen
class Integer(ValueType[int]):
    """A whole number in an inclusive range; ``unit`` is for the reader."""

    minimum: int = field(validator=conforms("Integer.minimum", _WHOLE))
    maximum: int = field(validator=[conforms("Integer.maximum", _WHOLE), _is_end])
    unit: str = field(default="", validator=conforms("Integer.unit", _WORDS))

    def convert(self, value: object) -> int:
        number = plain_integer(value)
        if number is None or not self.minimum <= number <= self.maximum:
            raise self.refuse(value)
        return number

    def describe(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        return f"a whole number from {self.minimum} to {self.maximum}{unit}"


@frozen
class NumberKey(ValueType[str]):
    """A whole number that is a key: itself, or its digits, which is what all keys become."""

    TAKES = (str, int)

    minimum: int = field(validator=conforms("NumberKey.minimum", _WHOLE))
    maximum: int = field(validator=[conforms("NumberKey.maximum", _WHOLE), _is_end])
    what: str = field(validator=conforms("NumberKey.what", _WORDS))

    def convert(self, value: object) -> str:
        number = plain_integer(value)
        text = plain_text(value) if number is None else str(number)
        if text is None or not re.fullmatch("0|[1-9][0-9]{0,17}", text):
            raise self.refuse(value)
        if not self.minimum <= int(text) <= self.maximum:
            raise self.refuse(value)
        return text

    def describe(self) -> str:
        return f"{self.what} from {self.minimum} to {self.maximum}"


# 0 stands for none, and 4095 is reserved (IEEE 802.1Q table 9-2).
VLAN_NUMBER = Integer(1, 4094)
VLAN_KEY = NumberKey(VLAN_NUMBER.minimum, VLAN_NUMBER.maximum, "a VLAN's number")


@frozen
class Number(ValueType[float]):
    """A finite number, zero or greater."""

    unit: str = field(default="", validator=conforms("Number.unit", _WORDS))

    def convert(self, value: object) -> float:
        number = float.__float__(value) if isinstance(value, float) else plain_integer(value)
        if number is None or not 0 <= number < 1e12:
            raise self.refuse(value)
        return abs(number)  # -0.0 is zero

    def describe(self) -> str:
        return f"a number that is not negative{' of ' + self.unit if self.unit else ''}"


_BANDWIDTH = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([kMG]?)bit(?:/s)?")
_THOUSANDS = {"": 0, "k": 1, "M": 2, "G": 3}


class Bandwidth(ValueType[int]):
    """A speed in bits per second, as a number or as text with a unit such as '20 Mbit/s'."""

    TAKES = (int, str)

    def convert(self, value: object) -> int:
        number = plain_integer(value)
        match = _BANDWIDTH.fullmatch(plain_text(value) or "")
        if match is not None:
            number = round(float(match[1]) * 1000 ** _THOUSANDS[match[2]])
        if number is None or not 8000 <= number <= 2**40:
            raise self.refuse(value)
        return number

    def describe(self) -> str:
        return "a speed of 8 kbit/s or more, such as '20 Mbit/s', or a number of bits per second"


class OneOf(ValueType[str]):
    """One of a few words."""

    def __init__(self, *words: str) -> None:
        if not words:
            raise ValueError("OneOf must have a word")
        self.words = tuple(map(self._word, words))

    @staticmethod
    def _word(word: object) -> str:
        plain = plain_text(word)
        if plain is None:
            raise ValueError(f"OneOf must have words, as in OneOf('a', 'b'), not {word!r}")
        return plain

    def convert(self, value: object) -> str:
        word = plain_text(value)
        if word is None or word not in self.words:
            raise self.refuse(value)
        return word

    def describe(self) -> str:
        return "one of " + ", ".join(repr(word) for word in self.words)


@frozen
class Optional(ValueType[T | None]):
    """None, or a value of another type."""

    inner: ValueType[T] = field(validator=is_type("Optional.inner"))

    def convert(self, value: object) -> T | None:
        return None if value is None else self.inner.convert(value)

    def describe(self) -> str:
        return f"{self.inner.describe()}, or None"


@frozen
class ListOf(ValueType[tuple[T, ...]]):
    """A list, of which each element has one type; also a generator, of which it is made at once."""

    inner: ValueType[T] = field(validator=is_type("ListOf.inner"))

    def convert(self, value: object) -> tuple[T, ...]:
        if isinstance(value, set | frozenset):
            raise ValueError(f"must be a list, and a set has no order: {value!r}")
        if not isinstance(value, _LISTS) or isinstance(value, _NO_LISTS):
            raise self.refuse(value)
        return tuple(self._converted(cast("Iterable[object]", value)))

    def _converted(self, elements: Iterable[object]) -> Iterator[T]:
        for place, element in enumerate(elements):
            try:
                yield self.inner.convert(element)
            except ValueError as error:
                raise InnerError(str(error), place, error) from None

    def describe(self) -> str:
        return f"a list, each element {self.inner.describe()}"


@frozen
class Several(ValueType[tuple[T, ...]]):
    """One, or a list of them."""

    inner: ValueType[T] = field(validator=is_type("Several.inner"))
    may_be_empty: bool = field(default=False, validator=conforms("Several.may_be_empty", _TRUTH))

    def convert(self, value: object) -> tuple[T, ...]:
        if not isinstance(value, list | tuple):
            return (self.inner.convert(value),)
        found = ListOf(self.inner).convert(cast("object", value))
        if not found and not self.may_be_empty:
            raise ValueError(f"must hold something: {self.describe()}")
        return found

    def describe(self) -> str:
        return f"{self.inner.describe()}, or a list of these"


@frozen
class MappingOf(ValueType[Mapping[str, T]]):
    """A dictionary from names to values of one type; a copy, sorted by name."""

    keys: ValueType[str] = field(validator=is_type("MappingOf.keys"))
    inner: ValueType[T] = field(validator=is_type("MappingOf.inner"))

    def convert(self, value: object) -> Mapping[str, T]:
        if not isinstance(value, Mapping):
            raise self.refuse(value)
        converted: dict[str, T] = {}
        for key, element in cast("Mapping[object, object]", value).items():
            name = self.keys.convert(key)
            if name in converted:
                raise ValueError(f"has the key {name!r} twice, in two ways to write it")
            try:
                converted[name] = self.inner.convert(element)
            except ValueError as error:
                raise InnerError(f"[{name!r}] {error}", name, error) from None
        return MappingProxyType(dict(sorted(converted.items())))

    def describe(self) -> str:
        return f"a dictionary, each key {self.keys.describe()}, each value {self.inner.describe()}"


class Required:
    """What is in the place of a default where there is none."""

    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = Required()


def converted_default(type_: ValueType[object], default: object) -> object:
    """Return a default as its type does a value that is given; None is for what is left out."""
    if default is None or default is REQUIRED:
        return default
    return converted("the default", type_, default)


def _keep_converted(of: Field, _attribute: object, default: object) -> None:
    object.__setattr__(of, "default", converted_default(of.type, default))


@frozen
class Field:
    """A key of a Record; without a default it must be given. None may be that of any type."""

    type: ValueType[object] = field(validator=is_type("Field.type"))
    description: str = field(validator=conforms("Field.description", Text()))
    default: object = field(default=REQUIRED, validator=_keep_converted)

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is REQUIRED


def _are_fields(_instance: object, _attribute: object, fields: object) -> None:
    if not isinstance(fields, Mapping):
        raise ValueError(f"Record.fields must be a dictionary, not {fields!r}")
    for name, one in cast("Mapping[object, object]", fields).items():
        if plain_text(name) is None or not isinstance(one, Field):
            raise ValueError(
                f"Record.fields must have a name and a Field each, not {name!r}: {one!r}"
            )


@frozen
class Record(ValueType[Mapping[str, object]]):
    """A dictionary with fixed keys, each of its own type."""

    fields: Mapping[str, Field] = field(validator=_are_fields)

    def convert(self, value: object) -> Mapping[str, object]:
        if not isinstance(value, Mapping):
            raise self.refuse(value)
        given = {
            plain_text(key): one for key, one in cast("Mapping[object, object]", value).items()
        }
        unknown = [key for key in given if key not in self.fields]
        if unknown:
            known = ", ".join(self.fields)
            raise ValueError(f"has no key {unknown[0]!r} (its keys are {known})")
        record: dict[str, object] = {}
        for name, one in self.fields.items():
            if name in given:
                try:
                    record[name] = one.type.convert(given[name])
                except ValueError as error:
                    raise InnerError(f"[{name!r}] {error}", name, error) from None
            elif one.required:
                raise ValueError(f"lacks the key {name!r} ({one.description})")
            else:
                record[name] = one.default
        return MappingProxyType(record)

    def describe(self) -> str:
        return "a dictionary with the keys " + ", ".join(self.fields)


def _is_key(short: Short, _attribute: object, key: object) -> None:
    if key not in short.inner.fields:
        known = ", ".join(short.inner.fields)
        raise ValueError(f"Short.key must be a key of its Record ({known}), not {key!r}")


@frozen
class Short(ValueType[Mapping[str, object]]):
    """A Record, or in its place the value of its most important key alone."""

    inner: Record = field(validator=conforms("Short.inner", Instance(Record, "a Record")))
    key: str = field(validator=[conforms("Short.key", _WORDS), _is_key])

    def convert(self, value: object) -> Mapping[str, object]:
        if isinstance(value, Mapping):
            return self.inner.convert(cast("object", value))
        try:
            alone = self.inner.fields[self.key].type.convert(value)
        except ValueError as error:
            raise ValueError(f"{error}; or {self.inner.describe()}") from None
        return self.inner.convert({self.key: alone})

    def describe(self) -> str:
        alone = self.inner.fields[self.key].type.describe()
        return f"{alone}; or {self.inner.describe()}"


def canonical_address(value: object, family: int | None = None) -> str:
    """Return an IP address in its canonical text; ``family`` 4 or 6 narrows it."""
    word = {4: "an IPv4 address", 6: "an IPv6 address", None: "an IP address"}[family]
    text = str(value) if isinstance(value, _ADDRESSES) else plain_text(value)
    try:
        address = ipaddress.ip_address(text) if text is not None else None
    except ValueError:
        address = None
    if address is None or (family is not None and address.version != family):
        raise ValueError(f"must be {word}, not {value!r}")
    if address.version == 6 and address.scope_id is not None:
        raise ValueError(f"must be an address without a zone, not {value!r}")
    return str(address)


def _is_version(_instance: object, _attribute: object, family: int | None) -> None:
    if family not in (4, 6, None):
        raise ValueError(f"the family of an address must be 4, 6 or None, not {family!r}")


@frozen
class IPAddress(ValueType[str]):
    """An IPv4 or IPv6 address (RFC 5952 text for the latter); ``family`` 4 or 6 is one of these."""

    TAKES = (str, *_ADDRESSES)

    family: int | None = field(default=None, validator=_is_version)

    def convert(self, value: object) -> str:
        return canonical_address(value, self.family)

    def describe(self) -> str:
        return {4: "an IPv4 address", 6: "an IPv6 address", None: "an IP address"}[self.family]


class HostAddress(IPAddress):
    """An address that one machine can have, as far as the address alone says it.

    No machine has one of RFC 1122 section 3.2.1.3 (0.0.0.0/8), RFC 1112 section 4 (240.0.0.0/4), or
    of several machines.
    """

    def convert(self, value: object) -> str:
        text = super().convert(value)
        on = ipaddress.ip_address(text)
        nobodys = on.version == 4 and (on.is_reserved or on in _THIS_NETWORK)
        if on.is_unspecified or on.is_multicast or nobodys:
            raise self.refuse(value)
        return text

    def describe(self) -> str:
        return f"{super().describe()} that a machine can have"


@frozen
class Host(ValueType[str]):
    """The name of a machine, or an address that one can have; ``family`` 4 or 6 narrows that."""

    TAKES = (str, *_ADDRESSES)

    family: int | None = field(default=None, validator=_is_version)

    def convert(self, value: object) -> str:
        text = str(value) if isinstance(value, _ADDRESSES) else plain_text(value)
        if text is None:
            raise self.refuse(value)
        text = Text().convert(text)
        # The last part of a name has a letter (RFC 3696 section 2): this is an address, or wrong.
        is_address = ":" in text or text.rpartition(".")[2].isdigit()
        try:
            return (HostAddress(self.family) if is_address else DOMAIN_NAME).convert(text)
        except ValueError:
            raise self.refuse(value) from None

    def describe(self) -> str:
        return f"a host name or {IPAddress(self.family).describe()}"


class IPNetwork(ValueType[str]):
    """An IP network as ADDRESS/LENGTH, or a single address; host bits must be zero."""

    TAKES = (str, *_ADDRESSES, *_NETWORKS)

    def convert(self, value: object) -> str:
        text = str(value) if isinstance(value, _ADDRESSES + _NETWORKS) else plain_text(value)
        if text is None or "%" in text:
            raise self.refuse(value)
        try:
            network = ipaddress.ip_network(text)
        except ValueError as error:
            raise ValueError(f"must be {self.describe()}: {error}") from None
        return str(network)

    def describe(self) -> str:
        return "an IP network such as '192.168.0.0/16'"


# dev_valid_name() in the kernel's net/core/dev.c: 1 to 15 bytes, not '.', '..', no '/', ':' or
# white space. Narrower here: what every tool prints and parses without quoting, and not the two
# that stand for every interface below /proc/sys/net/ipv6/conf.
INTERFACE_NAME = Text(
    pattern=r"(?!(?:all|default)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,14}",
    description="an interface name (1 to 15 of A-Z a-z 0-9 _ . -, and not all or default)",
)
# RFC 1123 section 2.1, RFC 1035 section 2.3.1.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST_NAME = Text(
    pattern=_LABEL, description="a host name (letters, digits, '-'; at most 63)", max_bytes=63
)
DOMAIN_NAME = Text(
    pattern=rf"{_LABEL}(?:\.{_LABEL})*\.?", description="a domain name", max_bytes=253
)
# IEEE 802.11-2020 9.4.2.2.
SSID = Text(description="a name of 1 to 32 bytes", max_bytes=32)
COUNTRY = Country()
# Where a radio is, as wifi.access_point knows them.
BAND = OneOf("2.4 GHz", "5 GHz")
# The lowest bit of the first byte is that of groups (IEEE 802).
MAC_ADDRESS = Text(
    pattern=r"(?!(?:00:?){6}$)[0-9A-Fa-f][02468ACEace](?::[0-9A-Fa-f]{2}){5}",
    description="the MAC address of one machine, such as '02:00:00:00:00:01'",
)
# useradd(8): portable user names.
USER_NAME = Text(
    pattern=r"[a-z_][a-z0-9_-]{0,30}", description="a user or group name", max_bytes=31
)
ABSOLUTE_PATH = Text(
    pattern=r"(?:/(?!\.{1,2}(?:/|$))[^/]+)+", description="an absolute path without '.' or '..'"
)
PORT = Integer(1, 65535)
# sysctl(8): the first separator says which of '.' and '/' separates.
SYSCTL_NAME = Text(
    pattern=r"[a-z0-9_]+(?:[./][A-Za-z0-9_-][A-Za-z0-9_.-]*)+",
    description="a sysctl such as 'net.ipv4.tcp_syncookies'",
)


def sysctl_path(name: str) -> str:
    """Return the path below /proc/sys of a sysctl by its name."""
    if name.find("/") == -1 or 0 <= name.find(".") < name.find("/"):
        # After a first dot, '/' stands for a dot inside of a part: net.ipv4.conf.eth0/5.forwarding.
        return name.translate(str.maketrans("./", "/."))
    return name


# mke2fs(8), option -L.
# Not those of the file systems in an image (outputs/), which would be found first.
PARTITION_LABEL = Text(
    pattern=r"(?!(?:root|boot|BOOT)$)[A-Za-z0-9_.-]{1,16}",
    description="a label of 1 to 16 of A-Z a-z 0-9 _ . -, and not root, boot or BOOT of the image",
)
# What names a service: a key of config.services, a directory of the supervisor.
LONGEST_NAME = 63
SERVICE_NAME = Text(
    pattern=rf"[A-Za-z0-9][A-Za-z0-9_.-]{{0,{LONGEST_NAME - 1}}}",
    description="a name of 1 to 63 of A-Z a-z 0-9 _ . -",
)
_OF_ANNOTATION: Mapping[str, ValueType[object]] = {
    "str": Text(),
    "int": Integer(0, 2**48),
    "bool": Boolean(),
    "tuple[str, ...]": ListOf(Text()),
    "Mapping[str, str]": MappingOf(Text(), Text()),
}


def checked(cls: type, fields: list[attrs.Attribute[object]]) -> list[attrs.Attribute[object]]:
    """Let an attrs class check its simple fields by their annotations (``field_transformer``)."""
    return [_with_check(cls.__name__, one) for one in fields]


def _with_check(name: str, one: attrs.Attribute[object]) -> attrs.Attribute[object]:
    annotation = str(one.type)
    type_ = _OF_ANNOTATION.get(annotation.removesuffix(" | None"))
    if type_ is None:
        return one
    if annotation.endswith(" | None"):
        type_ = Optional(type_)
    validators = [conforms(f"{name}.{one.name}", type_)]
    if one.validator is not None:
        validators.append(one.validator)
    return one.evolve(validator=attrs.validators.and_(*validators))


# Hardware: a chip by its numbers on the bus; a node of the device tree by its `compatible`.
_CHIP = r"pci:[0-9a-f]{4}:[0-9a-f]{4}(?::[0-9a-f]{6})?|usb:[0-9a-f]{4}:[0-9a-f]{4}"
CHIP = Text(
    pattern=_CHIP,
    description="a chip, as 'pci:14c3:7915', 'usb:0bda:8153' or, for a driver of a class of chips, "
    "'pci:1106:3483:0c0330'",
)
HARDWARE = Text(
    pattern=rf"{_CHIP}|of:[A-Za-z0-9,._+-]+",
    description="hardware, as 'pci:14c3:7915', 'usb:0bda:8153' or 'of:mediatek,mt7622-wmac'",
)

# A package, by its nixpkgs name.
PACKAGE = Text(pattern=r"[A-Za-z0-9_+.-]+", description="a package's name")
