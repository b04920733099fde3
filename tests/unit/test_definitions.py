"""Service types and boards of a user's own: what is wrong with one is told at its own line.

Members of the kind, each with the right value below:

- the file: a syntax error, an exception when it is imported, no class, two classes, a class without
  the decorator, a parameter that hides what every service has, a default or an example that its type
  refuses, an attribute that is no parameter, ``OUTPUTS``, ``KERNEL`` and ``EXAMPLE`` of another type, no
  ``parts()``, a folder given in the place of the one above it;
- the types of values: what each is made of, of another type or empty, on its own and inside of
  another; a default inside of a Record;
- claims: what cannot be compared, or is no text, a port of no protocol;
- ``parts()``, ``needs()``, ``check()``, ``subject()``, an own value type: an exception (also one
  that is no Exception), None, another type, a part of two names, a body that is not there, a value
  that Nix has not, a kernel symbol with CONFIG_, a service that build() did not make;
- a board: the same of its file, facts of another type, an output or a fact that there is not, a
  firmware that there is not, unknown interfaces.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.errors import ConfigurationError, DefinitionError
from tests.support.forked import ended as run
from tests.support.steps import load_plan

START = """\
from liminix_gen import *

@service_type
class Gauge(Service):
    '''Measure.'''

    level: int = parameter(values.Integer(0, 9), "level", default=1, example=2)
