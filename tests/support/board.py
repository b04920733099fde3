"""A board without hardware: the real program `system`, run by busybox over a root in a folder.

What only a kernel does, such as a boot, is not here: tests/storage has that.
"""

from __future__ import annotations

import os
from pathlib import Path

from liminix_gen import process

SYSTEM = Path(__file__).parents[2] / "packages" / "system" / "system.sh"
BUSYBOX = "/usr/bin/busybox"

OLD = "/nix/store/00000000000000000000000000000000-system"
NEW = "/nix/store/11111111111111111111111111111111-system"
SHARED = "/nix/store/22222222222222222222222222222222-shared"
GARBAGE = "/nix/store/33333333333333333333333333333333-garbage"

# Says on standard error what OpenSSH says; runs the command that it is given here.
_SSH = """\
#!/bin/sh
while [ "$1" != -- ]; do shift; done
exec {shell} -c "$3"
"""


def add_system(root: Path, path: str, *needs: str) -> None:
    """Put a system into a store, with what it needs."""
    folder = Path(f"{root}{path}")
    folder.mkdir(parents=True)
    (folder / "activate").write_text(f"#!/bin/sh\necho {path}\n", encoding="utf-8")
    (folder / "activate").chmod(0o555)
    (folder / "store-paths").write_text("".join(f"{one}\n" for one in needs), encoding="utf-8")
    for one in needs:
        add_path(root, one)


def add_path(root: Path, path: str) -> None:
    """Put a store path with a folder, a file and a link into a store."""
    folder = Path(f"{root}{path}") / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "program").write_bytes(path.encode() * 100)
    (folder / "program").chmod(0o555)
    if not (folder / "link").is_symlink():
        (folder / "link").symlink_to(f"{path}/bin/program")


class Board:
    """A root that can be updated, with the system OLD, which runs and is confirmed."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.programs = folder / "programs"
        self.programs.mkdir(parents=True)
        process.run([BUSYBOX, "--install", "-s", str(self.programs)])
        for name in ("etc", "run"):
            (self.root / name).mkdir(parents=True)
        add_system(self.root, OLD, SHARED)
        self.link("activate", OLD)
        self.link("init", OLD)
        self.tell(device="qemu-mipsel", root="jffs2", kernel="KERNEL")
        self.write("system", f'exec {BUSYBOX} sh {SYSTEM} "$@"\n')
        self.write("ssh", _SSH.format(shell=f"{BUSYBOX} sh").partition("\n")[2])

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": str(self.programs), "SYSTEM_ROOT": str(self.root)}

    def write(self, name: str, script: str) -> None:
        """Put a program into the PATH of the board and of its ssh."""
        file = self.programs / name
        file.unlink(missing_ok=True)
        file.write_text(f"#!{BUSYBOX} sh\n{script}", encoding="utf-8")
        file.chmod(0o755)

    def tell(self, **facts: str) -> None:
        """Write the facts of the system that runs."""
        text = "".join(f"{key}={value}\n" for key, value in {"hostname": "board", **facts}.items())
        (self.root / "etc" / "liminix-system").write_text(text, encoding="utf-8")

    def link(self, name: str, system: str) -> None:
        (self.root / name).unlink(missing_ok=True)
        (self.root / name).symlink_to(f"{system}/activate")

    def marked(self, name: str) -> str | None:
        link = self.root / name
        return os.path.dirname(link.readlink()) if link.is_symlink() else None  # noqa: PTH120

    def system(
        self,
        *words: str,
        input: str | list[bytes] | None = None,  # noqa: A002
        code: int = 0,
    ) -> process.Completed:
        """Run the board's `system`; ``code`` is what it must end with."""
        command = [BUSYBOX, "sh", str(SYSTEM), *words]
        done = process.run(command, env=self.environment, input=input, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def store(self) -> dict[str, bytes | str]:
        """Return all files and links of the store by path."""
        store = self.root / "nix" / "store"
        return {
            str(file.relative_to(store)): str(file.readlink())
            if file.is_symlink()
            else file.read_bytes()
            for file in sorted(store.rglob("*"))
            if file.is_symlink() or file.is_file()
        }

    def beside_the_store(self) -> list[str]:
        return sorted(file.name for file in (self.root / "nix").iterdir() if file.name != "store")
