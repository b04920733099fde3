"""failover: its script in a network of its own, with lines that are dynamic or fixed. tests/line has it whole."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.runtime.router import ROOT
from tests.support.namespaces import in_own_network

# What a body has around it (templates/nix/lib/services/service.nix).
BEFORE = """
log() { echo "log $*"; }
put() { echo "put $*"; }
pass_on() { echo "outputs of ${1##*/}"; }
forget() { echo "forget $1"; }
services=FOLDER name=../FOLDER/it outputs=FOLDER/own forget=forget metric=100
mkdir -p "$services/outputs" "$outputs"
up() {
	line=$services/outputs/$1
	mkdir -p "$line"
	shift
	for word; do echo "${word#*=}" > "$line/${word%%=*}"; done
	touch "$line/state"
}
for interface in fibre mobile; do
	busybox ip link add "$interface" type bridge
	busybox ip link set "$interface" up
done
busybox ip address add 203.0.113.5/24 dev fibre
busybox ip address add 192.0.2.10/24 dev mobile
ip() { busybox ip "$@"; }
lines="one two"
"""


def done(folder: Path, script: str) -> list[str]:
    before = BEFORE.replace("../FOLDER", f"../{folder}").replace("FOLDER", str(folder))
    source = f". {ROOT}/modules/failover/follow.sh\nkept={folder}/kept\n"
    words = in_own_network("busybox", "sh", "-eu", "-c", before + source + script)
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def test_connections_of_a_fixed_address_are_forgotten(tmp_path: Path) -> None:
    fixed = "up one ifname=fibre router=203.0.113.1 address=203.0.113.5"
    leased = "up two ifname=mobile router=192.0.2.1 ip=192.0.2.10"
    script = f"{fixed}\n{leased}\nfollow\nip -4 route\nrm $services/outputs/one/state\nfollow\n"
    said = done(tmp_path, f"{script}ip -4 route\n{fixed}\nfollow\nip -4 route")
    routes = [line.strip() for line in said if line.startswith("default")]
    first = "default via 203.0.113.1 dev fibre  metric 100"
    second = "default via 192.0.2.1 dev mobile  metric 101"
    assert [" ".join(one.replace("onlink", "").split()) for one in routes] == [
        " ".join(one.split()) for one in (first, second, second, first, second)
    ]
    assert [line for line in said if line.startswith("forget")] == [
        "forget 203.0.113.5",
        "forget 192.0.2.10",
    ]
