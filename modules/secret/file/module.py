"""A secret in a file."""

import re

from liminix_gen import Needs, Output, Part, Service, longrun, parameter, service_type, values


class SecretPath(values.ValueType[str]):
    """The path of a file that holds a secret: the secret itself may have been put in its place."""

    def convert(self, value: object) -> str:
        try:
            return values.ABSOLUTE_PATH.convert(value)
        except ValueError:
            raise values.HiddenError(f"must be {self.describe()}, and not the secret") from None

    def describe(self) -> str:
        return values.ABSOLUTE_PATH.describe()


@service_type
class SecretFile(Service):
    """Publish a password or a key that a file on the device holds; no image holds it.

    What uses it waits until the file is there, and starts again when it has changed. Put it there
    over ssh, with its end of line, for root alone:
    ``ssh root@router 'umask 077; mkdir -p /state/secrets; cat > /state/secrets/ppp'``.
    """

    OUTPUTS = (Output("value", "the first line of the file", secret=True),)

    path: str = parameter(
        SecretPath(),
        "file on the device whose first line is the secret, of at most 1,022 bytes",
        example="/state/secrets/ppp",
    )

    def subject(self) -> str:
        return re.sub("[^A-Za-z0-9_.-]", "_", self.path.rpartition("/")[2])

    def needs(self) -> Needs:
        gone = self.path.startswith(("/run/", "/tmp/"))  # noqa: S108  the user's
        return Needs(
            state=self.path.startswith("/state/"),
            written=(self.path,),
            notices=(f"secret.file: {self.path} is gone with each boot, and below /state it stays",)
            if gone
            else (),
        )

    def parts(self) -> tuple[Part, ...]:
        return (longrun("file.nix", packages=("secret-file", "services"), path=self.path),)
