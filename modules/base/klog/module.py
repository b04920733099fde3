"""The kernel's messages."""

from liminix_gen import Part, Service, longrun, service_type


@service_type
class Klog(Service):
    """Copy the kernel's messages to the log; part of every image.

    While it runs, the console shows warnings and worse only (syslog(2), "console_loglevel").
    """

    def parts(self) -> tuple[Part, ...]:
        return (longrun("klog.nix"),)