"""
ONE = "return (oneshot('gauge.nix'),)"
CONFIGURATION = """\
from liminix_gen import System
config = System(device="qemu-mipsel")
config.services["gauge"] = config.service.gauge.build()
"""


def told(tmp_path: Path, configuration: str = CONFIGURATION) -> str:
    """Return what is wrong with a configuration that uses the modules and devices of a folder."""
    (tmp_path / "router.py").write_text(configuration)
    folders = {
        kind: (tmp_path / kind,) for kind in ("modules", "devices") if (tmp_path / kind).is_dir()
    }
    with pytest.raises(ConfigurationError) as error:
        load_plan(tmp_path / "router.py", **folders)
    assert error.value.exit_code == 2
    return str(error.value).replace(f"{tmp_path}/", "")


def module(tmp_path: Path, text: str, name: str = "gauge") -> None:
    folder = tmp_path / "modules" / name
    folder.mkdir(parents=True)
    (folder / "module.py").write_text(text)
    (folder / "gauge.nix").write_text("{ }: { up = ''; }")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\nx = (", "module.py:2: syntax error: '(' was never closed"),
        ("import nothing_of_this_name", "module.py:1: ModuleNotFoundError: No module named 'nothing_of_this_name'"),
        ("from . import nothing", "module.py:1: ImportError"),
        ("def f():\n    raise GeneratorExit\nf()", "module.py:2: GeneratorExit"),
        ("raise SystemExit(3)", "module.py:1: SystemExit: 3"),
        ("x = 1", "module.py:1: must define one service type, not 0"),
        ("from liminix_gen import *\nclass A(Service): pass\nclass B(Service): pass", "module.py:1: must define one service type, not 2"),
        ("from liminix_gen import *\nclass A(Service):\n  pass", "module.py:2: the class A lacks the decorator @service_type"),
        (START.replace("default=1", "default='1'"), "module.py:7: the default must be a whole number from 0 to 9, not '1'"),
        (START.replace("values.Integer(0, 9)", "int"), "module.py:7: the type of a parameter must be one of liminix_gen.values, such as Text(), not <class 'int'>"),
        (START.replace("level:", "where:"), "module.py:7: a parameter cannot be named 'where'"),
        (START + "    OUTPUTS = ('ifname',)", "module.py:8: OUTPUTS must be a tuple of Output, not ('ifname',)"),
        (START + "    OUTPUTS = (Output('a', 'b'), Output('a', 'b'))", "module.py:8: OUTPUTS has 'a' twice"),
        (START + "    OUTPUTS = (Output('a', 'b'), Output('a', 'c'))", "module.py:8: OUTPUTS has 'a' twice"),
        (START + "    EXAMPLE = ('level',)", "module.py:8: EXAMPLE must be an Example, or None, not ('level',)"),
        (START + "    EXAMPLE = Example(parameters=('lvl',))", "module.py:8: EXAMPLE shows 'lvl', which is no parameter"),
        (START.replace("example=2", "example='x'"), "module.py:7: the example of level must be a whole number from 0 to 9, not 'x'"),
        (START + "    other: int = 5", "module.py:8: other must be made by parameter(), or be a ClassVar"),
        (START + "    other: int", "module.py:8: other must be made by parameter(), or be a ClassVar"),
        (START + "    KERNEL = None", "module.py:8: KERNEL must be a KernelNeeds, not None"),
        (START + "    KERNEL = KernelNeeds(symbols={'CONFIG_NET': 'y'})", "module.py:8: KernelNeeds.symbols must be a kernel symbol without CONFIG_, not 'CONFIG_NET'"),
        # its parts
        (START, "module.py:4: the class Gauge lacks the method parts()"),
        (START + "    def parts(self):\n        return oneshto()", "module.py:9: NameError: name 'oneshto' is not defined"),
        (START + "    def parts(self):\n        pass", "module.py:8: parts() must return a tuple of Part, not None"),
        (START + "    def parts(self):\n        return [3]", "module.py:8: parts() must return a tuple of Part, not of 3"),
        (START + "    def parts(self):\n        return ()", "module.py:8: parts() has no part without a name"),
        (START + "    def parts(self):\n        return (oneshot('gaige.nix'),)", "module.py:8: parts() names 'gaige.nix', and there is no such file"),
        (START + "    def parts(self):\n        return (oneshot('gauge'),)", "module.py:9: the body of a part must be the name of a .nix file"),
        (START + "    def parts(self):\n        return (oneshot('gauge.nix'), oneshot('gauge.nix'))", "module.py:8: parts() has two parts named ''"),
        (START + "    def parts(self):\n        return (oneshot('gauge.nix', name='a b'),)", "module.py:9: the name of a part must be"),
        (START + "    def parts(self):\n        return (oneshot('gauge.nix', packages='curl'),)", "module.py:9: packages of a part must be a list"),
        (START + "    def parts(self):\n        return (oneshot('gauge.nix', packages=['curl', 'curl']),)", "module.py:9: packages of a part must be different, and 'curl' is there twice"),
        (START + "    def parts(self):\n        return (oneshot('gauge.nix', after=('other',)),)", "module.py:8: parts() has a part '' after 'other', which is not a part of the type"),
        (START + "    def parts(self):\n        return (longrun('gauge.nix', observes=('zz',)),)", "module.py:8: parts() observes 'zz', which is not a service type"),
        (START + "    def parts(self):\n        return (oneshot('gauge.nix', after=('',)),)", "module.py:8: the parts of gauge need each other: gauge -> gauge"),
        (START + "    def parts(self):\n        return (oneshot('gauge.nix', me=self),)", "module.py:8: the parts of gauge need each other: gauge -> gauge"),
        (START + "    def parts(self):\n        return tuple(oneshot('gauge.nix', name=n, after=(o,)) for n, o in (('', 'x'), ('x', '')))", "module.py:8: the parts of gauge need each other: gauge"),
        (START + "    def parts(self):\n        return (oneshot('gauge.nix', wants=(Service(),)),)", "module.py:9: wants must hold services, made by build(), not <Service>"),
        (START + "    def parts(self):\n        return (oneshot('gauge.nix', level={3}),)", "module.py:9: parameters of a part ['level'] must be None, True, False, a number"),
        (START + "    def parts(self):\n        return (oneshot('gauge.nix', level=float('nan')),)", "module.py:9: parameters of a part ['level'] must be"),
        (START + "    def parts(self):\n        return (oneshot('gauge.nix', level='\\ud800'),)", "module.py:9: parameters of a part ['level'] must be text that UTF-8 can encode"),
        (START + f"    def parts(self): {ONE}\n    def needs(self): pass", "module.py:9: needs() must return Needs, not None"),
        (START + f"    def parts(self): {ONE}\n    def needs(self): return Needs(kernel_symbols={{'NET': True}})", "module.py:9: Needs.kernel_symbols ['NET'] must be 'y', 'm', 'n', a number"),
        (START + f"    def parts(self): {ONE}\n    def needs(self): return Needs(files=('/x',))", "module.py:9: Needs.files must be a File, not '/x'"),
        (START + f"    def parts(self): {ONE}\n    def outputs(self): return ['ifname']", "module.py:9: outputs() must return a tuple of Output, not ['ifname']"),
        (START + f"    def parts(self): {ONE}\n    def outputs(self): return ('ifname',)", "module.py:9: outputs() must return a tuple of Output, not ('ifname',)"),
        (START + f"    def parts(self): {ONE}\n    def outputs(self): return self.nothing", "module.py:9: AttributeError"),
        (START + f"    def parts(self): {ONE}\n    def outputs(self): return 2 * (Output('a', 'b'),)", "module.py:9: outputs() returns 'a' twice"),
        (START + f"    def parts(self): {ONE}\n    def check(self): yield mistake('is bad', 'volume')", "module.py:9: check() yields a mistake of 'volume', which is no parameter"),
        (START + f"    def parts(self): {ONE}\n    def check(self): yield mistake('is bad', 5)", "module.py:9: Mistake.argument must be the name of a parameter, not 5"),
        (START + f"    def parts(self): {ONE}\n    def check(self): yield mistake(5, 'level')", "module.py:9: Mistake.sentence must be text, not 5"),
        (START + "    def parts(self):\n        return (longrun('gauge.nix', controls=(3,)),)", "module.py:9: controls must hold services, made by build(), not 3"),
        (START + f"    def parts(self): {ONE}\n    def check(self): return 3", "module.py:9: check() must yield sentences"),
        (START + f"    def parts(self): {ONE}\n    def check(self): yield 1 / 0", "module.py:9: ZeroDivisionError: division by zero"),
        (START + f"    def parts(self): {ONE}\n    def __attrs_post_init__(self): self.level = 3", "FrozenInstanceError"),
    ],
)  # fmt: skip
def test_a_service_type_of_a_users_own(tmp_path: Path, text: str, message: str) -> None:
    module(tmp_path, text)
    said = told(tmp_path)
    assert message in said
    assert said.startswith("modules/gauge/module.py:")
    assert said.endswith(" gauge of router.py:3")


@pytest.mark.parametrize(
    ("type_", "message"),
    [
        ("values.Text(pattern='(')", "Text.pattern must be a regular expression, not '('"),
        ("values.Text(pattern=5)", "Text.pattern must be text, not 5"),
        ("values.Text(description=None)", "Text.description must be text, not None"),
        ("values.Text(may_be_empty='no')", "Text.may_be_empty must be True or False, not 'no'"),
        ("values.Text(max_bytes='9')", "Text.max_bytes must be a whole number, not '9'"),
        ("values.Integer(9, 1)", "Integer takes no number: 1 is less than 9"),
        ("values.Integer('1', 9)", "Integer.minimum must be a whole number, not '1'"),
        ("values.Integer(1, 9, 5)", "Integer.unit must be text, not 5"),
        ("values.NumberKey(9, 1, 'a key')", "NumberKey takes no number: 1 is less than 9"),
        ("values.Number(5)", "Number.unit must be text, not 5"),
        ("values.OneOf()", "OneOf must have a word"),
        ("values.OneOf(['a', 'b'])", "OneOf must have words, as in OneOf('a', 'b'), not ['a', 'b']"),
        ("values.Optional(None)", "Optional.inner must be one of liminix_gen.values, such as Text(), not None"),
        ("values.ListOf(values.Text)", "ListOf.inner must be one of liminix_gen.values, such as Text(), not <class"),
        ("values.ListOf(values.ListOf(str))", "ListOf.inner must be one of liminix_gen.values, such as Text(), not <class 'str'>"),
        ("values.Several(values.Text)", "Several.inner must be one of"),
        ("values.MappingOf(str, values.Text())", "MappingOf.keys must be one of"),
        ("values.MappingOf(values.Text(), str)", "MappingOf.inner must be one of"),
        ("values.Record(('a', 'b'))", "Record.fields must be a dictionary, not ('a', 'b')"),
        ("values.Record({'a': values.Text()})", "Record.fields must have a name and a Field each, not 'a': Text("),
        ("values.Record({1: values.Field(values.Text(), 'a')})", "Record.fields must have a name and a Field each, not 1: Field("),
        ("values.Field(values.Text(), 'a')", "the type of a parameter must be one of liminix_gen.values, such as Text(), not Field("),
        ("values.Field(values.Text, 'a')", "Field.type must be one of"),
        ("values.Field(values.Text(), None)", "Field.description must be a line of text, not None"),
        ("values.Field(values.Integer(1, 9), 'a', default='z')", "the default must be a whole number from 1 to 9, not 'z'"),
        ("values.Short(values.Text(), 'a')", "Short.inner must be a Record, not Text("),
        ("values.Short(values.Record({'a': values.Field(values.Text(), 'a')}), 'b')", "Short.key must be a key of its Record (a), not 'b'"),
        ("values.IPAddress('inet')", "the family of an address must be 4, 6 or None, not 'inet'"),
        ("values.HostAddress('inet')", "the family of an address must be 4, 6 or None, not 'inet'"),
        ("values.Host(5)", "the family of an address must be 4, 6 or None, not 5"),
        ("OrOutput(values.Text)", "OrOutput.inner must be one of"),
        ("OrOutput(values.Text(), may_be_secret=1)", "OrOutput.may_be_secret must be True or False, not 1"),
        ("OrOutput(values.Text(), holds='speed')", "OrOutput.holds must be one of '', 'address', 'bit/s', not 'speed'"),
        ("ServiceWith(['ifname'])", "an output of ServiceWith must be a file's name, not ['ifname']"),
        ("values.Text(), None", "the description of a parameter must be a line of text, not None"),
    ],
)  # fmt: skip
def test_what_a_type_of_values_is_made_of(tmp_path: Path, type_: str, message: str) -> None:
    declared = type_ if type_.endswith(", None") else f'{type_}, "level"'
    text = START.replace(
        'values.Integer(0, 9), "level", default=1, example=2', f"{declared}, example=2"
    )
    module(tmp_path, f"{text}    def parts(self): {ONE}")
    said = told(tmp_path)
    assert said.startswith(f"modules/gauge/module.py:7: {message}")
    assert said.endswith(" gauge of router.py:3")


def test_a_default_is_what_its_type_makes_of_it(tmp_path: Path) -> None:
    speeds = (
        "values.Record({'up': values.Field(values.Bandwidth(), 'up', default='8 kbit'), "
        "'down': values.Field(values.Bandwidth(), 'down', default=None)})"
    )
    text = START.replace("values.Integer(0, 9)", speeds).replace("default=1", "default={}")
    text = text.replace("example=2", "example={}")
    module(tmp_path, f"{text}    def parts(self): return (oneshot('gauge.nix', level=self.level),)")
    (tmp_path / "router.py").write_text(CONFIGURATION)
    plan = load_plan(tmp_path / "router.py", modules=(tmp_path / "modules",))
    (gauge,) = (one for one in plan.services if one.name == "gauge")
    assert gauge.parameters == {"level": {"up": 8000, "down": None}}


@pytest.mark.parametrize(
    ("needed", "message"),
    [
        ("claims=listening('tcp', 80)", "the protocol of a port must be one of 'TCP', 'UDP', not 'tcp'"),
        ("claims=listening('TCP', 99999)", "the number of a port must be a whole number from 1 to 65535, not 99999"),
        ("claims=(claim(),)", "Claim.words must be one word or several, not ()"),
        ("claims=(claim('x', [1]),)", "Claim.words must be text, a number, a service or a tuple of these, not [1]"),
        ("claims=(claim('x', holder={}),)", "Claim.holder must be text, a number, a service or a tuple of these, not {}"),
        ("claims=(Claim(words=('x',), text=5),)", "Claim.text must be text, not 5"),
        ("claims=(Claim(words=('x',), text='x', place=([],)),)", "Claim.place must be text, a number, a service or a tuple of these, not []"),
        ("claims=(Claim(words=('x',), text='x', place=5),)", "Claim.place must be a list, each element text, a number"),
        ("claims=(Claim(words=('x',), text='x', home='lan'),)", "Claim.home must be a HomeOf and an interface, not 'lan'"),
        ("claims=(Claim(words=('x',), text='x', hint=None),)", "Claim.hint must be text, not None"),
        ("admissions=(Admission(interface='lan', ports=(('TCP', 1, 2),)),)", "Admission.ports must be 'tcp' or 'udp', the first port and the last, as ('tcp', 80, 80), not ('TCP', 1, 2)"),
        ("admissions=(Admission(interface='lan', ports=None, rescue=(0,)),)", "Admission.rescue must be a whole number from 1 to 65535, not 0"),
        ("inside=(in_a_network('192.0.2.1', 'x', None),)", "Inside.where must be a line, as line_of() returns it, not None"),
        ("inside=(answered('udp', 53, '192.0.2.1', 'x', self.where),)", "the protocol of a port must be one of 'TCP', 'UDP', not 'udp'"),
        ("inside=(Inside(words=('x',), place=(), text='x', where=self.where),)", "Inside.words must be a list, each element text"),
        ("outside=(Outside(words=('x',), place=([],), text='x', where=self.where),)", "Outside.place must be text, a number"),
        ("outside=(on_ethernet('lan', 5, self.where),)", "Outside.text must be text, not 5"),
    ],
)  # fmt: skip
def test_claims(tmp_path: Path, needed: str, message: str) -> None:
    body = f"    def parts(self): {ONE}\n    def needs(self): return Needs({needed})"
    module(tmp_path, START + body)
    said = told(tmp_path)
    assert said.startswith(f"modules/gauge/module.py:9: {message}")
    assert said.endswith(" gauge of router.py:3")


def test_a_mistake_may_be_about_what_every_service_takes(tmp_path: Path) -> None:
    body = (
        f"    def parts(self): {ONE}\n    def check(self): yield mistake('is bad', 'dependencies')"
    )
    module(tmp_path, START + body)
    assert told(tmp_path) == "router.py:3: gauge: dependencies: is bad"


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        ("return None", "module.py:9: AttributeError"),
        ("return 'a b'", "module.py:9: subject() makes no name of a service: the name must be a name of 1 to 63"),
        ("raise KeyError(3)", "module.py:9: KeyError: 3"),
    ],
)  # fmt: skip
def test_a_subject(tmp_path: Path, subject: str, message: str) -> None:
    module(tmp_path, f"{START}    def parts(self): {ONE}\n    def subject(self): {subject}\n")
    text = CONFIGURATION.replace(
        '["gauge"] = config.service.gauge.build()',
        '["f"] = config.service.network.forward.build(dependencies=[config.service.gauge.build()])',
    )
    assert message in told(tmp_path, text)


def test_mistakes_of_a_module_are_told_beside_those_of_the_configuration(tmp_path: Path) -> None:
    module(tmp_path, "x = y")
    said = told(tmp_path, f"{CONFIGURATION}config.state = 3\n")
    assert said.startswith("modules/gauge/module.py:1: NameError: name 'y' is not defined\n")
    assert "\nrouter.py:4: config.state must be" in said


def test_an_error_of_two_modules_is_of_the_kind(tmp_path: Path) -> None:
    module(tmp_path, f"{START}    def parts(self): return ()")
    (tmp_path / "router.py").write_text(CONFIGURATION)
    with pytest.raises(DefinitionError):
        load_plan(tmp_path / "router.py", modules=(tmp_path / "modules",))


def test_what_can_be_loaded_is_listed(tmp_path: Path) -> None:
    module(tmp_path, f"{START}    def parts(self): {ONE}\n", "good")
    module(tmp_path, "x = y", "bad")
    for options in ((), ("--json",)):
        done = run("services", "--modules", "modules", *options, cwd=tmp_path, code=2)
        assert "good" in done.stdout
        assert "dnsmasq" in done.stdout
        assert done.stderr.endswith(
            "/modules/bad/module.py:1: NameError: name 'y' is not defined\n"
        )
    assert json.loads(done.stdout)
    (tmp_path / "devices/bad").mkdir(parents=True)
    (tmp_path / "devices/bad/device.py").write_text("device = None")
    done = run("devices", "--devices", "devices", cwd=tmp_path, code=2)
    assert "qemu-mipsel" in done.stdout
    assert done.stderr.endswith("bad/device.py:1: does not define `device`, a Device\n")


@pytest.mark.parametrize(
    ("example", "message"),
    [
        ("device='nosuch'", "line 3 of the example: there is no device 'nosuch'"),
        ("before=('x = = 1',)", "line 5 of the example: syntax error: invalid syntax"),
        ("before=('service.gauge.build(level=10)',)", "line 5 of the example: gauge.level must be"),
    ],
)
def test_why_what_an_example_brings_is_not_known(
    tmp_path: Path, example: str, message: str
) -> None:
    module(tmp_path, f"{START}    EXAMPLE = Example({example})\n    def parts(self): {ONE}")
    done = run("services", "gauge", "--modules", "modules", cwd=tmp_path)
    assert f"WHAT IT BRINGS INTO THE IMAGE\n  not known  {message}" in done.stdout
    done = run("services", "gauge", "--modules", "modules", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["brings"]["mistakes"][0].startswith(message)
    run("docs", "-o", "manual", "--modules", "modules", cwd=tmp_path)
    assert f"| not known | {message}" in (tmp_path / "manual/services/gauge.md").read_text()


def test_a_type_without_a_docstring_has_not_that_of_another(tmp_path: Path) -> None:
    text = START.replace("    '''Measure.'''\n", "")
    module(tmp_path, f"{text}    def parts(self): {ONE}")
    done = run("services", "gauge", "--modules", "modules", cwd=tmp_path)
    assert done.stdout.startswith("gauge\n\nIts class has no docstring.\n")
    done = run("services", "--modules", "modules", cwd=tmp_path)
    assert "\ngauge\n" in done.stdout


@pytest.mark.parametrize(("kind", "file"), [("modules", "module.py"), ("devices", "device.py")])
def test_a_folder_in_the_place_of_the_one_above_it(tmp_path: Path, kind: str, file: str) -> None:
    (tmp_path / "own/gauge").mkdir(parents=True)
    (tmp_path / "own/gauge" / file).touch()
    done = run("services", f"--{kind}", "own/gauge", cwd=tmp_path, code=2)
    assert f"own/gauge: holds {file} itself\n" in done.stderr
    assert f"give the folder that gauge is in: --{kind} own\n" in done.stderr


BOARD = """\
from liminix_gen import CrossSystem, Device, Flash, KernelBuild, Root

