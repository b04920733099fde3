"""The time of day."""

import ipaddress
from collections.abc import Iterator, Mapping

from liminix_gen import (
    INTERFACE,
    Example,
    Group,
    Inside,
    Needs,
    Part,
    Service,
    User,
    claim,
    listening,
    longrun,
    of_the_router,
    parameter,
    service_type,
    values,
)

_ALONE = "auto_offline burst copy iburst ipv4 ipv6 noselect nts offline prefer require trust xleave"
_WITH_A_VALUE = (
    "asymmetry certset extfield filter key maxdelay maxdelaydevratio maxdelayquant maxdelayratio "
    "maxpoll maxsamples maxsources mindelay minpoll minsamples minstratum ntsport offset "
    "polltarget port presend version"
)
_OPTIONS = values.ListOf(
    values.Text(
        pattern=f"(?:{_ALONE.replace(' ', '|')})"
        f"|(?:{_WITH_A_VALUE.replace(' ', '|')}) [A-Za-z0-9.+-]+",
        description="an option of a server in chrony.conf(5) such as 'iburst' or 'minpoll 6'",
    )
)
# Directives that say where the time comes from.
_OF_TIME = frozenset(
    {"confdir", "include", "initstepslew", "local", "manual", "peer", "pool", "refclock"}
    | {"server", "sourcedir"}
)
# Words of chrony.conf(5) for what `chrony-small` does not have, besides those of NTS.
_OF_THE_WHOLE = frozenset({"hwtimestamp", "key", "keyfile", "refclock"})
_SOURCES = values.MappingOf(values.Host(), _OPTIONS)
_MAKESTEP = values.Record(
    {
        "threshold": values.Field(
            values.Number("seconds"), "how far off the clock must be to be set at once"
        ),
        "limit": values.Field(
            values.Integer(-1, 2**31 - 1), "in how many first updates; -1 is in all of them"
        ),
    }
)


