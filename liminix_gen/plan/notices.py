"""What a user should know of an image that is in order."""

from __future__ import annotations

from collections.abc import Iterator

from liminix_gen.config import System
from liminix_gen.model.package_set import PackageSet
from liminix_gen.plan.accounts import Accounts
from liminix_gen.plan.requests import Requests
from liminix_gen.plan.system import keeps_state


def notices(
    system: System, package_set: PackageSet, requests: Requests, accounts: Accounts
) -> Iterator[str]:
    """Yield what is lost, left out, or out of reach."""
    if requests.stateful and not keeps_state(system):
        names = ", ".join(sorted(name for name, _ in requests.stateful))
        yield f"state: none, so what these keep is lost with each boot: {names}"
    if requests.left_out:
        paths = ", ".join(sorted(path for path, _ in requests.left_out))
        yield f"left out, so the hardware that needs it does not work: {paths}"
    yield from sorted({notice for notice, _ in requests.notices})
    at_boot = package_set.left_out.intersection(system.device.boot_firmware)
    if at_boot:
        names = ", ".join(sorted(at_boot))
        yield f"left out, so processors keep the microcode of the machine: {names}"
    if not _somebody_can_log_in(system, requests, accounts):
        yield (
            "nobody can log in: no service has a login, and the console has none that opens; "
            'ways in are config.console = "shell", a password_hash in config.users for the '
            "console's login, and service.ssh with authorized_keys"
        )


def _somebody_can_log_in(system: System, requests: Requests, accounts: Accounts) -> bool:
    console = system.console or system.device.default_console
    logins = {login for login, _ in requests.logins}
    has_password = any(
        user.password_hash is not None and user.shell != "/bin/false"
        for user, _ in accounts.users.values()
    )
    by_password = has_password and (console == "login" or "password" in logins)
    return console == "shell" or "always" in logins or by_password
