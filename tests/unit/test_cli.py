"""The command line as a user meets it: real processes, exit codes, streams."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from liminix_gen import config
from liminix_gen.catalog import Catalog
from liminix_gen.cli.commands import COMMANDS, Commands, app, loaded
from liminix_gen.cli.size import told
from liminix_gen.workflow.size import Sizes
from tests.support.answers import answer
from tests.support.forked import run

GOOD = """\
from liminix_gen import System

config = System(device="qemu-mipsel", hostname="test")
config.services["wan"] = config.hardware.network_interfaces["wan"]
unused = config.service.network.address.build(
    interface=config.hardware.network_interfaces["lan"],
    family="inet", address="192.168.19.1", prefix_length=24,
)
"""
BAD = """\
from liminix_gen import System

config = System(device="qemu-mipsel", hostname="not a name")
config.services["a"] = config.service.network.address.build(
    interface=config.hardware.network_interfaces["lan"],
    family="inet", adress="192.168.19.1", prefix_length=240,
)
"""


@pytest.fixture(name="good")
def _good(tmp_path: Path) -> Path:
    (tmp_path / "good.py").write_text(GOOD)
    return tmp_path


@pytest.fixture(name="bad")
def _bad(tmp_path: Path) -> Path:
    (tmp_path / "bad.py").write_text(BAD)
    return tmp_path


def test_help_lists_commands_and_exit_codes(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    assert done.returncode == 0
    for word in COMMANDS:
        assert f"\n  {word} " in done.stdout
    for code in ("0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "130 "):
        assert f"\n    {code}" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_the_table_says_what_a_command_says_of_itself(command: str) -> None:
    own = " ".join((loaded(command).help or "").split())
    assert own.startswith(COMMANDS[command])


def test_a_command_starts_without_the_others(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom liminix_gen.cli.main import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        f"print([name for name in {list(COMMANDS)!r} if f'liminix_gen.cli.{{name}}' in sys.modules])"
    )
    for words, there in ((["--help"], []), (["devices", "--help"], ["devices"])):
        command = [sys.executable, "-c", code, *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == str(there)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, tmp_path: Path) -> None:
    done = run(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: liminix-gen {command}")
    assert not done.stderr


def test_help_starts_without_the_heavy_libraries(tmp_path: Path) -> None:
    heavy = (
        "attrs",
        "networkx",
        "rich",
        "pynixutil",
        "liminix_gen.plan",
        "liminix_gen.config",
    )
    code = (
        "import sys\nfrom liminix_gen.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


def test_emit_does_without_what_only_a_build_needs(tmp_path: Path) -> None:
    builds = (
        "networkx",
        "rich",
        "pynixutil",
        "liminix_gen.nix.build",
        "liminix_gen.kconfig.audit",
        "liminix_gen.debian.apt",
        "liminix_gen.debian.store",
    )
    code = (
        "import sys\nfrom liminix_gen.cli.main import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit as end: print(end.code)\n"
        f"print([name for name in {builds!r} if name in sys.modules])"
    )
    hello = Path(__file__).parents[2] / "examples" / "hello.py"
    emit = ["emit", str(hello), "-o", str(tmp_path / "tree"), "--package-set", "nixpkgs"]
    command = [sys.executable, "-c", code, *emit]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["0", "[]"]


def test_version(tmp_path: Path) -> None:
    done = run("--version", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("liminix-gen ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("build",),
        ("build", "a.py", "b.py"),
        ("check", "--nonsense", "a.py"),
        ("--package-set", "gentoo", "devices"),
        ("run", "a.py", "--timeout", "soon"),
    ],
)
def test_wrong_usage_is_2_without_a_traceback(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert not done.stdout
    assert "Traceback" not in done.stderr
    assert "liminix-gen" in done.stderr


def test_a_missing_file_is_2(tmp_path: Path) -> None:
    done = run("check", "nowhere.py", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("nowhere.py: there is no such file\n")


def test_a_folder_that_is_none_is_2(tmp_path: Path) -> None:
    done = run("devices", "--modules", "nowhere", cwd=tmp_path)
    assert done.returncode == 2
    assert "nowhere: is not a folder" in done.stderr


def test_every_mistake_is_reported_with_its_line(bad: Path) -> None:
    done = run("check", "bad.py", cwd=bad)
    assert done.returncode == 2
    assert not done.stdout
    assert "bad.py:3: hostname " in done.stderr
    assert "bad.py:6: network.address has no parameter 'adress'" in done.stderr
    assert "did you mean address?" in done.stderr
    # That the parameter lacks is the same mistake.
    assert "lacks the parameter" not in done.stderr
    assert "bad.py:6: network.address.prefix_length " in done.stderr


def test_mistakes_as_json(bad: Path) -> None:
    done = run("check", "--json", "bad.py", cwd=bad)
    assert done.returncode == 2
    problems = answer("check", done.stdout)["problems"]
    assert len(problems) == 3
    assert problems[0]["where"].endswith("bad.py:3")
    assert {one["kind"] for one in problems} == {"configuration"}


def test_check_says_what_was_pruned_and_where_it_was_written(good: Path) -> None:
    done = run("check", "good.py", cwd=good)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("test on qemu-mipsel: ")
    assert "good.py:5" in done.stdout
    assert sorted(path.name for path in good.iterdir()) == ["good.py"]  # nothing was written


def test_check_as_json(good: Path) -> None:
    done = run("check", "--json", "good.py", cwd=good)
    assert done.returncode == 0, done.stderr
    described = answer("check", done.stdout)
    assert described["device"] == "qemu-mipsel"
    (wan,) = (one for one in described["services"] if one["name"] == "wan")
    assert wan["type"] == "network.link"
    assert any(one["what"].startswith("service address") for one in described["pruned"])


def test_services_lists_types(tmp_path: Path) -> None:
    done = run("services", cwd=tmp_path)
    assert done.returncode == 0
    assert not done.stderr
    assert "\nnetwork.address  " in done.stdout


def test_a_service_type_is_described(tmp_path: Path) -> None:
    done = run("services", "network.address", cwd=tmp_path)
    assert done.returncode == 0
    assert "prefix_length (required)\n" in done.stdout
    described = answer(
        "services", run("services", "network.address", "--json", cwd=tmp_path).stdout
    )
    assert described["name"] == "network.address"
    parameters = {one["name"]: one for one in described["parameters"]}
    assert parameters["family"] == {
        "name": "family",
        "type": "one of 'inet', 'inet6'",
        "description": "IPv4 or IPv6",
        "required": True,
        "example": "inet",
    }


def test_every_type_and_board_has_a_json_form(tmp_path: Path) -> None:
    types = answer("services", run("services", "--json", cwd=tmp_path).stdout)
    assert all(one["description"] for one in types)
    boards = answer("devices", run("devices", "--json", cwd=tmp_path).stdout)
    assert "qemu-mipsel" in [one["name"] for one in boards]


def test_boards_are_listed_in_80_columns(tmp_path: Path) -> None:
    for words in ((), ("glinet",), ("GL.iNet",)):
        lines = run("devices", *words, cwd=tmp_path).stdout.splitlines()
        assert lines[0].split() == ["DEVICE", "PROVEN", "DESCRIPTION"]
        assert max(map(len, lines)) <= 80
        assert "gl-ar750" in [line.split()[0] for line in lines]
        assert any("qemu" in line for line in lines) == (not words)


@pytest.mark.parametrize("board", ["gl-ar750", "turris-omnia"])
def test_a_board_is_described_in_80_columns(board: str, tmp_path: Path) -> None:
    lines = run("devices", board, cwd=tmp_path).stdout.splitlines()
    # What is to be copied stays as it is, and a folder may be far away.
    assert [
        line
        for line in lines
        if len(line) > 80 and not line.startswith(("    ", "described in  /"))
    ] == []


@pytest.mark.parametrize(
    ("word", "found", "other"),
    [
        ("NAND", "zyxel-nwa50ax", "gl-ar750"),
        ("ramips", "gl-mt300a", "gl-ar750"),
        ("openwrt-25.12", "gl-ar750", "turris-omnia"),
        ("5 GHz", "turris-omnia", "gl-mt300n-v2"),
        ("jffs2", "tp-archer-ax23", "openwrt-one"),
    ],
)
def test_boards_are_found_by_what_they_have(
    word: str, found: str, other: str, tmp_path: Path
) -> None:
    names = [line.split()[0] for line in run("devices", word, cwd=tmp_path).stdout.splitlines()]
    assert found in names
    assert other not in names


@pytest.mark.parametrize("word", ["nothing of this", "-", " "])
def test_no_board_matches(word: str, tmp_path: Path) -> None:
    done = run("devices", "--", word, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"no board matches '{word}'\n  hint: `liminix-gen devices` lists them" in done.stderr


@pytest.mark.parametrize("word", ["turris-omnia", "turris", "Armada 385"])
def test_a_board_is_described_by_its_name_or_a_word_of_it(word: str, tmp_path: Path) -> None:
    told = run("devices", word, cwd=tmp_path).stdout
    # A long value goes on in the next line.
    told = re.sub(r"\n {6,}", " ", told)
    rows = dict(line.split("  ", 1) for line in told.splitlines() if "  " in line)
    assert told.startswith("turris-omnia: ")
    assert rows["radios"].strip() == "wlan (2.4 GHz), wlan5 (5 GHz, 2.4 GHz)"
    assert "lan0, " in rows["interfaces"]
    assert "lan (lan0)" in rows["interfaces"]
    assert {"package sets", "roots", "images", "hardware", "proven"} <= rows.keys()
    described = answer("devices", run("devices", word, "--json", cwd=tmp_path).stdout)
    one = described if word == "turris-omnia" else described[0]
    assert one["interfaces"]["wan"] == "wan"


def test_an_unknown_board_is_2_with_the_nearest_name(tmp_path: Path) -> None:
    done = run("devices", "turis-omnia", cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean turris-omnia" in done.stderr


def test_an_unknown_type_is_2_with_the_nearest_name(tmp_path: Path) -> None:
    done = run("services", "network.adress", cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean network.address" in done.stderr


def test_a_users_own_modules_are_found_before_and_after_the_command(tmp_path: Path) -> None:
    (tmp_path / "mine/hobby/lamp").mkdir(parents=True)
    (tmp_path / "mine/hobby/lamp/module.py").write_text(
        "from liminix_gen import Service, service_type\n\n"
        '@service_type\nclass Lamp(Service):\n    """Light a lamp."""\n'
        "    def parts(self): return ()\n"
    )
    for arguments in (("--modules", "mine", "services"), ("services", "--modules=mine")):
        done = run(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "hobby.lamp " in done.stdout
        assert "Light a lamp." in done.stdout


def test_init_writes_a_configuration_that_checks(tmp_path: Path) -> None:
    done = run("init", "first.py", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == "first.py\n"
    checked = run("check", "first.py", cwd=tmp_path)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("board", Catalog.of().devices)
def test_init_knows_the_ports_of_a_board(board: str, tmp_path: Path) -> None:
    done = run("init", "first.py", "--device", board, cwd=tmp_path)
    assert done.returncode == 0
    written = (tmp_path / "first.py").read_text()
    system = config.load(tmp_path / "first.py", Catalog.of())
    assert system.device.name == board
    assert not system.problems.found
    assert f"The board has {', '.join(system.hardware.network_interfaces)}." in written
    assert ("liminix-gen run" in done.stderr) == (system.device.qemu is not None)


def test_init_refuses_a_board_that_there_is_not(tmp_path: Path) -> None:
    done = run("init", "first.py", "--device", "turis-omnia", cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean turris-omnia" in done.stderr
    assert not (tmp_path / "first.py").exists()


@pytest.mark.parametrize(
    ("word", "found"),
    [("wifi", "wifi.access_point"), ("vpn", "wireguard"), ("dhcp", "network.dhcp.client"),
     ("WireGuard", "wireguard")],
)  # fmt: skip
def test_services_are_found_by_a_word(word: str, found: str, tmp_path: Path) -> None:
    assert found in run("services", word, cwd=tmp_path).stdout
    described = answer("services", run("services", word, "--json", cwd=tmp_path).stdout)
    assert found in [one["name"] for one in described]


def test_a_board_that_was_copied_alone(tmp_path: Path) -> None:
    """What it imports of families is the project's, also beside a family of the user's."""
    folder = tmp_path / "mine/gl_ar750"
    shutil.copytree(Catalog.of().devices["gl-ar750"], folder)
    own = folder / "device.py"
    own.write_text(own.read_text() + "from ..families import ours\nassert ours.NUMBER == 7\n")
    (tmp_path / "mine/families").mkdir()
    (tmp_path / "mine/families/ours.py").write_text("NUMBER = 7\n")
    done = run("devices", "--devices", "mine", "gl-ar750", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert str(own) in done.stdout


def test_a_service_type_that_was_copied_alone(tmp_path: Path) -> None:
    shutil.copytree(Catalog.of().service_types["pppoe"], tmp_path / "mine/pppoe")
    done = run("services", "--modules", "mine", "pppoe", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_names_that_check_does_not_look_up(good: Path) -> None:
    with (good / "good.py").open("a") as file:
        file.write('config.packages = ["nosuchpkg"]\n')
    for packages, hint in (("debian", "liminix-gen lock"), ("nixpkgs", "--nixpkgs DIR")):
        done = run("--package-set", packages, "check", "good.py", cwd=good)
        assert done.returncode == 0, done.stderr
        assert hint in done.stderr


@pytest.mark.parametrize("name", ["good", "-good"])
def test_the_hint_of_a_tree_that_was_edited_works(good: Path, name: str) -> None:
    (good / "good.py").rename(good / f"{name}.py")
    emit = ("--package-set", "nixpkgs", "emit", f"./{name}.py")
    assert run(*emit, cwd=good).returncode == 0
    (good / f"{name}-tree/default.nix").write_text("mine")
    done = run(*emit, "--check", f"./{name}-tree", cwd=good)
    assert done.returncode == 3
    remove, write = (shlex.split(line) for line in done.stderr.splitlines()[-2:])
    subprocess.run(remove, cwd=good, check=True)
    assert run(*write[1:], cwd=good).returncode == 0
    assert run(*emit, "--check", f"./{name}-tree", cwd=good).returncode == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--board", "turris-omnia", "--lan", "192.168.20.2/24", "--guests", "192.168.20.1/24"],
         "there cannot be both the network 192.168.20.0/24 on int and"),
        (["--ssh-key", "ssh-ed25519 AAAA"], "that is cut short or of another type: AAAA"),
    ],
)  # fmt: skip
def test_init_writes_nothing_that_check_refuses(
    options: list[str], said: str, tmp_path: Path
) -> None:
    done = run("init", "first.py", *options, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "/router.py" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("root", "kernel", "said"),
    [
        ("squashfs", None, ["root    3.0 MB as squashfs, estimated", "beside the root +13.0 MB"]),
        ("jffs2", None, ["estimated\n        the image has jffs2, which takes more than that"]),
        ("squashfs", 4_000_000, ["kernel  4.0 MB", "beside both +9.0 MB or more"]),
        ("squashfs", 14_000_000, ["beside both -1.0 MB or more"]),
    ],
)
def test_what_size_says_of_root_kernel_and_flash(
    root: str, kernel: int | None, said: list[str]
) -> None:
    found = Sizes(
        hostname="r", device="d", root_type=root, root_bytes=3_000_000, is_built=False,
        kernel_bytes=kernel, kernel_is_built=True, room_bytes=16_000_000,
        services={}, packages={}, paths={}, estimated=(),
    )  # fmt: skip
    text = "\n".join(told(found))
    assert all(one in text for one in said), text


def test_init_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text("mine")
    done = run("init", cwd=tmp_path)
    assert done.returncode == 2
    assert "router.py: exists already" in done.stderr
    assert (tmp_path / "router.py").read_text() == "mine"


def test_what_init_proposes_works_for_any_name(tmp_path: Path) -> None:
    done = run("init", "--board", "qemu-mipsel", "--", "-a b.py", cwd=tmp_path)
    (command,) = re.findall("next: liminix-gen (.*), then", done.stderr)
    assert run(*shlex.split(command), cwd=tmp_path).returncode == 0


def test_a_file_in_the_place_of_the_tree_is_not_checked(good: Path) -> None:
    """Seen: "is not there", and a command that fails."""
    (good / "file").touch()
    done = run("--package-set", "nixpkgs", "emit", "good.py", "--check", "file", cwd=good)
    assert done.returncode == 2
    assert "file: is not a folder\n" in done.stderr


def test_a_pipe_in_the_place_of_the_manifest(good: Path) -> None:
    (good / "tree").mkdir()
    os.mkfifo(good / "tree/manifest.json")
    done = run("plan", "good.py", "--against", "tree", cwd=good)
    assert done.returncode == 2
    assert "tree/manifest.json: cannot be read: it is not a file\n" in done.stderr


def test_names_of_packages_without_update_are_2(good: Path) -> None:
    done = run("lock", "good.py", "dnsmasq", cwd=good)
    assert done.returncode == 2
    assert "--update" in done.stderr


def test_a_bug_is_1_and_says_so(tmp_path: Path) -> None:
    code = (
        "from liminix_gen.cli import main as top\nfrom liminix_gen.cli.options import Common\n"
        "def broken(self): raise RuntimeError('oops')\n"
        "Common.catalog = broken\ntop.main(['devices'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "RuntimeError: oops" in done.stderr
    assert "a bug in liminix-gen" in done.stderr


def test_an_interruption_is_130(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("raise KeyboardInterrupt\n")
    done = run("check", "slow.py", cwd=tmp_path)
    assert done.returncode == 130
    assert done.stderr == "liminix-gen: interrupted\n"


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from liminix_gen.cli.main import main; main()", "services"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    ("given", "moved"),
    [
        (["build", "a.py", "--locked"], ["--locked", "build", "a.py"]),
        (["build", "--modules", "m", "a.py"], ["--modules", "m", "build", "a.py"]),
        (["build", "--devices=d", "a.py"], ["--devices=d", "build", "a.py"]),
        (["init", "--", "--locked"], ["init", "--", "--locked"]),
        (["build", "--package-set"], ["--package-set", "build"]),
    ],
)
def test_options_of_all_commands_may_stand_anywhere(given: list[str], moved: list[str]) -> None:
    commands = get_command(app)
    assert isinstance(commands, Commands)
    assert commands.hoisted(given) == moved


@pytest.mark.parametrize(
    "words",
    [
        ("emit", "good.py", "-o", ""),
        ("emit", "good.py", "--directory="),
        ("emit", "good.py", "--check", ""),
        ("emit", ""),
        ("build", "good.py", "-o", ""),
        ("check", "good.py", "--store", ""),
        ("check", "good.py", "--modules", ""),
        ("init", ""),
        ("kexec", "", "root@board"),
    ],
)
def test_an_empty_word_is_not_this_folder(good: Path, words: tuple[str, ...]) -> None:
    """Seen: `emit -o ''` wrote into the folder at hand. Every path was taken so."""
    done = run(*words, cwd=good)
    assert done.returncode == 2
    assert "is empty\n  hint: is a variable of your shell unset?" in done.stderr
    assert [file.name for file in good.iterdir()] == ["good.py"]


@pytest.fixture(scope="module", name="expected")
def _expected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tree of GOOD by the name good.py."""
    folder = tmp_path_factory.mktemp("good")
    (folder / "good.py").write_text(GOOD)
    run("--package-set", "nixpkgs", "emit", "good.py", "-o", "tree", cwd=folder)
    return folder / "tree"


