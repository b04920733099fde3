"""Users and groups: fixed numbers of the system, lowest free ones for the user's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs
from attrs import frozen

from liminix_gen.errors import suggestion
from liminix_gen.model.claim import Claim, claim
from liminix_gen.model.image import File, Group, User, directory, link, text_file
from liminix_gen.model.kernel import Asked
from liminix_gen.plan.requests import Asks, Claimed, Existing
from liminix_gen.recording import Problems

# Group `system` may read the outputs of services. 65534 is what the kernel shows for ids it
# cannot map (fs.overflowuid in its Documentation/admin-guide/sysctl/fs.rst).
USERS = (
    User(name="root", uid=0, group="root", home="/root", shell="/bin/sh"),
    User(name="nobody", uid=65534, group="nobody", home="/run"),
)
GROUPS = (
    Group(name="root", gid=0),
    Group(name="system", gid=1),
    Group(name="nobody", gid=65534),
)
_FIRST_FREE = 1000
_EVERY = Asked(by="every image")


@frozen
class Accounts:
    """The users and groups of an image, each with who described it."""

    users: Mapping[str, tuple[User, Asked]]
    groups: Mapping[str, tuple[Group, Asked]]
    claims: tuple[Claimed, ...]

    @classmethod
    def of(cls, asks: Asks[User | Group]) -> Accounts:
        """Merge users and groups, in the order asked, with those of every image.

        Root may be described again by the configuration; who describes a group that is there adds
        members.
        """
        users: dict[str, tuple[User, Asked]] = {}
        groups: dict[str, tuple[Group, Asked]] = {}
        claims: list[Claimed] = []

        def add(group: Group, asked: Asked) -> None:
            if group.gid is not None:
                text = f"the number {group.gid} of the group {group.name}"
                words = ("the number of the group", group.name)
                claims.append(Claimed(Claim(words=words, text=text, holder=group.gid), asked))
            if known := groups.get(group.name):
                members = tuple(dict.fromkeys((*known[0].members, *group.members)))
                gid = known[0].gid if group.gid is None else group.gid
                group = attrs.evolve(group, gid=gid, members=members)
            groups[group.name] = (group, asked)

        for account, asked in (*((one, _EVERY) for one in (*USERS, *GROUPS)), *asks):
            if isinstance(account, Group):
                add(account, asked)
                continue
            user = account
            if user.name == "root":
                user = attrs.evolve(user, uid=0, group="root", home="/root", shell="/bin/sh")
            if user != USERS[0]:
                claims.append(Claimed(claim("the user", user.name, holder=user), asked))
            users[user.name] = (user, asked)
            group = user.group or user.name
            if group not in groups:
                add(Group(name=group, gid=user.uid), asked)
        return cls(users, groups, tuple(claims))

    def refuse_absent(self, existing: Asks[Existing], problems: Problems) -> None:
        """Note each user or group that somebody refers to, and who is not there."""
        known: Mapping[str, Mapping[str, object]] = {"user": self.users, "group": self.groups}
        for one, asked in existing:
            if one.name not in known[one.kind]:
                problems.note(
                    asked.where,
                    f"{asked.by} refers to the {one.kind} {one.name!r}, which does not exist",
                    hint=suggestion(one.name, known[one.kind])
                    or f"config.{one.kind}s[{one.name!r}] describes one",
                )

    def refuse_absent_members(self, problems: Problems) -> None:
        """Note each member of a group who is not a user."""
        for group, asked in self.groups.values():
            for member in group.members:
                if member not in self.users:
                    problems.note(
                        asked.where,
                        f"the group {group.name!r} has the member {member!r}, which is not a user",
                        hint=suggestion(member, self.users)
                        or f"config.users[{member!r}] describes one",
                    )

    @property
    def number_claims(self) -> Iterator[Claimed]:
        """Claims of the numbers that were asked for."""
        for name, (user, asked) in self.users.items():
            if user.uid is not None:
                yield _number_claim("user", name, user.uid, asked)
        for name, (group, asked) in self.groups.items():
            if group.gid is not None:
                yield _number_claim("group", name, group.gid, asked)

    def numbers(self, kept: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
        """Return the number of each user and group, ``kept`` ones first, then the lowest free."""
        users = {name: user.uid for name, (user, _) in self.users.items()}
        groups = {name: group.gid for name, (group, _) in self.groups.items()}
        return {
            "groups": _numbered(groups, kept.get("groups", {})),
            "users": _numbered(users, kept.get("users", {})),
        }

    def files(self, ids: Mapping[str, Mapping[str, int]]) -> Iterable[tuple[File, Asked]]:
        """Yield passwd(5), group(5), shadow(5) and the homes."""
        uids, gids = ids["users"], ids["groups"]
        by_number = sorted(self.users, key=lambda name: uids[name])
        passwd = "".join(
            f"{name}:x:{uids[name]}:{gids[user.group or name]}:"
            f"{user.description}:{user.home}:{user.shell}\n"
            for name in by_number
            for user in (self.users[name][0],)
        )
        group = "".join(
            f"{name}:x:{gids[name]}:{','.join(self.groups[name][0].members)}\n"
            for name in sorted(self.groups, key=lambda name: gids[name])
        )
        yield text_file("/etc/passwd", passwd), _EVERY
        yield text_file("/etc/group", group), _EVERY
        if any(user.password_hash for user, _ in self.users.values()):
            yield link("/etc/shadow", "/run/shadow"), _EVERY
        else:
            # '!' matches no password (shadow(5)).
            shadow = "".join(f"{name}:!:::::::\n" for name in by_number)
            yield text_file("/etc/shadow", shadow, mode="0600"), _EVERY
        for user, asked in self.users.values():
            if user.home == "/root" or user.home.startswith("/home/"):
                primary = user.group or user.name
                yield directory(user.home, mode="0700", user=user.name, group=primary), asked


def _number_claim(kind: str, name: str, number: int, asked: Asked) -> Claimed:
    text = f"the number {number} of the {kind} {name}"
    return Claimed(Claim(words=(f"a {kind}'s number", number), text=text, holder=name), asked)


def _numbered(asked: Mapping[str, int | None], kept: Mapping[str, int]) -> Mapping[str, int]:
    numbers = {name: number for name, number in asked.items() if number is not None}
    taken = set(numbers.values())
    for name in sorted(asked.keys() - numbers.keys(), key=lambda name: (name not in kept, name)):
        number = kept.get(name, _FIRST_FREE)
        while number in taken:
            number += 1
        numbers[name] = number
        taken.add(number)
    return dict(sorted(numbers.items()))