@service_type
class Ntp(Service):
    """Keep the clock right by asking time servers (chrony.conf(5)).

    The service is ready when the daemon runs, not when the time is right: that may never be.
    Nothing is listened on unless ``allow`` or ``extra_config`` says so.
    """

    EXAMPLE = Example(parameters=("pools",))

    user: str = parameter(
        values.USER_NAME,
        "user that the daemon becomes; one of your own must be in config.users",
        default="ntp",
        example="nobody",
    )
    servers: Mapping[str, tuple[str, ...]] = parameter(
        _SOURCES,
        "time servers, each with its options",
        default={},
        example={"time.example.org": ["iburst"]},
    )
    pools: Mapping[str, tuple[str, ...]] = parameter(
        _SOURCES,
        "names that stand for many time servers, each with its options",
        default={},
        example={"pool.ntp.org": ["iburst", "maxsources 3"]},
    )
    peers: Mapping[str, tuple[str, ...]] = parameter(
        _SOURCES,
        "servers that also take the time from here, each with its options",
        default={},
        example={"192.168.19.2": []},
    )
    makestep: Mapping[str, object] | None = parameter(
        values.Optional(_MAKESTEP),
        "when the clock is set at once and not slewed; None is never. The default suits boards "
        "whose clock starts at 1970",
        default={"limit": 3, "threshold": 1.0},
        example={"threshold": 0.5, "limit": -1},
    )
    allow: tuple[str, ...] = parameter(
        values.ListOf(values.IPNetwork()),
        "networks that may ask for the time here",
        default=(),
        example=["192.168.19.0/24"],
    )
    bindaddress: str | None = parameter(
        values.Optional(values.IPAddress()),
        "address to answer on; None is all of them",
        default=None,
        example="127.0.0.1",
    )
    interface: Service | None = parameter(
        values.Optional(INTERFACE),
        "interface to answer on, whatever addresses it has; None is all of them",
        default=None,
        example="lan",
    )
    binddevice: str | None = parameter(
        values.Optional(values.INTERFACE_NAME),
        "the same by the kernel's name, for an interface that no service makes",
        default=None,
        example="lan",
    )
    dumpdir: str = parameter(
        values.Text(
            pattern=r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9_.-]+)+", description="an absolute path"
        ),
        "where measurements are kept while the daemon restarts",
        default="/run/chrony",
        example="/run/ntp-dump",
    )
    extra_config: str = parameter(
        values.Lines(), "more lines of chrony.conf", default="", example="maxdistance 2.0\n"
    )

    def check(self) -> Iterator[str]:
        directives = {
            line.split(maxsplit=1)[0] for line in self.extra_config.split("\n") if line.strip()
        }
        if not (self.servers or self.pools or self.peers or directives & _OF_TIME):
            yield "there is nobody to ask: it needs servers, pools or peers"
        if self.interface is not None and self.binddevice is not None:
            yield "interface and binddevice are both given"
        kinds = (("servers", self.servers), ("pools", self.pools), ("peers", self.peers))
        owners: dict[str, str] = {}
        for kind, sources in kinds:
            for host in sources:
                if host in owners:
                    yield f"{host} is among the {owners[host]} and among the {kind}"
                owners[host] = kind

    def _inside(self) -> Iterator[Inside]:
        on = self.bindaddress
        if on is not None and not ipaddress.ip_address(on).is_unspecified:
            said = f"ntp: bindaddress: {on} is not an address of this router"
            hint = "where addresses come and go, `interface` says where to answer"
            yield of_the_router(on, said, self.line_of("bindaddress"), hint=hint)

    def needs(self) -> Needs:
        own = self.user == "ntp"
        port = listening("UDP", 123, interface=self.binddevice, address=self.bindaddress)
        return Needs(
            claims=(claim("the clock"), *(port if self.allow else ())),
            inside=tuple(self._inside()),
            state=True,
            existing_users=(self.user,),
            users=(User(name="ntp", uid=52),) if own else (),
            groups=(Group(name="ntp", gid=52),) if own else (),
            packages=(self._package(),),  # chronyc, for users who want to see how well it works
        )

    def parts(self) -> tuple[Part, ...]:
        daemon = longrun(
            "ntp.nix",
            packages=(self._package(),),
            interface=self.interface,
            user=self.user,
            configuration="".join(f"{line}\n" for line in self._configuration()),
        )
        if all(map(_is_address, (*self.servers, *self.pools, *self.peers))):
            return (daemon,)
        # Names can be asked for when there are name servers, and a way to them.
        names = longrun(
            "names.nix",
            name="names",
            packages=(self._package(),),
            after=("",),
            observes=("network.resolver", "network.route"),
        )
        return (daemon, names)

    def _package(self) -> str:
        """Return the one that has all that is asked for; the whole one brings GnuTLS."""
        sources = (*self.servers.values(), *self.pools.values(), *self.peers.values())
        words = [option.partition(" ")[0] for options in sources for option in options]
        words += self.extra_config.split()
        whole = any(word in _OF_THE_WHOLE or word.startswith("nts") for word in words)
        return "chrony" if whole else "chrony-small"

    def _configuration(self) -> Iterator[str]:
        kinds = (("server", self.servers), ("pool", self.pools), ("peer", self.peers))
        for kind, sources in kinds:
            for host, options in sources.items():
                yield " ".join((kind, host, *options))
        if self.makestep is not None:
            yield f"makestep {self.makestep['threshold']} {self.makestep['limit']}"
        yield from (f"allow {network}" for network in self.allow)
        if self.bindaddress is not None:
            yield f"bindaddress {self.bindaddress}"
        if self.binddevice is not None:
            yield f"binddevice {self.binddevice}"
        yield f"dumpdir {self.dumpdir}"
        # chronyc talks by a socket in the file system only.
        yield "cmdport 0"
        if self.extra_config:
            yield self.extra_config.removesuffix("\n")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
