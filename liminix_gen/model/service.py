"""Service types and services: what a module author declares, what a user configures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isfinite
from typing import ClassVar, Literal, Protocol, TypeVar, cast, dataclass_transform

import attrs
from attrs import Factory, field, frozen

from liminix_gen.errors import Where, suggestion
from liminix_gen.model.claim import Admission, Claim, Inside, Outside
from liminix_gen.model.image import File, Group, User, is_encodable
from liminix_gen.model.kernel import MODULES, SYMBOLS, KernelModule, KernelNeeds
from liminix_gen.model.parameter import parameter, parameters_of
from liminix_gen.model.reference import OutputReference
from liminix_gen.model.values import (
    ABSOLUTE_PATH,
    HARDWARE,
    LONGEST_NAME,
    PACKAGE,
    SERVICE_NAME,
    USER_NAME,
    Boolean,
    InnerError,
    Instance,
    Integer,
    ListOf,
    MappingOf,
    OneOf,
    Text,
    ValueType,
    conforms,
    converted,
    is_type,
    plain_integer,
    plain_text,
    twice,
)

S = TypeVar("S", bound="Service")
T = TypeVar("T")
# Where an argument is, or what keys lead to in it.
LineOf = Callable[..., Where]


_OUTPUT = Text(pattern=r"[A-Za-z0-9_][A-Za-z0-9_.-]*", description="a file's name")

# Of an output: what the parameters are for that take it.
HELD = ("address", "bit/s")


@frozen
class Output:
    """A value that a service publishes while it is up.

    ``holds`` is what parameters ask for, "address" or "bit/s", if it is one of these; several
    addresses have spaces between. ``family`` is "inet" or "inet6" if they are of that one only. A
    ``secret`` one is readable by root alone, and goes only to parameters that hide it: of the type
    SECRET, or of an OrOutput that says so.
    """

    name: str = field(validator=conforms("Output.name", _OUTPUT))
    description: str = field(validator=conforms("Output.description", Text()))
    family: str = field(default="", validator=conforms("Output.family", OneOf("", "inet", "inet6")))
    holds: str = field(
        default=Factory(lambda self: "address" if self.family else "", takes_self=True),
        validator=conforms("Output.holds", OneOf("", *HELD)),
    )
    secret: bool = field(default=False, validator=conforms("Output.secret", Boolean()))


Login = Literal["never", "password", "always"]
_LOGIN = cast("ValueType[Login]", OneOf("never", "password", "always"))


@frozen(kw_only=True)
class Needs:
    """What a service brings into the image besides its parts.

    ``kernel_modules`` are loaded before any part starts; ``kernel_symbols`` are built in.
    ``packages`` join the login path. ``existing_users`` and ``existing_groups`` are names that
    somebody must have described. ``claims`` are things that only one service can have, such as
    ``claim("the interface", "br0")``; ``inside`` is what must lie in what others claim, ``outside``
    what must not be that, ``expected`` what the user should know if it does not lie in what others
    claim, and ``admissions`` are what a packet filter lets in to the router.
    ``state`` says that it keeps something across boots, below /run/services/state;
    ``state_required``, that it is of no use without. ``login`` says whether it lets somebody log
    in: never, with a password if a user has one, or always; then ``login_as`` are those who may, if
    not everybody may. ``outputs`` are images that the board must have, and ``board_symbols`` what
    its own kernel must have built in, each with the hardware that this says it has. ``written`` are
    paths that somebody writes on the device, so that they cannot be on a read-only root. ``drives``
    is the hardware that the kernel modules are for. ``notices`` are what the user should know
    though it is no mistake.
    """

    kernel_modules: tuple[KernelModule, ...] = field(
        default=(), validator=conforms("Needs.kernel_modules", MODULES)
    )
    kernel_symbols: Mapping[str, str] = field(
        factory=dict[str, str], validator=conforms("Needs.kernel_symbols", SYMBOLS)
    )
    users: tuple[User, ...] = field(
        default=(), validator=conforms("Needs.users", ListOf(Instance(User, "a User")))
    )
    groups: tuple[Group, ...] = field(
        default=(), validator=conforms("Needs.groups", ListOf(Instance(Group, "a Group")))
    )
    files: tuple[File, ...] = field(
        default=(), validator=conforms("Needs.files", ListOf(Instance(File, "a File")))
    )
    packages: tuple[str, ...] = field(
        default=(), validator=conforms("Needs.packages", ListOf(PACKAGE))
    )
    existing_users: tuple[str, ...] = field(
        default=(), validator=conforms("Needs.existing_users", ListOf(USER_NAME))
    )
    existing_groups: tuple[str, ...] = field(
        default=(), validator=conforms("Needs.existing_groups", ListOf(USER_NAME))
    )
    claims: tuple[Claim, ...] = field(
        default=(),
        validator=conforms(
            "Needs.claims", ListOf(Instance(Claim, "a Claim, as claim() makes one"))
        ),
    )
    admissions: tuple[Admission, ...] = field(
        default=(),
        validator=conforms("Needs.admissions", ListOf(Instance(Admission, "an Admission"))),
    )
    inside: tuple[Inside, ...] = field(
        default=(),
        validator=conforms(
            "Needs.inside", ListOf(Instance(Inside, "an Inside, as in_a_network() makes one"))
        ),
    )
    expected: tuple[Inside, ...] = field(
        default=(), validator=conforms("Needs.expected", ListOf(Instance(Inside, "an Inside")))
    )
    outside: tuple[Outside, ...] = field(
        default=(),
        validator=conforms(
            "Needs.outside", ListOf(Instance(Outside, "an Outside, as of_another() makes one"))
        ),
    )
    state: bool = field(default=False, validator=conforms("Needs.state", Boolean()))
    state_required: bool = field(
        default=False, validator=conforms("Needs.state_required", Boolean())
    )
    login: Login = field(default="never", validator=conforms("Needs.login", _LOGIN))
    login_as: tuple[str, ...] = field(
        default=(), validator=conforms("Needs.login_as", ListOf(USER_NAME))
    )
    outputs: tuple[str, ...] = field(
        default=(), validator=conforms("Needs.outputs", ListOf(Text()))
    )
    board_symbols: Mapping[str, str] = field(
        factory=dict[str, str],
        validator=conforms("Needs.board_symbols", MappingOf(Text(), Text())),
    )
    written: tuple[str, ...] = field(
        default=(), validator=conforms("Needs.written", ListOf(ABSOLUTE_PATH))
    )
    drives: tuple[str, ...] = field(
        default=(), validator=conforms("Needs.drives", ListOf(HARDWARE))
    )
    notices: tuple[str, ...] = field(
        default=(), validator=conforms("Needs.notices", ListOf(Text()))
    )


Kind = Literal["oneshot", "longrun"]
_KIND = cast("ValueType[Kind]", OneOf("oneshot", "longrun"))


def _are_services(what: str, *others: type) -> Callable[[object, object, object], None]:
    """Return a validator of services that build() made."""

    def validate(_instance: object, _attribute: object, value: object) -> None:
        if not isinstance(value, tuple | list):
            raise ValueError(f"{what} must be a tuple of services, not {value!r}")
        for one in cast("tuple[object, ...]", value):
            if not (isinstance(one, Service) and one.is_built) and not isinstance(one, others):
                raise ValueError(f"{what} must hold services, made by build(), not {one!r}")

    return validate


class _Plain(ValueType[object]):
    """What a body can be given: what Nix has a value for, services, outputs of services."""

    def convert(self, value: object) -> object:
        if value is None or isinstance(value, bool | OutputReference):
            return value
        if isinstance(value, Service) and value.is_built:
            return value
        if isinstance(value, Mapping):
            return MappingOf(Text(may_be_empty=True), self).convert(cast("object", value))
        if isinstance(value, tuple | list):
            return ListOf(self).convert(cast("object", value))
        text = plain_text(value)
        if text is not None:
            if "\0" in text or not is_encodable(text):
                raise ValueError(f"must be text that UTF-8 can encode, without NUL: {text!r}")
            return text
        if isinstance(value, float) and isfinite(value):
            return float.__float__(value) + 0.0  # -0.0 is zero
        number = plain_integer(value)
        if number is None:
            raise self.refuse(value)
        # Nix counts with 64 bits.
        return Integer(-(2**63) + 1, 2**63 - 1).convert(number)

    def describe(self) -> str:
        return "None, True, False, a number, text, a list or dictionary of these, or a service"


# The formals of a Nix function.
_PARAMETERS = MappingOf(
    Text(pattern=r"[A-Za-z_][A-Za-z0-9_'-]*", description="the name of a parameter in Nix"),
    _Plain(),
)


def _each_once(part: Part, _attribute: object, _given: object) -> None:
    for name in sorted(twice(part.packages)):
        raise ValueError(f"packages of a part must be different, and {name!r} is there twice")


@frozen(kw_only=True)
class Part:
    """An atomic service: one directory of the supervisor.

    ``name`` is empty for the part that others depend on. ``body`` is the .nix file beside
    module.py. ``packages`` are the on-device packages its body takes. ``parameters`` go to the
    body; a service or an output among them is needed before the start, unless it is in
    ``observes`` (the part gets SIGUSR1 when that service becomes ready or goes down, or announces
    new outputs; the name of a service type stands for all services of it) or in ``wants`` (in the
    image, in no order) or in ``controls``. ``after`` adds services or, by name, sibling parts.
    A ``controlled`` part is started and stopped by another one, not at boot. Those that a part
    ``controls`` are other services: it starts and stops their ``boot_parts``, which need it, and
    are not started at boot. One that ``guards`` is
    needed by every interface of the configuration: no packet comes before it is ready. So it can
    need no interface itself, and the user's ``dependencies`` do not count for it. A part with
    ``kernel_modules`` does with these of ``needs``, even if the others cannot be loaded. One
    with ``after_modules`` starts when every kernel module of the image is loaded.
    """

    kind: Kind = field(validator=conforms("the kind of a part", _KIND))
    body: str = field(
        validator=conforms(
            "the body of a part",
            Text(
                pattern=r"[A-Za-z0-9_-][A-Za-z0-9_.-]*\.nix",
                description="the name of a .nix file beside module.py",
            ),
        )
    )
    name: str = field(
        default="",
        validator=conforms(
            "the name of a part",
            Text(
                pattern=rf"(?:{SERVICE_NAME.pattern})?",
                description="'', or a name of A-Z a-z 0-9 _ . -",
                may_be_empty=True,
            ),
        ),
    )
    packages: tuple[str, ...] = field(
        default=(), validator=[conforms("packages of a part", ListOf(PACKAGE)), _each_once]
    )
    parameters: Mapping[str, object] = field(
        factory=dict[str, object], validator=conforms("parameters of a part", _PARAMETERS)
    )
    after: tuple[Service | str, ...] = field(default=(), validator=_are_services("after", str))
    observes: tuple[Service | str, ...] = field(
        default=(), validator=_are_services("observes", str)
    )
    wants: tuple[Service, ...] = field(default=(), validator=_are_services("wants"))
    controls: tuple[Service, ...] = field(default=(), validator=_are_services("controls"))
    controlled: bool = field(default=False, validator=conforms("controlled", Boolean()))
    guards: bool = field(default=False, validator=conforms("guards", Boolean()))
    after_modules: bool = field(default=False, validator=conforms("after_modules", Boolean()))
    kernel_modules: tuple[KernelModule, ...] = field(
        default=(), validator=conforms("kernel_modules of a part", MODULES)
    )
    up_timeout_ms: int = field(
        default=30_000, validator=conforms("up_timeout_ms", Integer(1, 86_400_000))
    )
    down_timeout_ms: int = field(
        default=10_000, validator=conforms("down_timeout_ms", Integer(1, 86_400_000))
    )


def oneshot(
    body: str,
    *,
    name: str = "",
    packages: tuple[str, ...] = (),
    after: tuple[Service | str, ...] = (),
    wants: tuple[Service, ...] = (),
    controlled: bool = False,
    guards: bool = False,
    after_modules: bool = False,
    kernel_modules: tuple[KernelModule, ...] = (),
    up_timeout_ms: int = 30_000,
    down_timeout_ms: int = 10_000,
    **parameters: object,
) -> Part:
    """Make a part that does its work once and undoes it when it is stopped."""
    return Part(
        kind="oneshot",
        body=body,
        name=name,
        packages=packages,
        parameters=parameters,
        after=after,
        wants=wants,
        controlled=controlled,
        guards=guards,
        after_modules=after_modules,
        kernel_modules=kernel_modules,
        up_timeout_ms=up_timeout_ms,
        down_timeout_ms=down_timeout_ms,
    )


def longrun(
    body: str,
    *,
    name: str = "",
    packages: tuple[str, ...] = (),
    after: tuple[Service | str, ...] = (),
    observes: tuple[Service | str, ...] = (),
    wants: tuple[Service, ...] = (),
    controls: tuple[Service, ...] = (),
    controlled: bool = False,
    kernel_modules: tuple[KernelModule, ...] = (),
    up_timeout_ms: int = 30_000,
    down_timeout_ms: int = 10_000,
    **parameters: object,
) -> Part:
    """Make a part that is a supervised process."""
    return Part(
        kind="longrun",
        body=body,
        name=name,
        packages=packages,
        parameters=parameters,
        after=after,
        observes=observes,
        wants=wants,
        controls=controls,
        controlled=controlled,
        kernel_modules=kernel_modules,
        up_timeout_ms=up_timeout_ms,
        down_timeout_ms=down_timeout_ms,
    )


@frozen(kw_only=True)
class Example:
    """What the example of a service type has besides the parameters that must be given.

    ``parameters`` names others that it shows. ``before`` are lines of a configuration that it
    cannot do without, such as what a name of an example stands for (``fibre = ...``); ``device`` is
    the board that it is for.
    """

    parameters: tuple[str, ...] = field(
        default=(), validator=conforms("Example.parameters", ListOf(Text()))
    )
    before: tuple[str, ...] = field(
        default=(), validator=conforms("Example.before", ListOf(Text()))
    )
    device: str = field(default="qemu-mipsel", validator=conforms("Example.device", Text()))


@frozen
class Mistake:
    """A sentence of ``check``, and the argument that it is about, with keys inside of that."""

    sentence: str = field(validator=conforms("Mistake.sentence", Instance(str, "text")))
    argument: str = field(
        validator=conforms("Mistake.argument", Instance(str, "the name of a parameter"))
    )
    keys: tuple[str | int, ...] = ()
    hint: str = field(default="", validator=conforms("Mistake.hint", Instance(str, "text")))


def mistake(sentence: str, argument: str, *keys: str | int, hint: str = "") -> Mistake:
    """Say of an argument what is wrong: ``mistake("is no port", "hosts", name, "port")``.

    ``hint`` is what to do about it.
    """
    return Mistake(sentence, argument, keys, hint)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(parameter,))
def service_type(cls: type[S]) -> type[S]:
    """Make a service type of a class: what ``parameter`` makes in it are its parameters.

    Another attribute with an annotation is refused, unless that is ``ClassVar``.
    """
    return attrs.frozen(kw_only=True, eq=False, slots=False, repr=False)(cls)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(parameter,))
@frozen(kw_only=True, eq=False, slots=False, repr=False)
class Service:
    """A configured service; the base class of every service type.

    A type's file is ``modules/A/B/module.py``, its name ``a.b``. Two services are the same only
    if they are the same object. What ``needs`` asks of the kernel is among ``KERNEL`` in each type
    of liminix-gen itself; a user's own type does without ``KERNEL``.
    """

    TYPE: ClassVar[str] = ""
    OUTPUTS: ClassVar[tuple[Output, ...]] = ()
    KERNEL: ClassVar[KernelNeeds] = KernelNeeds()
    # None if every router has one, or every router of a board, so that no configuration builds it.
    EXAMPLE: ClassVar[Example | None] = Example()
    # Set if an object is in the place of a service that could not be made.
    STANDS_FOR_ANY: ClassVar[bool] = False

    # Given by build(), under names that no parameter can have; None if the class was called.
    _where: Where | None = field(default=None, alias="_where")
    _dependencies: tuple[Service, ...] = field(default=(), alias="_dependencies")
    _line_of: LineOf | None = field(default=None, alias="_line_of")

    def __repr__(self) -> str:
        where = f" of {self._where}" if self.is_built else ""
        return f"<{self.TYPE or type(self).__name__}{where}>"

    def parts(self) -> tuple[Part, ...]:
        """Return the atomic services; one of them has an empty name."""
        raise NotImplementedError

    def needs(self) -> Needs:
        """Return what else this service brings into the image."""
        return Needs()

    def outputs(self) -> tuple[Output, ...]:
        """Return what it publishes: all of ``OUTPUTS``, or what its parameters make of them.

        One that stands in for other services has their outputs.
        """
        return self.OUTPUTS

    def publishes(self, output: str) -> bool:
        """Say whether it has an output of that name."""
        return any(declared.name == output for declared in self.outputs())

    def in_place_of(self) -> Service | None:
        """Return the service that this one is there instead of: a parameter that it does not need.

        If something else refers to that too, both are in the image.
        """
        return None

    def lacks(self, output: str) -> str:
        """Say of an output that it does not have why, if another service of the type has it."""
        known = next((one for one in self.OUTPUTS if one.name == output), None)
        if known is None:
            return ""
        what = f"{output} ({known.description})"
        return f"the {self.TYPE} of {self.where} does not publish {what}"

    def subject(self) -> str:
        """Return what the service is about, to name it when the user does not."""
        service = next(references(self), None)
        # Not by recursion: a chain of services may be long.
        while service is not None and type(service).subject is Service.subject:
            service = next(references(service), None)
        return service.subject() if service is not None else ""

    def default_name(self) -> str:
        """Return the name of a service that no key of ``config.services`` names."""
        last = self.TYPE.rpartition(".")[2]
        subject = self.subject().replace(":", "_").replace("/", "_")
        return ".".join(filter(None, (last, subject)))[:LONGEST_NAME]

    def check(self) -> Iterator[str | Mistake]:
        """Yield what is wrong between parameters: a sentence, or what ``mistake`` makes of one."""
        yield from ()

    def output(self, name: str) -> OutputReference:
        """Refer to an output by name; a name the type does not declare raises ValueError."""
        declared = [output.name for output in self.outputs()]
        plain = plain_text(name)
        if plain not in declared:
            if said := self.lacks(str(plain)):
                raise ValueError(said)
            hint = suggestion(str(name), declared)
            hint = hint or f"its outputs are {', '.join(declared) or 'none'}"
            raise ValueError(f"{self.TYPE} has no output {name!r}; {hint}")
        return OutputReference(self, plain)

    @property
    def is_built(self) -> bool:
        """Whether build() made it, and not a call of its class."""
        return self._where is not None

    @property
    def where(self) -> Where:
        """The user's line that built this service."""
        return cast("Where", self._where)

    def line_of(self, argument: str, *keys: str | int) -> Where:
        """Return the user's line of an argument, or of what keys lead to in it."""
        return self.where if self._line_of is None else self._line_of(argument, *keys)

    @property
    def dependencies(self) -> tuple[Service, ...]:
        """Services that the user wants ready before this one, besides its own."""
        return self._dependencies


