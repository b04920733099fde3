""".ci/install, with stand-ins for the programs of the machine."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "install"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that wants one package, on a machine of somebody who may use sudo."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(SCRIPT, tmp_path / ".ci" / "install")
    (tmp_path / ".ci" / "demo-packages").write_text("gcc\n")
    (tmp_path / "pyproject.toml").touch()
    program(tmp_path, "id", "echo 1000")
    program(tmp_path, "sudo", 'exec env -i PATH="$PATH" LOG="$LOG" "$@"')
    program(tmp_path, "apt-get", 'echo "$1 ${DEBIAN_FRONTEND-}" >>"$LOG"')
    program(
        tmp_path,
        "python3",
        'echo venv >>"$LOG"; mkdir -p .venv/bin; ln -sf /bin/true .venv/bin/pip',
    )
    return tmp_path


def program(project: Path, name: str, text: str) -> None:
    """Put a program before those of the machine."""
    file = project / "programs" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def done(project: Path, status: str) -> list[str]:
    """Run the script if dpkg says this of the package; return what was called."""
    program(project, "dpkg-query", status)
    log = project / "log"
    log.write_text("")
    subprocess.run(
        [project / ".ci" / "install", "demo"],
        check=True,
        capture_output=True,
        env={"PATH": f"{project / 'programs'}:/usr/bin:/bin", "LOG": str(log)},
    )
    return log.read_text().splitlines()


def says(*statuses: str) -> str:
    """Return a dpkg-query: each status, and what stands behind it in the format."""
    return "\n".join(f"printf '{one} '; printf \"${{3##*\\}}}}\"" for one in statuses)


@pytest.mark.parametrize("statuses", [("ii",), ("ii", "ii"), ("hi",), ("rc", "ii")])
def test_what_is_installed_is_not_asked_of_apt(project: Path, statuses: tuple[str, ...]) -> None:
    """For two architectures, say, or with apt told to leave it as it is."""
    assert done(project, says(*statuses)) == ["venv"]


def test_nobody_is_asked_by_what_is_installed(project: Path) -> None:
    assert done(project, "exit 1") == ["update ", "install noninteractive", "venv"]


def test_an_environment_that_was_not_finished_is_made_again(project: Path) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to("/bin/true")
    assert done(project, says("ii")) == ["venv"]
    assert done(project, says("ii")) == []
