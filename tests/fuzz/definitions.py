"""Random service types and boards: whole ones with a piece or two that is wrong or hostile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fuzz.hostile import PRELUDE, maybe, wrong

if TYPE_CHECKING:
    from random import Random

# In the place of what a method returns; {0} and {1} are expressions.
_BODIES = (
    "pass",
    "return None",
    "return {0}",
    "return ({0},)",
    "return [{0}, {1}]",
    "raise {0}",
    "raise Bad",
    "raise GeneratorExit",
    "raise SystemExit",
    "raise NameError('x')",
    "yield {0}",
    "yield from {0}",
    "return nothing",
    "return self.level.nothing",
    "return self.parts()",
    "self.level = 3",
    "assert False, {0}",
    "return self.subject()",
    "return Part({0})",
    "return Part(kind={0}, body={1})",
    "return (oneshot({0}),)",
    "return (oneshot('absent.nix'),)",
    "return (oneshot('body.nix'), oneshot('body.nix'))",
    "return (oneshot('body.nix', name={0}, after={1}),)",
    "return (oneshot('body.nix', level={0}, other={1}),)",
    "return (oneshot('body.nix', **{{{0}: {1}}}),)",
    "return (oneshot('body.nix', packages={0}, wants={1}),)",
    "return (longrun('body.nix', observes={0}, up_timeout_ms={1}),)",
    "return (longrun('body.nix', controls={0}, name={1}),)",
    "return Needs(kernel_modules={0}, kernel_symbols={1})",
    "return Needs(users={0}, groups={1})",
    "return Needs(files={0}, packages={1})",
    "return Needs(claims={0}, state={1})",
    "return Needs(existing_users={0}, login={1})",
    "return Needs(kernel_modules=(KernelModule({0}, {1}),))",
    "return Needs(kernel_symbols={{'NET': {0}}})",
    "return Needs(files=(text_file('/x', {0}),))",
)
_ATTRIBUTES = (
    "KERNEL = {0}",
    "KERNEL = KernelNeeds(modules={0}, symbols={1})",
    "KERNEL = KernelNeeds(on_request={0})",
    "OUTPUTS = {0}",
    "OUTPUTS = ({0}, {1})",
    "OUTPUTS = (Output({0}, {1}),)",
    "TYPE = {0}",
    "STANDS_FOR_ANY = {0}",
    "where = {0}",
    "is_built = {0}",
    "dependencies = {0}",
    "parts = {0}",
    "needs = {0}",
    "default_name = {0}",
    "publishes = {0}",
    "outputs = {0}",
    "def outputs(self): return {0}",
    "other: int = parameter({0}, {1}, default=1, example=1)",
    "other: int = parameter(values.Integer(0, 9), {0}, default={1}, example=1)",
    "other: int = parameter(values.Integer({0}, {1}), 'other', example=1)",
    "where: int = parameter(values.Integer(0, 9), 'other', example=1)",
    "_private: int = parameter(values.Integer(0, 9), 'other', default=1, example=1)",
    "other: Service = parameter(ServiceWith({0}), 'other', default={1}, example='x')",
    "other = parameter(values.MappingOf({0}, values.Text()), 'other', default={{}}, example={{}})",
    "other: str = parameter(Odd(), 'other', default='', example='')",
    "def __init__(self): pass",
    "def __attrs_post_init__(self): {0}",
    "def __repr__(self): return {0}",
    "def __eq__(self, other): return {0}",
    "def __getattr__(self, name): return {0}",
    "def output(self, name): return {0}",
    "__slots__ = ()",
    "{0}",
)
_TOP = (
    "raise {0}",
    "raise GeneratorExit",
    "import nothing",
    "from . import nothing",
    "x = (",
    "Gauge = {0}",
    "class Second(Service): pass",
    "del Gauge",
    "__name__ = 'x'",
    "__file__ = {0}",
    "import sys; sys.exit({0})",
    "def f(): f()\nf()",
)
_ODD_TYPE = """
class Odd(values.ValueType):
    def convert(self, value):
        {0}

    def describe(self):
        {1}