def configured(
    cls: type[S],
    where: Where,
    dependencies: tuple[Service, ...],
    arguments: Mapping[str, object],
    line_of: LineOf | None = None,
) -> S:
    """Make a service from arguments that were checked already."""
    make = cast("Callable[..., S]", cls)
    return make(**arguments, _where=where, _dependencies=dependencies, _line_of=line_of)


def services_in(value: object) -> Iterator[Service]:
    """Yield every service that a parameter's value refers to, in order."""
    if isinstance(value, Service):
        yield value
    elif isinstance(value, OutputReference):
        yield value.service
    elif isinstance(value, Mapping):
        for element in cast("Mapping[object, object]", value).values():
            yield from services_in(element)
    elif isinstance(value, tuple | list):
        for element in cast("tuple[object, ...]", value):
            yield from services_in(element)


def references(service: Service) -> Iterator[Service]:
    """Yield the services that a service's parameters refer to."""
    for declared in parameters_of(type(service)):
        yield from services_in(getattr(service, declared.name))


class ServiceWith(ValueType[Service]):
    """A service that publishes certain outputs."""

    def __init__(self, *outputs: str) -> None:
        self.outputs = converted("an output of ServiceWith", ListOf(_OUTPUT), outputs)

    def convert(self, value: object) -> Service:
        if not isinstance(value, Service):
            raise self.refuse(value)
        if not value.is_built:
            raise ValueError(f"must be made by build(), not by a call of its class: {value!r}")
        if value.STANDS_FOR_ANY:
            return value
        declared = {output.name for output in value.outputs()}
        missing = [name for name in self.outputs if name not in declared]
        if missing:
            said = value.lacks(missing[0]) or f"the {value.TYPE} of {value.where} has none"
            raise ValueError(f"must be {self.describe()}; {said}")
        return value

    def describe(self) -> str:
        if not self.outputs:
            return "a service"
        return "a service with the output " + ", ".join(self.outputs)


