"""A oneshot that writes its own history, and fails when it is told to."""

from liminix_gen import Part, Service, oneshot, parameter, service_type, values


@service_type
class Oneshot(Service):
    """Write `up NAME` and `down NAME` to /run/test/history, and to the console when going down."""

    requires: str | None = parameter(
        values.Optional(values.ABSOLUTE_PATH),
        "file without which the start fails",
        default=None,
        example="/run/test/repaired",
    )
    controlled: bool = parameter(
        values.Boolean(), "whether the boot leaves it down", default=False, example=True
    )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("oneshot.nix", controlled=self.controlled, requires=self.requires),)