def interfaces(service):
    return {"lan": service.network.link.build(ifname="eth0")}

device = Device(
    description="Example",
    cross=CrossSystem(config="mipsel-unknown-linux-musl"),
    kernel=KernelBuild(architecture="mips", image="vmlinux", symbols={"NET": "y"}),
    console="ttyS0",
    roots={"squashfs": Root(device="/dev/mtdblock4")},
    network_interfaces=interfaces,
    outputs={"squashfs": {}},
    default_output="squashfs",
)
"""


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("import CrossSystem", "import CrosSystem", "device.py:1: ImportError"),
        ("device = D", "board = D", "device.py:1: does not define `device`, a Device"),
        ('console="ttyS0"', "console=0", "device.py:6: console must be a terminal, such as ttyS0, not 0"),
        ('"NET"', '"CONFIG_NET"', "device.py:9: KernelBuild.symbols must be a kernel symbol without CONFIG_"),
        ('"NET": "y"', '"NET": "yes"', "device.py:9: KernelBuild.symbols ['NET'] must be 'y', 'm', 'n', a number, or text in double quotes, not 'yes'"),
        ('"squashfs": Root', '"squashsf": Root', "roots must be one of 'squashfs', 'ext4', 'jffs2', 'ubifs', not 'squashsf'"),
        ('"squashfs": {}', '"mtdimag": {}', "device.py:13: there is no output 'mtdimag'\n  for the device of router.py:2\n  hint: did you mean mtdimage"),
        ('"squashfs": {}', '"gptimage": {"sizebytes": 3}', "device.py:13: the output gptimage takes no 'sizebytes'\n  for the device of router.py:2\n  hint: did you mean sizeBytes"),
        ('"squashfs": {}', '"kexecboot": {"ramBytes": 3}', "device.py:13: the output kexecboot lacks 'rootAddress'"),
        ('t_output="squashfs"', 't_output="vmroot"', "device.py:14: default_output 'vmroot' is not an output of the board"),
        ('Root(device="/dev/mtdblock4")', 'Root(device="PARTUUID=1-2"), "ext4": Root(device="/dev/sda2")', "device.py:11: the root squashfs is found by PARTUUID, which the kernel alone knows"),
        ("outputs=", 'boot_firmware="amd-firmware", outputs=', "boot_firmware must be a dictionary, each key a package's name, each value a line of text, not"),
        ("outputs=", 'boot_firmware={"radio-firmware": "mute"}, outputs=', "device.py:13: there is no firmware 'radio-firmware'"),
        ("service.network.link", "service.network.lin", "device.py:4: there is no service type 'network.lin'"),
        ("return", "return None;", "device.py:3: network_interfaces must return a dictionary of services made by build(), not None"),
        ("return", "return service.x.y;", "device.py:3: network_interfaces must return"),
        ("return", "return nothing;", "device.py:4: NameError: name 'nothing' is not defined"),
        ("=interfaces", "={}", "device.py:6: network_interfaces must be a function, not {}"),
        ("outputs=", "services=3, outputs=", "device.py:6: services must be a function, not 3"),
        ('="mips"', '="z80"', "device.py:9: KernelBuild.architecture must be one of 'arm', 'arm64', 'mips', 'x86', not 'z80'"),
        ('="mips"', '="arm64"', "device.py:6: cross is for mipsel-unknown-linux-musl, and the kernel for arm64: aarch64-..."),
        ("mipsel-unknown-linux-musl", "hello world", "device.py:8: CrossSystem.config must be what is compiled for"),
        ('"vmlinux"', '"../vmlinux"', "device.py:9: KernelBuild.image must be a path below the build tree"),
        ('"vmlinux"', '"vmlinux", device_tree="mti/malta"', "device.py:9: KernelBuild.device_tree must be a device tree"),
        ('"vmlinux"', '"vmlinux", source="openwrt-25.12"', "device.py:9: KernelBuild: source 'openwrt-25.12' and `openwrt` go together"),
        ('"/dev/mtdblock4"', '"/dev/mtd block4"', "device.py:11: Root.device must be a word of the kernel's command line"),
        ('"squashfs": Root', '"jffs2": Root', "device.py:6: roots: a root that is jffs2 has `erase_block_bytes`"),
        ('"squashfs": {}', '"squashfs": {}, "jffs2": {}', "device.py:13: the output jffs2 cannot hold a root of the board"),
        ('"squashfs": {}', '"squashfs": {}, "ubimage": {}', "device.py:13: the output ubimage cannot hold a root of the board"),
        ("outputs=", 'flash=Flash(address="0xbc000000", size_bytes=0, erase_block_bytes=1), outputs=', "Flash.size_bytes must be a whole number from 1 to"),
        ("outputs=", 'flash=Flash(address="0xbc000000", size_bytes=100, erase_block_bytes=64), outputs=', "Flash: 100 bytes are not whole erase blocks of 64"),
        ("outputs=", 'flash=Flash(address="0xbc000000", size_bytes=128, erase_block_bytes=64, kernel_bytes=128), outputs=', "Flash: the kernel's 128 bytes leave no room"),
    ],
)  # fmt: skip
def test_a_board_of_a_users_own(tmp_path: Path, before: str, after: str, message: str) -> None:
    folder = tmp_path / "devices/mine"
    folder.mkdir(parents=True)
    assert before in BOARD
    (folder / "device.py").write_text(BOARD.replace(before, after))
    said = told(
        tmp_path,
        'from liminix_gen import System\nconfig = System(device="mine")\n'
        'config.hardware.network_interfaces["lan"]\nconfig.state = 3\n',
    )
    assert said.startswith("devices/mine/device.py:")
    assert message in said
    assert "router.py:4: config.state must be" in said
    assert "no network interface" not in said


def own_board(folder: Path, text: str = BOARD, name: str = "mine") -> Path:
    (folder / "devices" / name).mkdir(parents=True)
    file = folder / "devices" / name / "device.py"
    file.write_text(text)
    return file


def test_a_device_tree_that_is_not_the_boards(tmp_path: Path) -> None:
    file = own_board(tmp_path, BOARD.replace('"vmlinux"', '"vmlinux", device_tree="mti/mine.dtb"'))
    (file.parent / "mien.dts").write_text("/dts-v1/; / { };")
    done = run("devices", "--devices", "devices", "mine", cwd=tmp_path, code=2)
    assert "device.py:9: mien.dts is not the device tree of the board" in done.stderr
    (file.parent / "mien.dts").rename(file.parent / "mine.dts")
    run("devices", "--devices", "devices", "mine", cwd=tmp_path)


def test_what_a_board_builds_is_wrong_at_its_own_line(tmp_path: Path) -> None:
    """Also if the configuration is data, or there is none."""
    own_board(tmp_path, BOARD.replace("ifname=", "ifnam="))
    (tmp_path / "router.json").write_text('{"device": "mine"}')
    for words in (("check", "router.json"), ("devices", "mine")):
        done = run(*words, "--devices", "devices", cwd=tmp_path, code=2)
        assert "devices/mine/device.py:4: network.link has no parameter 'ifnam'" in done.stderr


def test_a_symbol_that_no_image_can_have_so_is_told_in_the_boards_file(tmp_path: Path) -> None:
    own_board(tmp_path, BOARD.replace('"NET": "y"', '"NET": "n"'))
    said = told(tmp_path, 'from liminix_gen import System\nconfig = System(device="mine")\n')
    assert "devices/mine/device.py:9: kernel symbol NET cannot be both y and n" in said


def test_another_board_of_the_same_name_has_no_proof(tmp_path: Path) -> None:
    own_board(tmp_path, name="gl_mt300a")
    shown = run("devices", "--devices", "devices", "gl-mt300a", cwd=tmp_path).stdout
    assert "nothing yet" in shown
    assert "parts have a driver" not in shown


TYPE = """from liminix_gen import Part, Service, oneshot, service_type

