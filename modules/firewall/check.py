"""Runs when the image is built: refuse a script that nft(8) does not understand.

usage: check.py SCRIPT EXPRESSION...

What nft makes of the rules is compared with EXPRESSION, the kernel's names of what the image's
modules have. Whether this machine's kernel takes the rules says nothing of the device: it is not
asked, if that can be distinguished.
"""

import re
import subprocess
import sys
from pathlib import Path

# What is in nf_tables itself (nf_tables_core.c of Linux).
CORE = {
    *("bitwise", "byteorder", "cmp", "counter", "dynset", "exthdr", "immediate", "inner"),
    *("last", "lookup", "meta", "objref", "payload", "range", "rt"),
}
OF_THE_KERNEL = ("Could not process rule", "cache initialization failed")


def place(script: list[str], number: int) -> str:
    """Return where a line of the script is, in the words of the configuration."""
    entry = ""
    for line in script[:number]:
        if match := re.match(r"\t(?:ct )?\w+ ([\w-]+) \{", line):
            entry = match[1]
    return f"{entry!r}, {script[number - 1].strip()!r}"


def main() -> None:
    """Check a script; what is wrong with it goes to standard error."""
    file, *expressions = sys.argv[1:]
    command = ["unshare", "--map-root-user", "--net", "nft", "--check", "--debug=netlink"]
    done = subprocess.run([*command, "--file", file], capture_output=True, text=True, check=False)
    script = Path(file).read_text(encoding="utf-8").split("\n")
    pattern = rf"^{re.escape(file)}:(\d+):[\d-]+: Error: (.*)$"
    errors = [
        (int(number), what)
        for number, what in re.findall(pattern, done.stderr, re.MULTILINE)
        if not what.startswith(OF_THE_KERNEL)
    ]
    refused = [f"{place(script, number)}: nft says: {what}" for number, what in errors]
    used = set(re.findall(r"^  \[ (\w+) ", done.stdout, re.MULTILINE))
    refused += [
        f"a rule uses {name!r} of the kernel, and the modules of no statement have it"
        for name in sorted(used - CORE - {*expressions})
    ]
    if refused:
        sys.exit("\n".join(f"liminix-gen-refused: firewall {what}" for what in refused))
    if used or done.returncode == 0:
        sys.stdout.write("firewall: rules are checked\n")
    else:
        said = done.stderr.strip()
        sys.stdout.write(f"firewall: this machine cannot check the rules: {said}\n")


main()
