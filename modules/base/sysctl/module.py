"""Settings of the running kernel."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from liminix_gen import Part, Service, oneshot, parameter, service_type, values


@service_type
class Sysctl(Service):
    """Write values below /proc/sys (sysctl(8)); part of every image.

    IPv6 autoconfiguration is off on every interface, so that only what the configuration says
    gives an interface addresses and routes.
    """

    ALWAYS: ClassVar[Mapping[str, str]] = {
        f"net/ipv6/conf/{interface}/{setting}": "0"
        for interface in ("all", "default")
        for setting in ("autoconf", "accept_ra")
    }

    settings: Mapping[str, str] = parameter(
        values.MappingOf(values.SYSCTL_NAME, values.Text()),
        "value of each sysctl; a path with '/' names one whose parts hold dots",
        default={},
        example={"net.ipv4.tcp_syncookies": "1"},
    )

    def check(self) -> Iterator[str]:
        paths = [_path(name) for name in self.settings]
        for path in sorted({path for path in paths if paths.count(path) > 1}):
            yield f"settings name /proc/sys/{path} twice"

    def parts(self) -> tuple[Part, ...]:
        given = {_path(name): value for name, value in self.settings.items()}
        return (oneshot("sysctl.nix", settings={**self.ALWAYS, **given}),)


def _path(name: str) -> str:
    if name.find("/") == -1 or 0 <= name.find(".") < name.find("/"):
        # After a first dot, '/' stands for a dot inside of a part: net.ipv4.conf.eth0/5.forwarding.
        return name.translate(str.maketrans("./", "/."))
    return name