@service_type
class Gauge(Service):
    def parts(self) -> tuple[Part, ...]:
        return (oneshot("gauge.nix"),)
"""


@pytest.mark.parametrize(
    ("kind", "folder", "file"),
    [
        ("modules", "gau ge", "module.py"),
        ("modules", "tür", "module.py"),
        ("devices", "families", "device.py"),
        ("devices", "b b", "device.py"),
        ("outputs", "default", "output.py"),
        ("outputs", "system", "output.py"),
    ],
)
def test_a_folder_that_cannot_be_a_name(tmp_path: Path, kind: str, folder: str, file: str) -> None:
    (tmp_path / kind / folder).mkdir(parents=True)
    (tmp_path / kind / folder / file).write_text(TYPE)
    catalog = Catalog.of(**{kind: (tmp_path / kind,)})
    load = {"modules": catalog.service_type, "devices": catalog.device, "outputs": catalog.image}
    with pytest.raises(DefinitionError, match=f"the folder '{folder}' cannot be a name"):
        load[kind](folder)


def test_a_linked_folder_has_types_and_a_hidden_one_has_none(tmp_path: Path) -> None:
    for place in ("elsewhere/gauge", "modules/.venv/gauge"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "module.py").write_text(TYPE)
    (tmp_path / "modules/mine").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/round").symlink_to(tmp_path / "modules")
    own = Catalog.of((tmp_path / "modules",)).service_types.keys() - Catalog.of().service_types
    assert own == {"mine.gauge"}


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "there is no output.nix beside it"), (b"\xff\xfe", "output.nix: is not UTF-8")],
)
def test_an_output_that_cannot_be_read(tmp_path: Path, content: bytes | None, message: str) -> None:
    (tmp_path / "outputs/tarball").mkdir(parents=True)
    (tmp_path / "outputs/tarball/output.py").write_text(
        'from liminix_gen import Image\noutput = Image(help="the root")\n'
    )
    if content is not None:
        (tmp_path / "outputs/tarball/output.nix").write_bytes(content)
    own_board(tmp_path, BOARD.replace('"squashfs": {}', '"squashfs": {}, "tarball": {}'))
    (tmp_path / "router.py").write_text(
        'from liminix_gen import System\nconfig = System(device="mine")\n'
    )
    words = ("emit", "router.py", "--devices", "devices", "--outputs", "outputs")
    done = run("--package-set", "nixpkgs", *words, cwd=tmp_path, code=2)
    assert message in done.stderr
    assert not (tmp_path / "router-tree").exists()
