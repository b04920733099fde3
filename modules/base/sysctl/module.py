"""Settings of the running kernel."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from liminix_gen import Needs, Part, Service, oneshot, parameter, service_type, text_file, values
from liminix_gen.model.hardening import SETTINGS


@service_type
class Sysctl(Service):
    """Write values below /proc/sys (sysctl(8)); part of every image.

    What is given here wins over what services write themselves. It is written at boot before any
    interface is set up, again when all kernel modules are loaded, and for an interface whenever its
    service makes it. The service fails if the kernel refuses a value or has no such setting; one
    of an interface that is not there yet waits for it.

    IPv6 autoconfiguration is off on every interface, so that only what the configuration says
    gives an interface addresses and routes. What hardens every image (docs/security.md) is written
    first, so that the values given here win.
    """

    EXAMPLE = None

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
        paths = [values.sysctl_path(name) for name in self.settings]
        for path in sorted({path for path in paths if paths.count(path) > 1}):
            yield f"settings name /proc/sys/{path} twice"

    def needs(self) -> Needs:
        given = {values.sysctl_path(name): value for name, value in self.settings.items()}
        settings = {**self.ALWAYS, **given}
        lines = (f"{path} = {value}\n" for path, value in sorted(settings.items()))
        return Needs(files=(text_file("/etc/sysctl.conf", "".join(lines)),))

    def parts(self) -> tuple[Part, ...]:
        hardening = {path: one.value for path, one in SETTINGS.items()}
        return (
            oneshot("early.nix", name="early", guards=True, hardening=hardening),
            oneshot("sysctl.nix", after=("early",), after_modules=True),
        )
