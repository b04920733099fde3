"""The kernel's messages."""

from liminix_gen import Needs, Part, Service, claim, longrun, service_type


@service_type
class Klog(Service):
    """Copy the kernel's messages to the log; part of every image.

    While it runs, the console shows warnings and worse only (syslog(2), "console_loglevel").
    """

    EXAMPLE = None

    def needs(self) -> Needs:
        return Needs(claims=(claim("the messages of the kernel"),))

    def parts(self) -> tuple[Part, ...]:
        return (longrun("klog.nix"),)