@pytest.mark.parametrize(
    "name",
    [
        "a\n}: builtins.abort ''x'' #",
        "a\r\n}\u2028}\"${x}\"''b* # ",
        "\x1b]0;title\x07\u202eevil\udcff",
        "x" * 200,
    ],
)
def test_the_name_of_a_configuration_is_no_nix(good: Path, expected: Path, name: str) -> None:
    """Seen: a line end in the name ended the comment that names it."""
    (good / f"{name}.py").write_text(GOOD)
    found = good / "found"
    done = run("--package-set", "nixpkgs", "emit", f"{name}.py", "-o", "found", cwd=good)
    assert done.returncode == 0, done.stderr
    assert all(line.isprintable() for line in (done.stdout + done.stderr).splitlines())
    for file in expected.rglob("*.nix"):
        other = found / file.relative_to(expected)
        lines, others = file.read_text().split("\n"), other.read_text().split("\n")
        assert others[0].startswith(lines[0].partition("good")[0])
        assert others[1:] == lines[1:]
    assert json.loads((found / "manifest.json").read_text())["source"] == f"{name}.py"
    done = run("--package-set", "nixpkgs", "emit", f"{name}.py", "--check", "found", cwd=good)
    assert done.returncode == 0, done.stderr
    done = run("check", f"{name}.py", cwd=good)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


