"""The two places for a firmware of Zyxel's access points."""

from liminix_gen import (
    Needs,
    Output,
    Part,
    Service,
    claim,
    oneshot,
    parameter,
    service_type,
    values,
)


@service_type
class ZyxelDualImage(Service):
    """Tell the boot loader of a Zyxel access point that the image that runs is good.

    Such a board has two places for a firmware, and says in the flash partition `bootconfig` which
    one starts and in what state each is. An image that is never called valid is left for the other
    one. Boards build it: it is in each of their images. It writes to the flash only if something
    else is there.
    """

    EXAMPLE = None

    OUTPUTS = (Output("image", "the number of the place"),)

    image: int = parameter(
        values.Integer(0, 1), "the place that the image is written to", default=0, example=1
    )

    def subject(self) -> str:
        return ""

    def needs(self) -> Needs:
        return Needs(
            claims=(claim("the flash partition", "bootconfig"),),
            board_symbols={"MTD": "flash memory"},
        )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("mark.nix", packages=("zyxel-dual-image",), image=self.image),)
