"""What a file of Nix reaches."""

from __future__ import annotations

import pytest

from liminix_gen.nix.closure import closure, paths


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import ./a.nix { b = ../c/d.sh; }", ["./a.nix", "../c/d.sh"]),
        ("[ ./a ./b-c/d_e.f+g ]", ["./a", "./b-c/d_e.f+g"]),
        ("a/b.nix", ["a/b.nix"]),
        ("# ./a\n/* ./b\n./c */ ./d", ["./d"]),
        ('"./a ${./b} ./c"', ["./b"]),
        ('"\\${./a} $${./b} \\" ${"${./c}"}"', ["./c"]),
        ("''./a ''${./b} $${./c} ''' ${./d} ''\\n''", ["./d"]),
        ("''${{ a = ''x ${./b}''; }.a} ./c'' + ./d", ["./b", "./d"]),
        ("<nixpkgs/lib> /a/b ~/c https://d/e x // y", []),
        ("{ inherit (a) b; }.b.c", []),
    ],
)
def test_paths_are_those_that_nix_sees(text: str, found: list[str]) -> None:
    assert list(paths(text)) == [(path, False) for path in found]


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ('./files + "/${name}"', "./files"),
        ("./files/${name}", "./files"),
        ("./files/a-${name}.nix", "./files"),
        ("./${name}.nix", "."),
    ],
)
def test_a_computed_path_leads_to_its_folder(text: str, folder: str) -> None:
    assert list(paths(text)) == [(folder, True)]


FILES = {
    "default.nix": b'import ./lib (import ./system.nix) "${./data}"',
    "system.nix": b"./modules/a/run.sh",
    "lib/default.nix": b'[ ../modules/b.nix (./parts + "/${x}") ./gone.nix ./. ]',
    "lib/parts/one.nix": b"./two.txt",
    "lib/parts/two.txt": b"./three.txt",
    "lib/parts/three.txt": b"",
    "lib/other.nix": b"",
    "modules/a/run.sh": b"./more.sh",
    "modules/a/more.sh": b"",
    "modules/b.nix": b"../modules/b.nix",
    "data/x": b"",
    "data/x.py": b"import os\nfrom shared import name\n  import not_at_the_top\n",
    "data/shared.py": b"",
    "lib/shared.py": b"",
    "data/y/z": b"",
}


def test_what_is_reached_is_there_and_nothing_else() -> None:
    reached = closure(
        ["default.nix"],
        FILES.get,
        lambda folder: (path for path in FILES if path.startswith(f"{folder}/")),
    )
    assert FILES.keys() - reached.keys() == {"lib/other.nix", "lib/shared.py", "modules/a/more.sh"}
    assert list(reached) == sorted(reached)
    assert reached.items() <= FILES.items()


def test_a_source_of_fennel_reaches_the_tests_beside_it() -> None:
    files = {"a.nix": b"[ ./x.fnl ./y.fnl ]", "x.fnl": b"", "x-test.fnl": b"", "y.fnl": b""}
    files |= {"z-test.fnl": b"", "x-test-more.fnl": b""}
    found = closure(["a.nix"], files.get, lambda _: ())
    assert set(found) == {"a.nix", "x.fnl", "x-test.fnl", "y.fnl"}
