"""interface-listen, in a network namespace with two pairs of interfaces."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.runtime.router import ROOT, compile_c
from tests.support.namespaces import in_own_network

SOURCES = ROOT / "packages" / "interface-listen"

# `inner` and `outer` lead to a neighbour in a namespace of its own, `far`.
NETWORK = """
ip link set lo up
unshare --net sleep 60 &
far=$!
trap 'kill $far' EXIT
until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
number=1
for name in inner outer; do
    ip link add $name type veth peer name $name netns $far
    ip address add 10.$number.0.1/24 dev $name
    ip -6 address add fd0$number::1/64 dev $name nodad
    ip link set $name up
    nsenter -t $far -n ip address add 10.$number.0.2/24 dev $name
    nsenter -t $far -n ip -6 address add fd0$number::2/64 dev $name nodad
    nsenter -t $far -n ip link set $name up
    number=$((number + 1))
done
far() { nsenter -t $far -n "$@"; }
"""
ASK = """
import socket, sys, time
for address in sys.argv[1:]:
    for attempt in range(20):
        try:
            with socket.create_connection((address, 4022), 2) as one:
                one.settimeout(5)
                one.sendall(b"hello\\n")
                print(address, one.makefile().readline().strip() or "nothing")
                break
        except ConnectionRefusedError:
            print(address, "refused")
            break
        except OSError as error:
            time.sleep(0.2)
    else:
        print(address, error)
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("interface-listen") / "interface-listen"
    checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    return compile_c(target, [SOURCES / "main.c"], *checks)


def run(program: Path, folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    ask = folder / "ask.py"
    ask.write_text(ASK, encoding="utf-8")
    return subprocess.run(
        in_own_network("sh", "-euc", NETWORK + script.replace("LISTEN", str(program))),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "ASK": str(ask)},
    )


LISTENING = """
mkfifo %s/ready
LISTEN -n 3 %s 4022 %s sh -c 'read line; echo "$line to you"' 3> %s/ready 2> /dev/null &
trap 'kill $! $far' EXIT
read ready < %s/ready || true
"""


def listening(folder: Path, interfaces: str, options: str = "") -> str:
    """Return a script that has the program listening."""
    return LISTENING % (folder, options, interfaces, folder, folder)


def test_only_what_comes_by_the_interface_is_taken(program: Path, tmp_path: Path) -> None:
    """By both families, and by whatever address of the router: only the way in counts."""
    script = listening(tmp_path, "inner") + "far python3 $ASK 10.1.0.1 fd01::1 10.2.0.1 fd02::1"
    done = run(program, tmp_path, script)
    assert done.stdout.splitlines() == [
        "10.1.0.1 hello to you",
        "fd01::1 hello to you",
        "10.2.0.1 refused",
        "fd02::1 refused",
    ], done.stderr


def test_several_interfaces_and_one_address(program: Path, tmp_path: Path) -> None:
    script = listening(tmp_path, "inner,outer", "-a 10.2.0.1")
    done = run(program, tmp_path, script + "far python3 $ASK 10.1.0.1 fd02::1 10.2.0.1")
    assert done.stdout.splitlines() == [
        "10.1.0.1 refused",
        "fd02::1 refused",
        "10.2.0.1 hello to you",
    ], done.stderr


def test_an_address_that_was_not_there_is_listened_on(program: Path, tmp_path: Path) -> None:
    script = listening(tmp_path, "inner") + (
        "ip address add 10.1.0.77/24 dev inner; far python3 $ASK 10.1.0.77"
    )
    assert run(program, tmp_path, script).stdout == "10.1.0.77 hello to you\n"


def test_what_a_program_says_to_syslog_is_printed(program: Path, tmp_path: Path) -> None:
    """Printable, without the marks that only syslogd needs; anything may come."""
    (tmp_path / "say.py").write_text(
        "import socket, sys, time\n"
        "one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
        "messages = b'<38>Nov 29 16:40:20 dropbear[1]: by key', b'bare', b'<', b'<1>', b'x\\x1b[2J',"
        " b'', b'y' * 2000\n"
        "for each in messages:\n"
        "    one.sendto(each, sys.argv[1])\n"
        "time.sleep(0.5)\n",
        encoding="utf-8",
    )
    log = tmp_path / "log"
    script = listening(tmp_path, "inner", f"-l {log}").replace("2> /dev/null", "2>&1")
    done = run(program, tmp_path, script + f"python3 {tmp_path}/say.py {log}")
    assert done.stdout.splitlines() == [
        "dropbear[1]: by key",
        "bare",
        "<",
        "",
        "x?[2J",
        "y" * 1023,
    ], done.stderr


MANY = """
import socket, time
def one():
    made = socket.create_connection(("10.1.0.1", 4022), 5)
    made.settimeout(5)
    return made
held = [one() for _ in range(12)]
time.sleep(0.5)
more = one()
print("more:", more.recv(1))
for each in held:
    each.sendall(b"x\\n")
    assert each.recv(100) == b"x to you\\n"
time.sleep(0.5)
last = one()
last.sendall(b"y\\n")
print("last:", last.recv(100))
"""


def test_nobody_takes_all_connections(program: Path, tmp_path: Path) -> None:
    (tmp_path / "many.py").write_text(MANY, encoding="utf-8")
    script = listening(tmp_path, "inner") + f"far python3 {tmp_path}/many.py"
    done = run(program, tmp_path, script)
    assert done.stdout == "more: b''\nlast: b'y to you\\n'\n", done.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", 2),
        ("4022 inner", 2),
        ("0 inner true", 2),
        ("65536 inner true", 2),
        ("x inner true", 2),
        ("4022 , true", 2),
        ("4022 a-name-that-is-too-long true", 2),
        ("-a here 4022 inner true", 2),
        ("-n x 4022 inner true", 2),
        ("4022 none true", 111),
        ("-a 10.9.9.9 4022 inner true", 111),
    ],
)
def test_other_words_are_refused(program: Path, tmp_path: Path, words: str, code: int) -> None:
    done = run(program, tmp_path, f"LISTEN {words} || echo $?")
    assert done.stdout == f"{code}\n", done.stderr
