"""Users and groups: fixed numbers of the system, lowest free ones for the user's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from liminix_gen.errors import suggestion
from liminix_gen.model.claim import Claim, claim
from liminix_gen.model.image import File, Group, User, directory, link, text_file
from liminix_gen.model.kernel import Asked
from liminix_gen.plan.claims import Claims
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


class Accounts:
    """The users and groups of an image, numbered."""

    def __init__(
        self, kept: Mapping[str, Mapping[str, int]], claims: Claims, problems: Problems
    ) -> None:
        self._kept = kept
        self._claims = claims
        self._problems = problems
        self.users: dict[str, tuple[User, Asked]] = {}
        self.groups: dict[str, tuple[Group, Asked]] = {}
        built_in = Asked(by="every image")
        for user in USERS:
            self.add_user(user, built_in)
        for group in GROUPS:
            self.add_group(group, built_in)

    def add_user(self, user: User, asked: Asked) -> None:
        """Add a user; root may be described again by the configuration."""
        if user.name == "root":
            user = attrs.evolve(user, uid=0, group="root", home="/root", shell="/bin/sh")
        if user != USERS[0]:
            self._claims.add(claim("the user", user.name, holder=user), asked)
        self.users[user.name] = (user, asked)
        group = user.group or user.name
        if group not in self.groups:
            self.add_group(Group(name=group, gid=user.uid), asked)

    def add_group(self, group: Group, asked: Asked) -> None:
        """Add a group, or members to a group that is there."""
        known = self.groups.get(group.name)
        if group.gid is not None:
            self._claims.add(
                Claim(
                    words=("the number of the group", group.name),
                    text=f"the number {group.gid} of the group {group.name}",
                    holder=group.gid,
                ),
                asked,
            )
        if known:
            members = tuple(dict.fromkeys((*known[0].members, *group.members)))
            gid = known[0].gid if group.gid is None else group.gid
            group = attrs.evolve(group, gid=gid, members=members)
        self.groups[group.name] = (group, asked)

    def refuse_absent_members(self) -> None:
        """Note each member of a group who is no user."""
        for group, asked in self.groups.values():
            for member in group.members:
                if member not in self.users:
                    self._problems.note(
                        asked.where,
                        f"the group {group.name!r} has the member {member!r}, who is no user",
                        why=suggestion(member, self.users),
                        remedy=f"config.users[{member!r}] describes one",
                    )

    def numbers(self) -> Mapping[str, Mapping[str, int]]:
        """Return the number of each user and group, kept ones first, then the lowest free."""
        users = {name: user.uid for name, (user, _) in self.users.items()}
        groups = {name: group.gid for name, (group, _) in self.groups.items()}
        user_numbers = self._numbered(users, self._kept.get("users", {}), "user")
        group_numbers = self._numbered(groups, self._kept.get("groups", {}), "group")
        return {"groups": group_numbers, "users": user_numbers}

    def _numbered(
        self, asked: Mapping[str, int | None], kept: Mapping[str, int], kind: str
    ) -> Mapping[str, int]:
        numbers = {name: number for name, number in asked.items() if number is not None}
        askers: Mapping[str, tuple[object, Asked]]
        askers = self.users if kind == "user" else self.groups
        for name, number in numbers.items():
            text = f"the number {number} of the {kind} {name}"
            own = Claim(words=(f"a {kind}'s number", number), text=text, holder=name)
            self._claims.add(own, askers[name][1])
        owners = {number: name for name, number in numbers.items()}
        for name in sorted(
            asked.keys() - numbers.keys(), key=lambda name: (name not in kept, name)
        ):
            number = kept.get(name, _FIRST_FREE)
            while number in owners:
                number += 1
            numbers[name], owners[number] = number, name
        return dict(sorted(numbers.items()))

    def files(self, ids: Mapping[str, Mapping[str, int]]) -> Iterable[tuple[File, Asked]]:
        """Yield passwd(5), group(5), shadow(5) and the homes."""
        built_in = Asked(by="every image")
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
        yield text_file("/etc/passwd", passwd), built_in
        yield text_file("/etc/group", group), built_in
        if any(user.password_hash for user, _ in self.users.values()):
            yield link("/etc/shadow", "/run/shadow"), built_in
        else:
            # '!' matches no password (shadow(5)).
            shadow = "".join(f"{name}:!:::::::\n" for name in by_number)
            yield text_file("/etc/shadow", shadow, mode="0600"), built_in
        for user, asked in self.users.values():
            if user.home == "/root" or user.home.startswith("/home/"):
                primary = user.group or user.name
                yield directory(user.home, mode="0700", user=user.name, group=primary), asked
