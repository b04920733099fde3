"""A follower of an output of another service, in Fennel."""

from liminix_gen import (
    OrOutput,
    OutputReference,
    Part,
    Service,
    longrun,
    parameter,
    service_type,
    values,
)


@service_type
class Follower(Service):
    """Write each value of an output, and when it was seen, to /run/test/followed."""

    value: OutputReference = parameter(OrOutput(values.Text()), "the output", example="eth0")

    def parts(self) -> tuple[Part, ...]:
        # It is up without the other service, and stays up when that one restarts.
        return (longrun("follower.nix", wants=(self.value.service,), value=self.value),)
