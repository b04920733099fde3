"""Pick kernel modules, and all that they load first, out of a kernel's modules.

usage: kernel-modules.py MODULES OUT NAME...

MODULES holds lib/modules/VERSION as `make modules_install` leaves it. OUT gets the .ko
files and `order`: a line `name file` for each, in the order in which they are inserted.
depmod and modprobe of the build machine give that order, soft dependencies included; they
read modules of any architecture.
"""

import difflib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def module_name(file: str) -> str:
    """Return the name that the kernel gives to the module in this file: `-` becomes `_`."""
    return re.sub(r"\.ko$", "", Path(file).name).replace("-", "_")


def refuse_unknown(wanted: list[str], tree: Path) -> None:
    """End with a line for each wanted module that this kernel has in no form."""
    files = [
        line.split(":")[0]
        for name in ("modules.dep", "modules.builtin")
        for line in (tree / name).read_text().splitlines()
    ]
    known = sorted({module_name(file) for file in files})
    unknown = [name for name in wanted if module_name(name) not in known]
    for name in unknown:
        near = difflib.get_close_matches(module_name(name), known, n=3)
        line = f"liminix-gen-modules: unknown {name} nearest={','.join(near) or '-'}\n"
        sys.stderr.write(line)
    if unknown:
        sys.exit("This kernel has no such module, built in or as a file. Is its symbol set to m?")


def load_order(wanted: list[str], root: Path, version: str) -> list[Path]:
    """Return the files to insert, dependencies first; what is built in is left out."""
    order: list[Path] = []
    for name in wanted:
        command = ["modprobe", "-C", "/dev/null", "-S", version, "--show-depends", name]
        command += ["-d", str(root)]
        listing = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        for line in listing.splitlines():
            action, _, rest = line.partition(" ")
            if action == "insmod" and (file := Path(rest.split()[0])) not in order:
                order.append(file)
    return order


def main() -> None:
    """Read the command line; write OUT."""
    modules, out, *wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        shutil.copytree(Path(modules, "lib"), root / "lib", copy_function=shutil.copyfile)
        trees = list((root / "lib" / "modules").iterdir())
        if not trees:
            sys.exit("this kernel was built without modules: set MODULES=y")
        for folder in (root, *(path for path in root.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        subprocess.run(["depmod", "-C", "/dev/null", "-b", root, trees[0].name], check=True)
        refuse_unknown(wanted, trees[0])
        order = load_order(wanted, root, trees[0].name)
        target = Path(out)
        target.mkdir()
        for file in order:
            shutil.copyfile(file, target / file.name)
    lines = [f"{module_name(file.name)} {file.name}\n" for file in order]
    (target / "order").write_text("".join(lines))


main()
