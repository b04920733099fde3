"""Passwords, read when the device boots."""

from collections.abc import Iterator, Mapping

from liminix_gen import (
    SECRET,
    Needs,
    OutputReference,
    Part,
    Service,
    claim,
    longrun,
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
    leaves the account without a password that opens it. Files are read at boot, and ``passwd`` on
    the device asks for a new password and keeps its hash there; outputs are followed.
    """

    EXAMPLE = None

    password_hashes: Mapping[str, str] = parameter(
        values.MappingOf(values.USER_NAME, values.ABSOLUTE_PATH),
        "user to the file on the device whose first line is the crypt(5) hash of the password",
        default={},
        example={"root": "/run/secrets/root-hash"},
    )
    secret_hashes: Mapping[str, OutputReference] = parameter(
        values.MappingOf(values.USER_NAME, SECRET),
        "user to the output of a service that holds the hash",
        default={},
        example={"admin": "password"},
    )
    locked: tuple[str, ...] = parameter(
        values.ListOf(values.USER_NAME),
        "users whom no password lets in",
        default=(),
        example=["nobody"],
    )

    def check(self) -> Iterator[str]:
        for user in self.locked:
            if user in {*self.password_hashes, *self.secret_hashes}:
                yield f"user {user!r} is locked and has a password hash"
        for user in self.password_hashes.keys() & self.secret_hashes.keys():
            yield f"user {user!r} has two password hashes"

    def needs(self) -> Needs:
        table = "".join(f"{user} {file}\n" for user, file in self.password_hashes.items())
        return Needs(
            claims=(claim("the passwords of the users"),),
            files=(text_file("/etc/password-hashes", table),) if table else (),
            packages=("passwd",) if table else (),
        )

    def parts(self) -> tuple[Part, ...]:
        if not self.secret_hashes:
            return (oneshot("users.nix", password_hashes=self.password_hashes, locked=self.locked),)
        return (
            longrun(
                "follow.nix",
                observes=tuple(one.service for one in self.secret_hashes.values()),
                password_hashes=self.password_hashes,
                secret_hashes=self.secret_hashes,
                locked=self.locked,
            ),
        )
