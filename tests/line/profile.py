"""The router of tests/line by the profile of a gateway: PPPoE, guests, a port that leads inside."""

from __future__ import annotations

from liminix_gen import System
from liminix_gen.profiles import gateway
from tests.line.board import BOARD
from tests.support.kernels import with_the_kernel_of_boots

config = with_the_kernel_of_boots(System(device=BOARD, hostname="home"))
config.console = "shell"
home = gateway(
    config,
    wan="pppoe",
    username="user@provider.example",
    password=config.service.secret.file.build(path="/run/password").output("value"),
    guests="192.168.20.1/24",
    port_forward={"web": {"port": 443, "to": ["192.168.19.5", "::5"]}},
    ssh_keys=["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO1MKft3r4/p8IN9Yy3rfj7EWCPbzzNAZJ7vNAGpv5gQ"],
)
config.services.update(home.services)
