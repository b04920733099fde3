"""A service that follows the state of a link."""

from collections.abc import Iterator

from liminix_gen import (
    INTERFACE,
    Mistake,
    Part,
    Service,
    ServiceWith,
    boot_parts,
    longrun,
    mistake,
    parameter,
    service_type,
    values,
)


@service_type
class Ifwait(Service):
    """Start a service when an interface is in a state, and stop it when it is not any more.

    The kernel says so when it changes. The service is not started at boot, and what needs it waits
    for it, as for a lease.
    """

    interface: Service = parameter(INTERFACE, "interface to follow", example="wan")
    state: str = parameter(
        values.OneOf("present", "up", "running"),
        "present: there is one of that name; up: it is also set up; running: it can also carry "
        "packets, with a cable in it",
        example="running",
    )
    service: Service = parameter(ServiceWith(), "service to start and stop", example="tunnel")

    def check(self) -> Iterator[Mistake]:
        if self.interface is self.service:
            said = "is the interface itself: it would wait for what only it can bring about"
            yield mistake(f"the {self.service.TYPE} of {self.service.where} {said}", "service")

    def parts(self) -> tuple[Part, ...]:
        return (
            longrun(
                "ifwait.nix",
                packages=("interface-wait", "services"),
                controls=(self.service,),
                interface=self.interface,
                state=self.state,
                service=self.service,
                started=boot_parts(self.service),
            ),
        )
