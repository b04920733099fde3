"""What a user should know of an image that is in order."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from liminix_gen.config import System
from liminix_gen.model.claim import HomeOf, setting
from liminix_gen.model.kernel import Asked
from liminix_gen.model.package_set import PackageSet
from liminix_gen.model.root import READ_ONLY
from liminix_gen.plan.accounts import Accounts
from liminix_gen.plan.claims import lying_outside
from liminix_gen.plan.requests import Requests, port_of
from liminix_gen.plan.system import keeps_state

_FORWARDING = [setting(f"net/{family}/conf/all/forwarding").words for family in ("ipv4", "ipv6")]


def notices(
    system: System, package_set: PackageSet, requests: Requests, accounts: Accounts
) -> Iterator[str]:
    """Yield what is lost, left out, or out of reach."""
    yield from _lost_state(system, requests)
    if requests.left_out:
        paths = ", ".join(sorted(path for path, _ in requests.left_out))
        yield f"left out, so the hardware that needs it does not work: {paths}"
    yield from sorted({notice for notice, _ in requests.notices})
    yield from (
        f"{one.text}: {one.hint}" for one in lying_outside(requests.expected, requests.claims)
    )
    yield from _not_passed(requests)
    yield from _left_out_at_boot(system, package_set)
    yield from _shut_out(requests)
    yield from _locked_out(requests)
    if not _somebody_can_log_in(system, requests, accounts):
        yield (
            "nobody can log in: no service has a login, and the console has none that opens; "
            'ways in are config.console = "shell", a password_hash in config.users for the '
            "console's login, and service.ssh with authorized_keys"
        )


def _left_out_at_boot(system: System, package_set: PackageSet) -> Iterator[str]:
    """Yield what is so without firmware that the board starts with."""
    names: dict[str, list[str]] = {}
    for name, without in sorted(system.device.boot_firmware.items()):
        if name in package_set.left_out:
            names.setdefault(without, []).append(name)
    for without, left_out in names.items():
        yield f"left out, so {without}: {', '.join(left_out)}"


def _lost_state(system: System, requests: Requests) -> Iterator[str]:
    """Yield whose state is lost, or has no partition: under QEMU it is the disk of `run`."""
    names = ", ".join(sorted(name for name, _ in requests.stateful))
    if not names:
        return
    if not keeps_state(system):
        yield f"state: none, so what these keep is lost with each boot: {names}"
    board = system.device
    made = any(board.images[name].makes_state for name in board.outputs)
    if system.state is not None and not made and board.qemu is None:
        writable = next((root for root in board.roots if root not in READ_ONLY), None)
        remedy = f". Without config.state, config.root = {writable!r} keeps it"
        yield (
            f"state: no image of {board.name} makes a partition with the label {system.state!r}; "
            f"until there is one these do not start: {names}{remedy if writable else ''}"
        )


def _not_passed(requests: Requests) -> Iterator[str]:
    """Yield what a packet filter is between, if the kernel passes packets to none of it."""
    between = sorted({str(one.interface) for one, _ in requests.admissions} - {"lo"})
    asked = {made.claim.words for made in requests.claims}
    if len(between) > 1 and not any(words in asked for words in _FORWARDING):
        names = ", ".join(between)
        yield f"nothing passes packets between {names} of the firewall: network.forward does"


def _shut_out(requests: Requests) -> Iterator[str]:
    """Yield what listens where no packet filter lets anybody in, and interfaces that none knows."""
    let_in = {one.interface: one for one, _ in requests.admissions}
    if not let_in:
        return
    used: dict[Hashable, Asked] = {}
    shut: dict[tuple[str, Asked], None] = {}
    for claimed in requests.claims:
        words, place = claimed.claim.words, tuple(claimed.claim.place)
        if claimed.claim.holder == "IP":
            used.setdefault(words[1], claimed.asked)
        elif (port := port_of(claimed)) and not isinstance((*place, None)[0], HomeOf):
            there = let_in.values() if place == () else filter(None, (let_in.get(place[0]),))
            protocol, _, number = port.partition("/")
            if not any(one.lets_in(protocol, int(number)) for one in there):
                shut[port, claimed.asked] = None
    for port, asked in shut:
        yield f"the firewall lets nobody in to {port} of {asked}: its parameter `open` does"
    for interface in sorted(map(str, used.keys() - let_in.keys() - {"lo"})):
        yield f"{interface} is in no zone of the firewall, so that nothing passes by it"


def _locked_out(requests: Requests) -> Iterator[str]:
    """Yield logins that nobody reaches while the rules of a packet filter are not loaded."""
    rescued = {f"tcp/{port}" for one, _ in requests.admissions for port in one.rescue}
    logins = {asked for (login, _), asked in requests.logins if login != "never"}
    for claimed in requests.claims if rescued else ():
        port = port_of(claimed)
        if claimed.asked in logins and port and port not in rescued:
            rescued.add(port)
            yield (
                f"while the firewall's rules are not loaded, nobody reaches {port} of "
                f"{claimed.asked}: its parameter `rescue` says what stays open"
            )


def _somebody_can_log_in(system: System, requests: Requests, accounts: Accounts) -> bool:
    console = system.console or system.device.default_console
    logins = {login for (login, _), _ in requests.logins}
    users = {one.name: one for one, _ in accounts.users.values() if one.shell != "/bin/false"}
    has_password = any(user.password_hash is not None for user in users.values())
    by_password = has_password and (console == "login" or "password" in logins)
    by_key = any(
        login == "always" and (not names or users.keys() & set(names))
        for (login, names), _ in requests.logins
    )
    return console == "shell" or by_key or by_password
