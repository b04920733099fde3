"""Names and paths in the Nix store, and the two texts that go with a tree."""

import re
import shutil
import subprocess

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from liminix_gen.debian.fetch_script import fetch_script
from liminix_gen.debian.sandbox import tree_settings
from liminix_gen.debian.settings import nix_config, require_sandbox
from liminix_gen.debian.store_path import store_name, store_path
from liminix_gen.errors import ConfigurationError, InternalError
from liminix_gen.nix.environment import NixMachine, settings
from tests.unit.test_debian_lock import package

ROOT = NixMachine(
    user="root",
    is_root=True,
    daemon=False,
    trusted=True,
    build_users=False,
    sandbox=True,
    sandbox_paths=(),
)
STRANGER = evolve(ROOT, user="anna", is_root=False, daemon=True, trusted=False)


def test_path_is_that_of_nix() -> None:
    # nix-store --print-fixed-path sha256 HASH NAME
    digest = "ae95fe63d4c553f8d0e6c86cb1ab566f3894a43743eb19ab585cd97d82f26514"
    assert store_path("linux-source-6.1_6.1.192-2_all.deb", digest) == (
        "/nix/store/46csmqddj7cpg8bnx5c66afkg0s2yhc5-linux-source-6.1_6.1.192-2_all.deb"
    )


def test_name_in_the_store_has_no_tilde() -> None:
    path = "pool/main/d/dnsmasq/dnsmasq-base_2.90-4~deb12u2_mipsel.deb"
    assert store_name(path) == "dnsmasq-base_2.90-4_deb12u2_mipsel.deb"


@given(st.text(min_size=1))
def test_name_in_the_store_is_always_legal(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9+._?=-]*", store_name(f"pool/{text}"))


def test_root_without_build_users_and_daemon() -> None:
    assert settings(nix_config(ROOT))["build-users-group"] == ""
    assert "build-users-group" not in settings(nix_config(evolve(ROOT, build_users=True)))
    assert "build-users-group" not in settings(nix_config(evolve(ROOT, daemon=True)))
    assert "build-users-group" not in settings(nix_config(evolve(ROOT, is_root=False)))


def test_own_settings_of_the_user_stay() -> None:
    own = "# mine\nsubstituters = https://cache.example\nsandbox-paths = /opt /usr\ncores = 1\n"
    found = settings(nix_config(ROOT, own))
    assert found["substituters"] == "https://cache.example"
    assert found["cores"] == "1"
    assert found["sandbox-paths"].split() == [
        "/usr",
        "/bin",
        "/lib",
        "/lib64?",
        "/etc/alternatives?",
        "/opt",
    ]
    assert settings(nix_config(ROOT, "sandbox = false"))["sandbox"] == "false"


def test_applying_twice_changes_nothing() -> None:
    once = nix_config(ROOT, "cores = 1\n")
    assert settings(nix_config(ROOT, once)) == settings(once)


def test_daemon_that_refuses_the_sandbox_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="extra-trusted-users = anna"):
        require_sandbox(STRANGER)
    with pytest.raises(ConfigurationError, match="does not let the user anna"):
        require_sandbox(evolve(STRANGER, sandbox_paths=("/usr",)))


def test_daemon_that_shows_the_tools_is_enough() -> None:
    there = ("/usr", "/bin", "/lib", "/lib64", "/etc/alternatives=/etc/alternatives")
    require_sandbox(evolve(STRANGER, sandbox_paths=there))
    require_sandbox(evolve(STRANGER, sandbox=False))
    require_sandbox(evolve(STRANGER, trusted=True))


def test_own_sandbox_paths_are_not_the_daemons() -> None:
    there = ("/usr", "/bin", "/lib", "/lib64", "/etc/alternatives")
    with pytest.raises(ConfigurationError):
        require_sandbox(evolve(STRANGER, sandbox_paths=there), "sandbox-paths = " + " ".join(there))


def test_settings_of_a_tree_name_no_machine() -> None:
    assert settings(tree_settings())["sandbox"] == "true"
    assert "build-users-group" not in settings(tree_settings())


def test_fetch_script_is_sorted_and_clean() -> None:
    one, two = package("busybox"), package("libc6")
    assert fetch_script([one, two]) == fetch_script([two, one, one])
    assert one.path in fetch_script([one])
    assert shutil.which("shellcheck")
    done = subprocess.run(
        ["shellcheck", "-"], input=fetch_script([one]), text=True, capture_output=True, check=False
    )
    assert done.stdout == ""


def test_fetch_script_takes_nothing_that_a_shell_reads() -> None:
    for path in ("pool/$(reboot).deb", "pool/a b.deb", "pool/a'b.deb", "pool/a\nEND\nreboot"):
        with pytest.raises(InternalError):
            fetch_script([evolve(package("busybox"), path=path)])
