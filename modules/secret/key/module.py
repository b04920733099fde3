"""The key of a device."""

from liminix_gen import Example, Needs, Output, Part, Service, claim, oneshot, service_type

FILE = "/state/secrets/key"


@service_type
class SecretKey(Service):
    """Have a private key of age(1) in /state/secrets/key; the first start makes it.

    Secrets that are sealed with the public key can be opened by this device alone, as long as it
    keeps its state. ``liminix-gen secret seal root@router`` asks it for the public key.
    """

    EXAMPLE = Example(before=('config.state = "state"',))

    OUTPUTS = (
        Output("public", "the public key, to seal secrets with"),
        Output("path", "where the private key is"),
    )

    def subject(self) -> str:
        return ""

    def needs(self) -> Needs:
        return Needs(state=True, state_required=True, claims=(claim("the key of the device"),))

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("key.nix", packages=("unseal",), path=FILE),)
