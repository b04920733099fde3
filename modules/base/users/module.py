"""Passwords, read when the device boots."""

from collections.abc import Iterator, Mapping

from liminix_gen import (
    Needs,
    Part,
    Service,
    claim,
    oneshot,
    parameter,
    service_type,
    text_file,
    values,
)


@service_type
class Users(Service):
    """Write /run/shadow (shadow(5)) from hashes that the device itself holds.

    Part of an image if a user has a ``password_hash``. A hash that is not there, or is not valid,
    leaves the account without a password that opens it. ``passwd`` on the device asks for a new
    password and keeps its hash in that file.
    """

    password_hashes: Mapping[str, str] = parameter(
        values.MappingOf(values.USER_NAME, values.ABSOLUTE_PATH),
        "user to the file on the device whose first line is the crypt(5) hash of the password",
        default={},
        example={"root": "/run/secrets/root-hash"},
    )
    locked: tuple[str, ...] = parameter(
        values.ListOf(values.USER_NAME),
        "users whom no password lets in",
        default=(),
        example=["nobody"],
    )

    def check(self) -> Iterator[str]:
        for user in self.locked:
            if user in self.password_hashes:
                yield f"user {user!r} is locked and has a password hash"

    def needs(self) -> Needs:
        table = "".join(f"{user} {file}\n" for user, file in self.password_hashes.items())
        return Needs(
            claims=(claim("the passwords of the users"),),
            files=(text_file("/etc/password-hashes", table),) if table else (),
            packages=("passwd",) if table else (),
        )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("users.nix", password_hashes=self.password_hashes, locked=self.locked),)