"""


def _filled(random: Random, pattern: str) -> str:
    return pattern.format(wrong(random), wrong(random))


def module(random: Random) -> str:
    """Return the text of a module.py whose folder has a body.nix."""
    odd = random.random
    bodies = {
        "parts": "return (oneshot('body.nix', packages=('busybox',), level=self.level),)",
        "needs": "return Needs(kernel_modules=self.KERNEL.modules, state=True)",
        "subject": "return f'gauge-{self.level}'",
        "check": "yield from ()",
    }
    for method in bodies:
        if odd() < 0.06:
            bodies[method] = _filled(random, random.choice(_BODIES))
    symbols = f"{{'GAUGE': {maybe(random, repr('m'))}}}"
    type_ = maybe(random, "values.Integer(0, 9)", chance=0.02)
    default = maybe(random, "1", chance=0.02)
    lines = [
        PRELUDE,
        _filled(random, _ODD_TYPE.format(*random.choices(_BODIES, k=2))) if odd() < 0.1 else "",
        "@service_type" if odd() < 0.97 else "",
        f"class Gauge({'Service' if odd() < 0.98 else 'object'}):",
        "    '''Measure.'''",
        f"    level: int = parameter({type_}, 'level', default={default}, example=2)",
        f"    KERNEL = KernelNeeds(modules=(KernelModule({maybe(random, repr('gauge'))}, {symbols}),))",
    ]
    if odd() < 0.15:
        lines.append(f"    {_filled(random, random.choice(_ATTRIBUTES))}")
    for method, body in bodies.items():
        if odd() < 0.9 or method == "parts":
            lines += [f"    def {method}(self):", f"        {body}"]
    if odd() < 0.03:
        lines.append(_filled(random, random.choice(_TOP)))
    return "\n".join(lines) + "\n"


_PLACE = "Place(address='0x82000000', size_bytes=0x1000)"


def board(random: Random) -> str:
    """Return the text of a device.py."""

    def some(right: str) -> str:
        return maybe(random, right, chance=0.02)

    tftp = random.random() < 0.1
    facts = {
        "description": "'Example'",
        "about": "'About\\nit'",
        "cross": f"CrossSystem(config={some(repr('mipsel-unknown-linux-musl'))})",
        "kernel": f"KernelBuild(architecture={some(repr('mips'))}, image={some(repr('vmlinux'))}, "
        f"symbols={some(repr({'NET': 'y'}))})",
        "console": "'ttyS0'",
        "command_line": "('console=ttyS0',)",
        "roots": f"{{'squashfs': Root(device={some(repr('/dev/mtdblock4'))}, "
        f"symbols={some(repr({'MTD': 'y'}))})}}",
        "network_interfaces": "interfaces",
        "boot": f"BootImage(format={some(repr('uimage'))}, load={some(repr('0x80000000'))}, "
        f"entry={some(repr('0x80000000'))})",
        "flash": f"Flash(address={some(repr('0xbc050000'))}, size_bytes={some('0xfb0000')}, "
        f"erase_block_bytes={some('0x10000')})",
        "outputs": "{'mtdimage': {}, 'tftpboot': {}}" if tftp else "{'mtdimage': {}}",
        "tftp": f"Tftp(memory={some(_PLACE)}, kernel={some(_PLACE)}, root={some(_PLACE)})"
        if tftp
        else "None",
        "boot_firmware": "{}",
        "default_output": "'mtdimage'",
        "qemu": "None",
    }
    facts = {name: some(fact) for name, fact in facts.items()}
    if random.random() < 0.05:
        del facts[random.choice(sorted(facts))]
    if random.random() < 0.05:
        facts[random.choice(("outputs", "flash", "name", "typo", "ubi"))] = wrong(random)
    if random.random() < 0.05:
        facts["outputs"] = f"{{{wrong(random)}: {{{wrong(random)}: {wrong(random)}}}}}"
    body = "return {'lan': service.network.link.build(ifname='eth0')}"
    if random.random() < 0.1:
        body = _filled(random, random.choice((*_BODIES, *_INTERFACES)))
    lines = [PRELUDE, "def interfaces(service):", f"    {body}", ""]
    lines += [f"{some('device') if random.random() < 0.02 else 'device'} = Device("]
    lines += [f"    {name}={fact}," for name, fact in facts.items()]
    lines.append(")")
    if random.random() < 0.04:
        lines.append(_filled(random, random.choice(_TOP)))
    return "\n".join(lines) + "\n"


_INTERFACES = (
    "return {{'lan': {0}}}",
    "return {{{0}: service.network.link.build(ifname='eth0')}}",
    "return {{'lan': service.network.link.build(ifname={0})}}",
    "return {{'lan': service.network.link.build(ifname='eth0', typo={0})}}",
    "return {{'lan': service.no_such.build()}}",
    "return {{'lan': service.network.link}}",
    "return {{'lan': service.network.address.build()}}",
)
