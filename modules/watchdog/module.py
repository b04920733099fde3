"""The board's watchdog."""

from collections.abc import Iterator

from liminix_gen import (
    Example,
    Mistake,
    Needs,
    Part,
    Service,
    ServiceWith,
    claim,
    longrun,
    mistake,
    parameter,
    service_type,
    values,
)


@service_type
class Watchdog(Service):
    """Reset the board when services are not ready for long, or are not looked after any more.

    The watchdog is a timer of the hardware that resets the board unless it is fed. It is fed for
    ``head_start`` seconds, and as long as all ``watched`` services are ready and ``serviced``
    answers; then for ``patience`` seconds more. Stopped, as by a reboot or a kexec, it leaves the
    watchdog off. While an update is on trial its own guard feeds it, and this waits.

    Watch what a restart can mend: a line whose provider is down would reset the board for ever.
    """

    EXAMPLE = Example(
        before=(
            "lan = service.network.address.build(",
            '    interface=config.hardware.network_interfaces["lan"],',
            '    family="inet",',
            '    address="192.168.19.1",',
            "    prefix_length=24,",
            ")",
            'dns = service.dnsmasq.build(interface=lan, domain="lan")',
            "ssh = service.ssh.build(interfaces=[lan])",
        ),
        device="qemu-aarch64",
    )

    watched: tuple[Service, ...] = parameter(
        values.ListOf(ServiceWith()),
        "services that must be ready; without any it is enough that services are looked after",
        default=(),
        example=["dns", "ssh"],
    )
    head_start: int = parameter(
        values.Integer(1, 86400, "seconds"),
        "how long it is fed at first, whatever services do: more than the slowest boot takes",
        default=300,
        example=600,
    )
    patience: int = parameter(
        values.Integer(1, 86400, "seconds"),
        "how long they may be not ready later on: more than a restart takes",
        default=60,
        example=120,
    )
    timeout: int = parameter(
        values.Integer(4, 3600, "seconds"),
        "how long the board then lives without food; hardware that counts in other steps takes "
        "what comes next",
        default=30,
        example=10,
    )

    def subject(self) -> str:
        return ""

    def check(self) -> Iterator[Mistake]:
        for number, service in enumerate(self.watched):
            if service in self.watched[:number]:
                said = f"the {service.TYPE} of {service.where} is there twice"
                yield mistake(said, "watched", number)

    def needs(self) -> Needs:
        return Needs(claims=(claim("the watchdog"),), board_symbols={"WATCHDOG": "a watchdog"})

    def parts(self) -> tuple[Part, ...]:
        return (
            longrun(
                "watchdog.nix",
                packages=("watchdog",),
                wants=self.watched,
                watched=self.watched,
                head_start=self.head_start,
                patience=self.patience,
                timeout=self.timeout,
            ),
        )
