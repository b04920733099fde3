"""A secret in the configuration, sealed for the key of the device."""

import base64
import binascii

from liminix_gen import (
    Example,
    Needs,
    Output,
    Part,
    Service,
    ServiceWith,
    oneshot,
    parameter,
    service_type,
    values,
)

_FIRST = "-----BEGIN AGE ENCRYPTED FILE-----"
_LAST = "-----END AGE ENCRYPTED FILE-----"
_VERSION = b"age-encryption.org/v1\n-> "


class Armoured(values.ValueType[str]):
    """A file of age in letters (age(1), option --armor)."""

    def convert(self, value: object) -> str:
        if isinstance(value, str):
            lines = [line.strip() for line in value.strip().splitlines()]
            if len(lines) > 2 and (lines[0], lines[-1]) == (_FIRST, _LAST):
                try:
                    sealed = base64.b64decode("".join(lines[1:-1]), validate=True)
                except binascii.Error:
                    raise values.HiddenError("was not copied whole: it is not base64") from None
                if sealed.startswith(_VERSION):
                    return "".join(f"{line}\n" for line in lines)
        raise values.HiddenError(f"must be {self.describe()}")

    def describe(self) -> str:
        return f"what `liminix-gen secret seal` prints, from {_FIRST!r} to its end"


@service_type
class Sealed(Service):
    """Publish a secret that only the device can read, with the private key in its state.

    ``liminix-gen secret seal root@router`` makes the text, and so does age(1) with the public key
    of the device. The text may be seen by everybody.
    """

    EXAMPLE = Example(before=('config.state = "state"',))

    OUTPUTS = (Output("value", "the first line of what was sealed", secret=True),)

    key: Service = parameter(
        ServiceWith("public", "path"), "the secret.key of the device", example="key"
    )
    sealed: str = parameter(
        Armoured(),
        "what `liminix-gen secret seal` printed",
        example=(
            f"{_FIRST}\nYWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSA0T1lxdVAzMWpvUXZjcUVS\n{_LAST}\n"
        ),
    )

    def needs(self) -> Needs:
        return Needs(state=True, state_required=True)

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("sealed.nix", packages=("unseal",), key=self.key, sealed=self.sealed),)
