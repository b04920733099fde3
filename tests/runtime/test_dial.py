"""pppoe: where its user and its password are to be seen while it dials, under the real supervisor.

What dials looks for them itself: it is in the place of pppd, which tests/line has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.runtime.evaluated import evaluated
from tests.runtime.router import ROOT, Router, wait_for

SECRETS = {"user": 'visitor"@\\provider', "key": "correct horse $staple"}
PPPD = """#!/usr/bin/env python3
import json, os, stat, sys
from pathlib import Path

file = Path(sys.argv[sys.argv.index("file") + 1])
seen = b""
for process in Path("/proc").glob("[0-9]*"):
    for name in ("cmdline", "environ"):
        try:
            seen += (process / name).read_bytes()
        except OSError:
            pass
found = {{
    "options": file.read_text(),
    "mode": oct(stat.S_IMODE(file.stat().st_mode)),
    "seen": [name for name, text in {secrets!r}.items() if text.encode() in seen],
}}
Path("{found}.new").write_text(json.dumps(found))
Path("{found}.new").rename("{found}")
sys.exit(19)
"""


def dialled(router: Router, folder: Path) -> dict[str, Any]:
    """Dial once; return what was there to be seen."""
    store = folder / "store"
    for name in ("busybox", "pppd"):
        (store / name / "bin").mkdir(parents=True)
    (store / "busybox" / "bin" / "sh").symlink_to("/usr/bin/busybox")
    (store / "services").mkdir()
    (store / "services" / "bin").symlink_to(router.programs)
    (store / "ppp-options").write_text("nodetach\n")
    common = (ROOT / "modules" / "ppp" / "dial.sh").read_text(encoding="utf-8")
    (store / "dial.sh").write_text(common.replace("/run/$name", f"{folder}/$name"))
    found = folder / "found"
    pppd = store / "pppd" / "bin" / "pppd"
    pppd.write_text(PPPD.format(found=found, secrets=SECRETS))
    pppd.chmod(0o755)
    router.add("port", up="put ifname wan")
    for name, text in SECRETS.items():
        literal = text.replace("'", "'\\''")
        router.add(name, up=f"umask 077; put value '{literal}'")
    texts = {"notification-fd": "3\n", "timeout-finish": "3000\n"}
    bodies = evaluated(ROOT / "tests/runtime/dial.nix", programs=f'"{store}"', source=str(ROOT))
    for file, text in bodies.items():
        moved = re.sub(r"\S*dial\.sh", str(store / "dial.sh"), text)
        moved = moved.replace("/run/services", str(router.run))
        texts[file] = moved.replace("/run/$name", f"{folder}/$name")
    router.add("wan", "wan.daemon", controlled=True)
    router.add_directory("wan.daemon", "port", *SECRETS, texts=texts)
    router.start()
    wait_for(found.exists, "a call")
    return json.loads(found.read_text())


def test_the_secrets_are_in_a_file_of_roots_alone(
    new_router: Callable[..., Router], tmp_path: Path
) -> None:
    router = new_router()
    found = dialled(router, tmp_path)
    assert found["options"].splitlines() == [
        "nodetach",
        'user "visitor\\"@\\\\provider"',
        'password "correct horse $staple"',
    ]
    assert found["mode"] == "0o600"
    assert found["seen"] == []
    wait_for(lambda: "refuses the user's name" in router.rows()["wan.daemon"].note, "what it says")
    said = router.log + router.done("list", "--json")
    published = [file.read_text() for file in (router.run / "outputs" / "wan.daemon").iterdir()]
    for secret in SECRETS.values():
        assert secret not in said
        assert secret not in "".join(published)
    assert not (tmp_path / "wan.daemon.options").exists()