@frozen
class OrOutput(ValueType[T | OutputReference]):
    """A value, or an output of a service that holds one when the device runs.

    ``may_be_secret`` is for a body that hides what it is given, by ``sh.secret``. Only outputs that
    hold ``holds`` are taken, if it is given.
    """

    inner: ValueType[T] = field(validator=is_type("OrOutput.inner"))
    may_be_secret: bool = field(
        default=False, validator=conforms("OrOutput.may_be_secret", Boolean())
    )
    holds: str = field(default="", validator=conforms("OrOutput.holds", OneOf("", *HELD)))

    def convert(self, value: object) -> T | OutputReference:
        if isinstance(value, OutputReference):
            if value.secret and not self.may_be_secret:
                raise ValueError(
                    f"shows to others what it is given, so it takes no secret: the output "
                    f"{value.name} of the {value.service.TYPE} of {value.service.where}"
                )
            if self.holds not in {"", value.holds} and not value.service.STANDS_FOR_ANY:
                raise ValueError(
                    f"must be {self.describe()}, which {value.name} of the {value.service.TYPE} of "
                    f"{value.service.where} is not"
                )
            return value
        return self.inner.convert(value)

    def describe(self) -> str:
        kind = ", secret or not" if self.may_be_secret else ""
        held = {"": "", "address": " that holds addresses", "bit/s": " in bits per second"}
        return f"{self.inner.describe()}, or an output of a service{held[self.holds]}{kind}"


