"""Logins over the network."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from ipaddress import ip_address

from liminix_gen import (
    INTERFACES,
    Claim,
    Example,
    Inside,
    Mistake,
    Needs,
    OrOutput,
    OutputReference,
    Part,
    Service,
    claim,
    interface_of,
    link,
    listening,
    longrun,
    mistake,
    of_the_router,
    parameter,
    service_type,
    text_file,
    values,
)

# What dropbear 2022.83 verifies (its src/signkey.c), with the bytes of each string behind the type;
# None is of any length. RFC 8709 section 4, RFC 5656 section 3.1 (points are not compressed),
# RFC 4253 section 6.6, PROTOCOL.u2f of OpenSSH.
_KEY_TYPES: Mapping[str, tuple[int | None, ...]] = {
    "ssh-ed25519": (32,),
    "ecdsa-sha2-nistp256": (8, 65),
    "ecdsa-sha2-nistp384": (8, 97),
    "ecdsa-sha2-nistp521": (8, 133),
    "ssh-rsa": (None, None),
    "sk-ssh-ed25519@openssh.com": (32, None),
    "sk-ecdsa-sha2-nistp256@openssh.com": (8, 65, None),
}
# A modulus of 1024 bits, the least that dropbear takes.
_RSA_BYTES = 128


def _is_of(kind: str, blob: bytes) -> bool:
    """Say whether a key has the strings of its type (RFC 4251 section 5), and nothing else."""
    strings: list[bytes] = []
    while blob:
        length = int.from_bytes(blob[:4], "big")
        strings.append(blob[4 : 4 + length])
        if len(blob) < 4 + length:
            return False
        blob = blob[4 + length :]
    lengths = _KEY_TYPES[kind]
    return (
        len(strings) == 1 + len(lengths)
        and strings[0] == kind.encode()
        and all(strings)
        and all(want in {None, len(has)} for want, has in zip(lengths, strings[1:], strict=True))
        and (kind != "ssh-rsa" or len(strings[-1]) >= _RSA_BYTES)
    )


class PublicKey(values.ValueType[str]):
    """A line of authorized_keys without options: TYPE BASE64 [COMMENT] (sshd(8))."""

    def convert(self, value: object) -> str:
        text = values.Text(max_bytes=3000).convert(value).strip()
        kind, _, rest = text.partition(" ")
        encoded = rest.partition(" ")[0]
        if kind not in _KEY_TYPES:
            known = ", ".join(_KEY_TYPES)
            raise ValueError(f"must be {self.describe()}; {kind!r} is not one of the types {known}")
        try:
            blob = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise ValueError(f"holds a {kind} key that is not base64: {encoded!r}") from None
        if not _is_of(kind, blob):
            raise ValueError(f"holds a {kind} key that is cut short or of another type: {encoded}")
        return text

    def describe(self) -> str:
        return "a public key such as 'ssh-ed25519 AAAA... me@home'"


@service_type
class Ssh(Service):
    """Let users log in by ssh (dropbear(8)), with keys only unless a parameter says otherwise.

    The host key is made at the first start. It is kept if the system has state; else it
    changes with each boot. The keys of a user other than root are found where the user's home is
    /home/NAME.
    """

    EXAMPLE = Example(
        parameters=("authorized_keys",),
        before=(
            "from liminix_gen import User",
            'config.users["admin"] = User(name="admin", home="/home/admin", shell="/bin/sh")',
        ),
    )

    address: str | None = parameter(
        values.Optional(values.IPAddress()),
        "address to listen on; None is all of them",
        default=None,
        example="127.0.0.1",
    )
    interfaces: tuple[Service, ...] = parameter(
        INTERFACES,
        "interfaces to listen on, whatever addresses they have; none given is all of them",
        default=(),
        example=["lan"],
    )
    port: int = parameter(values.PORT, "TCP port to listen on", default=22, example=2222)
    allow_root: bool = parameter(
        values.Boolean(), "whether root may log in", default=True, example=False
    )
    allow_password_login: bool = parameter(
        values.Boolean(),
        "whether a password opens an account, for which the whole dropbear is needed",
        default=False,
        example=True,
    )
    allow_password_login_for_root: bool = parameter(
        values.Boolean(),
        "whether a password opens root's account, if passwords are allowed at all",
        default=False,
        example=True,
    )
    allow_local_port_forward: bool = parameter(
        values.Boolean(),
        "whether a client may reach other machines through this one",
        default=True,
        example=False,
    )
    allow_remote_port_forward: bool = parameter(
        values.Boolean(),
        "whether a client may have ports of this machine forwarded to it",
        default=True,
        example=False,
    )
    allow_remote_connection_to_forwarded_ports: bool = parameter(
        values.Boolean(),
        "whether other machines may connect to such ports",
        default=False,
        example=True,
    )
    authorized_keys: Mapping[str, tuple[str, ...] | OutputReference] = parameter(
        values.MappingOf(values.USER_NAME, OrOutput(values.ListOf(PublicKey()))),
        "user to the public keys that open the account, or to an output that holds such lines",
        default={},
        example={
            "admin": [
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
            ]
        },
    )
    extra_config: tuple[str, ...] = parameter(
        values.ListOf(values.Text()),
        "more options of dropbear, each word an element",
        default=(),
        example=["-K", "60"],
    )

    def check(self) -> Iterator[Mistake]:
        if not self.allow_root and "root" in self.authorized_keys:
            said = "allow_root is False, so they open nothing"
            yield mistake(said, "authorized_keys", "root")

    def _listening(self) -> Iterator[Claim]:
        for interface in self.interfaces or (None,):
            name = None if interface is None else interface_of(interface)
            yield from listening("TCP", self.port, interface=name, address=self.address)

    def _inside(self) -> Iterator[Inside]:
        if self.address is not None and not ip_address(self.address).is_unspecified:
            said = f"ssh: address: {self.address} is not an address of this router"
            hint = "where addresses come and go, `interfaces` says where to listen"
            yield of_the_router(self.address, said, self.line_of("address"), hint=hint)

    def needs(self) -> Needs:
        # dropbear looks below the home, and homes are read-only. It refuses a login whose shell
        # /etc/shells does not name.
        homes = {
            user: "/root" if user == "root" else f"/home/{user}" for user in self.authorized_keys
        }
        users = tuple(user for user, keys in self.authorized_keys.items() if keys)
        return Needs(
            claims=(
                *self._listening(),
                *(
                    claim("the ssh keys of", user, holder=keys)
                    for user, keys in self.authorized_keys.items()
                ),
            ),
            inside=tuple(self._inside()),
            state=True,
            login="always" if users else "password" if self.allow_password_login else "never",
            login_as=users,
            existing_users=tuple(self.authorized_keys),
            files=(
                text_file("/etc/shells", "/bin/sh\n"),
                *(link(f"{home}/.ssh", f"/run/ssh/{user}") for user, home in homes.items()),
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        flags = {
            "-w": not self.allow_root,
            # The small one knows neither passwords nor this option.
            "-g": self.allow_password_login and not self.allow_password_login_for_root,
            "-j": not self.allow_local_port_forward,
            "-k": not self.allow_remote_port_forward,
            "-a": self.allow_remote_connection_to_forwarded_ports,
        }
        host = f"[{self.address}]" if self.address and ":" in self.address else self.address
        everywhere = ("-p", f"{host}:{self.port}" if host else str(self.port))
        return (
            longrun(
                "ssh.nix",
                # dropbear can be bound to addresses only, and these come and go.
                packages=(
                    "dropbear" if self.allow_password_login else "dropbear-small",
                    "interface-listen",
                ),
                # The first start makes a key, on a slow board from little noise.
                up_timeout_ms=120_000,
                arguments=(
                    *(() if self.interfaces else everywhere),
                    *(flag for flag, given in flags.items() if given),
                    *self.extra_config,
                ),
                authorized_keys={
                    user: keys if isinstance(keys, OutputReference) else "\n".join(keys)
                    for user, keys in self.authorized_keys.items()
                },
                interfaces=self.interfaces,
                listening=(*(("-a", self.address) if self.address else ()), str(self.port)),
            ),
        )
