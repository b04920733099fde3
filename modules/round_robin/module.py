"""Services that are tried in turn."""

from collections.abc import Iterator

from liminix_gen import (
    Example,
    Mistake,
    Output,
    Part,
    Service,
    ServiceWith,
    boot_parts,
    common_outputs,
    longrun,
    mistake,
    parameter,
    service_type,
    values,
)


@service_type
class RoundRobin(Service):
    """Have one of several services run, the next one when it fails, and stand in for that.

    It is up while the one that runs is, with its outputs. That one is stopped when it goes down, or
    is not up in time, and the next one is started; after the last comes the first. None of them is
    started at boot. ``failover`` is for lines that all stay up.
    """

    EXAMPLE = Example(
        before=(
            "modem = service.network.dhcp.client.build(",
            '    interface=config.hardware.network_interfaces["wan"]',
            ")",
            "other_modem = service.network.dhcp.client.build(",
            '    interface=config.hardware.network_interfaces["lan"]',
            ")",
        )
    )

    services: tuple[Service, ...] = parameter(
        values.ListOf(ServiceWith()), "the services, the first to be tried first",
        example=["modem", "other_modem"],
    )  # fmt: skip
    patience: int = parameter(
        values.Integer(1, 86400, "seconds"),
        "how long one may take until it is up",
        default=60,
        example=20,
    )

    def outputs(self) -> tuple[Output, ...]:
        """Return what all of them have."""
        return common_outputs(self.services)

    def check(self) -> Iterator[str | Mistake]:
        if len(self.services) < 2:
            yield "needs two services or more"
        for number, service in enumerate(self.services):
            if service in self.services[:number]:
                said = f"the {service.TYPE} of {service.where} is there twice"
                yield mistake(said, "services", number)

    def subject(self) -> str:
        return self.services[0].subject() if self.services else ""

    def parts(self) -> tuple[Part, ...]:
        control = longrun(
            "control.nix",
            name="control",
            packages=("services",),
            controls=self.services,
            observes=self.services,
            candidates=tuple(
                {"service": service, "started": boot_parts(service)} for service in self.services
            ),
            patience=self.patience,
        )
        active = longrun(
            "active.nix",
            after=("control",),
            observes=self.services,
            controlled=True,
        )
        return (control, active)