@pytest.mark.parametrize(
    "words",
    [
        ("graph", "good.py", "-o", "good.py/x"),
        ("graph", "good.py", "-o", "absent/x"),
        ("docs", "-o", "good.py"),
        ("docs", "--stubs", "good.py"),
        ("docs", "--schemas", "good.py/x"),
        ("secret", "key", "absent/x"),
        ("init", "absent/x.py"),
        ("run", "good.py", "--log", "absent/x"),
    ],
    ids=" ".join,
)
def test_a_place_that_cannot_be_written_is_named(good: Path, words: tuple[str, ...]) -> None:
    """Seen: `graph -o` and `docs` ended in a traceback."""
    done = run("--package-set", "nixpkgs", *words, cwd=good)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = (line for line in done.stderr.splitlines() if " director" in line or "exists" in line)
    assert words[-1] in line or f"{words[-1]}/" in line


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("mkdir good.lock", "the lock cannot be read: Is a directory"),
        ("mkfifo good.lock", "the lock cannot be read: it is not a file"),
        ("ln -s nowhere good.lock", "it is a link to nowhere, which is not there"),
    ],
)
def test_what_is_in_the_place_of_the_lock(good: Path, command: str, message: str) -> None:
    """Seen: the hint to remove it, and to lose the versions in it, whatever the reason was."""
    subprocess.run(shlex.split(command), cwd=good, check=True)
    done = run("lock", "good.py", cwd=good)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("good.lock: the lock cannot be read: ")
    assert line.endswith(message)