# An interface is any service that publishes the kernel's name of one.
INTERFACE_NAME = "ifname"
INTERFACE = ServiceWith(INTERFACE_NAME)


def interface_of(service: Service) -> str | Service:
    """Return the kernel's name of the interface that a service publishes.

    That is its parameter ``ifname``, or the interface of the first service it refers to that has
    one. If only the device knows the name, the service itself is returned in its place.
    """
    name: object = getattr(service, INTERFACE_NAME, None)
    if isinstance(name, str):
        return name
    for reference in references(service):
        if reference.publishes(INTERFACE_NAME):
            return interface_of(reference)
    return service


@frozen
class _Interfaces(ListOf[Service]):
    """Interfaces of which no two are the same."""

    inner: ValueType[Service] = INTERFACE

    def convert(self, value: object) -> tuple[Service, ...]:
        services = super().convert(value)
        found: dict[str | Service, int] = {}
        for place, service in enumerate(services):
            if found.setdefault(interface_of(service), place) != place:
                said = f"has the interface of the {service.TYPE} of {service.where} twice"
                raise InnerError(said, place, ValueError(said))
        return services

    def describe(self) -> str:
        return "a list of interfaces"


INTERFACES = _Interfaces()


def bands_of(interface: Service) -> tuple[str, ...]:
    """Return the bands of a radio, the usual one first; none if an interface is no radio."""
    return cast("tuple[str, ...]", getattr(interface, "bands", ()))


def boot_parts(service: Service) -> tuple[str, ...]:
    """Return the names of the parts that the boot starts, or who ``controls`` the service.

    Their restart is that of the service.
    """
    return tuple(part.name for part in service.parts() if not part.controlled)


def common_outputs(services: Iterable[Service]) -> tuple[Output, ...]:
    """Return the outputs that all of these have, as the first one declares them."""
    every = tuple(services)
    first = every[0].outputs() if every else ()
    return tuple(output for output in first if all(one.publishes(output.name) for one in every))


class ServiceNamespace(Protocol):
    """How a board, or a configuration, reaches the service types.

    ``service.bridge.primary`` is one, and ``service.bridge.primary.build(...)`` configures it.
    """

    def __getattr__(self, name: str) -> ServiceNamespace: ...

    def __call__(self, *, dependencies: Iterable[Service] = (), **arguments: object) -> Service: ...
