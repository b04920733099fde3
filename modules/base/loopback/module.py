"""The interface through which programs of one machine talk."""

from liminix_gen import Output, Part, Service, oneshot, service_type


@service_type
class Loopback(Service):
    """Set up ``lo``; the kernel itself gives it 127.0.0.1/8 and ::1; part of every image."""

    OUTPUTS = (Output("ifname", "the kernel's name of the interface"),)

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("loopback.nix"),)