def test_a_name_that_is_not_utf8_is_in_a_picture(good: Path) -> None:
    (good / "raw\udce9.py").write_text(GOOD)
    done = run("graph", "raw\udce9.py", "--format", "html", "-o", "picture.html", cwd=good)
    assert done.returncode == 0, done.stderr
    assert "raw\\udce9.py" in (good / "picture.html").read_text(encoding="utf-8")


def test_an_output_that_is_not_there_is_refused_before_anything_is_locked(good: Path) -> None:
    (good / "good.lock").unlink(missing_ok=True)
    done = run("build", "good.py", "--output", "squashf", cwd=good)
    assert done.returncode == 2
    assert "there is no output 'squashf'\n  hint: did you mean squashfs?" in done.stderr
    assert not (good / "good.lock").exists()


def test_check_lists_what_the_image_holds(tmp_path: Path) -> None:
    home = Path(__file__).parents[2] / "examples" / "home.py"
    done = run("check", str(home), "--package-set", "nixpkgs", cwd=tmp_path)
    rows = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if line[0] != " ")
    assert rows["listens"] == "tcp/22, tcp/53, udp/51820, udp/53, udp/546, udp/547, udp/67"
    assert "default-route" in rows["services"]
    assert "line.daemon" not in done.stdout, "a part of a service is no service of the user's"
    assert "root" not in rows, "nothing is known of sizes without a lock"


def test_fix_is_an_option_of_kernel(tmp_path: Path) -> None:
    home = Path(__file__).parents[2] / "examples" / "home.py"
    done = run("check", "--fix", str(home), cwd=tmp_path)
    assert done.returncode == 2
    assert "--fix is an option of --kernel" in done.stderr
