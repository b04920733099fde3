"""Every mistake of a configuration is told at once, each with the user's line."""

import re
import textwrap
from pathlib import Path

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import System, load
from liminix_gen.errors import ConfigurationError

START = """\
from liminix_gen import System
config = System(device="qemu-mipsel", hostname="hello")
service = config.service
link = config.hardware.network_interfaces["lan"]
"""


def loaded(tmp_path: Path, text: str, *, start: str = START) -> System:
    file = tmp_path / "router.py"
    file.write_text(start + textwrap.dedent(text))
    return load(file, Catalog.of())


def problems(tmp_path: Path, text: str, *, start: str = START) -> str:
    with pytest.raises(ConfigurationError) as error:
        loaded(tmp_path, text, start=start)
    return str(error.value).replace(f"{tmp_path}/", "")


ADDRESS = 'service.network.address.build(interface=link, family="inet", address="10.0.0.1", {})'


def test_a_service_remembers_its_line(tmp_path: Path) -> None:
    system = loaded(tmp_path, f'config.services["lan"] = {ADDRESS.format("prefix_length=24")}')
    assert str(system.services["lan"].where) == f"{tmp_path}/router.py:5"
    assert str(system.services.where("lan")) == f"{tmp_path}/router.py:5"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ADDRESS.format("prefix_lenght=24"), "router.py:5: network.address has no parameter 'prefix_lenght'\n  hint: did you mean prefix_length?"),
        (ADDRESS.format("prefix_length='24'"), "router.py:5: network.address.prefix_length must be a whole number from 0 to 128 bits, not '24'"),
        (ADDRESS.format(""), "router.py:5: network.address lacks the parameter 'prefix_length'"),
        (ADDRESS.format("prefix_length=64"), "prefix_length 64 is more than the 32 bits of IPv4"),
        ("service.network.adress.build()", "router.py:5: there is no service type 'network.adress'\n  hint: did you mean network.address"),
        ("service.network.build()", "router.py:5: 'network' is a group of service types, not one"),
        ('config.hardware.network_interfaces["lan"].output("ifnam")', "router.py:5: network.link has no output 'ifnam'; did you mean ifname?"),
        ('config.services["a b"] = link', "router.py:5: a key of config.services must be a name"),
        ('config.services["a"] = 3', "router.py:5: config.services['a'] must be a service, made by build(), not 3"),
        ('config.services["a"] = link\nconfig.services["a"] = link', "router.py:6: config.services['a'] is set twice\n  it was set at router.py:5"),
        ('config.kernel.config["CONFIG-X"] = "y"', "router.py:5: a key of config.kernel.config must be"),
        ('config.kernel.config["X"] = None', "router.py:5: config.kernel.config['X'] must be 'y', 'm', 'n'"),
        ('config.consle = "none"', "router.py:5: config has no 'consle'\n  hint: did you mean console?"),
        ("del config.kernel.modules", "router.py:5: config.kernel.modules cannot be deleted"),
        ("del config.state", "router.py:5: config.state cannot be deleted"),
        ("del config.kernel", "router.py:5: config.kernel cannot be deleted"),
        ('config.state = "root"', "router.py:5: config.state must be a label of 1 to 16 of A-Z a-z 0-9 _ . -, and not root"),
        ("config.services = {}", "router.py:5: config.services cannot be assigned as a whole"),
        ("config.packages = 'iproute2'", "router.py:5: config.packages must be a list"),
        ("1/0", "router.py:5: ZeroDivisionError: division by zero"),
        ("def", "router.py:5: syntax error: invalid syntax"),
    ],
)  # fmt: skip
def test_wrong_input(tmp_path: Path, text: str, message: str) -> None:
    assert message in problems(tmp_path, text)


def test_unknown_device(tmp_path: Path) -> None:
    start = START.replace("qemu-mipsel", "qemu-mipsl")
    message = problems(tmp_path, "", start=start)
    assert message.startswith("router.py:2: there is no device 'qemu-mipsl'\n  hint: did you mean")


def test_all_mistakes_of_a_run(tmp_path: Path) -> None:
    text = f"""
    bad = {ADDRESS.format("prefix_length=129")}
    config.services["dns"] = service.dnsmasq.build(interface=bad, domain="la n")
    config.services["bad"] = bad
    config.console = "graphical"
    """
    message = problems(tmp_path, text)
    lines = re.findall(r"^router.py:(\d+): (\S+)", message, re.MULTILINE)
    assert lines == [
        ("6", "network.address.prefix_length"),
        ("7", "dnsmasq.domain"),
        ("9", "config.console"),
    ]


def test_no_configuration(tmp_path: Path) -> None:
    assert "does not define `config`" in problems(tmp_path, "del config")
    with pytest.raises(ConfigurationError, match="there is no such file"):
        load(tmp_path / "nothing.py", Catalog.of())


def test_a_service_type_beside_the_file_is_one_option_away(tmp_path: Path) -> None:
    folder = tmp_path / "modules" / "line" / "meter"
    folder.mkdir(parents=True)
    (folder / "module.py").write_text("")
    (tmp_path / "router.py").write_text(
        "from liminix_gen import System\n"
        'config = System(device="qemu-mipsel")\n'
        "config.service.line.meter.build()\n"
    )
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path / "router.py", Catalog.of())
    (problem,) = caught.value.problems
    assert (
        problem.hint == f"`--modules {tmp_path / 'modules'}` adds the service types of that folder"
    )
