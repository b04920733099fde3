"""The interface through which programs of one machine talk."""

from liminix_gen import Needs, Output, Part, Service, claim, oneshot, service_type, subnet


@service_type
class Loopback(Service):
    """Set up ``lo``; the kernel itself gives it 127.0.0.1/8 and ::1; part of every image."""

    EXAMPLE = None

    OUTPUTS = (Output("ifname", "the kernel's name of the interface"),)

    def needs(self) -> Needs:
        return Needs(
            claims=(
                claim("the interface", "lo"),
                *subnet("lo", "127.0.0.1", 8),
                *subnet("lo", "::1", 128),
            )
        )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("loopback.nix"),)
