"""Keys of WireGuard for tests, each private one with its public one (base64)."""

from __future__ import annotations

from typing import NamedTuple


class Pair(NamedTuple):
    """A key that is known to nobody else, and what everybody may know."""

    private: str
    public: str


HUB = Pair(
    "UDWz4r+a/WLyxlc7TE04BLWWp5fwAGiMwOvyoZni10g=",
    "ZOl936ko4O9d3NZekQWR4I/9wLRKqQa1b2TWQMjZSyA=",
)
HUB6 = Pair(
    "WFV2MgNRc0//mfrQWLz6CFWSpl49y/SgKLIQ3QODH3E=",
    "F/eGcCmak8khmeSE5G6V+7eglGOd2tLT8vE/x1QDXF8=",
)
PHONE = Pair(
    "4PzjoipkSQhYD9l18/2eLXRCYAkAGZI9tFLxppAqLWc=",
    "uOUTEL/NgPpcZ1br6SeT0YrYvs2jl4kmp9yytZIReVY=",
)
OTHER = Pair(
    "kBNseiB+wDGbFhV+coaPFKPvbwQYZsxgg1BwR8S+r1A=",
    "qtLs8OqOz0NQbQuDmXNdoKQs/ijf8eOC58SscX59Hms=",
)
BRANCH6 = Pair(
    "WJvWXkKIHtuXS4qLJa/IcANmTaQhVDxN8yhV11CIgGk=",
    "EARlwgC/Ze/5/gGXJ3l97H5PQTXOA+1mAWx4pxB14jc=",
)
PRESHARED = "Qaec5MFiLz1TwcZcEVwP1ZIjS2uYZgdFCx/5lf3zJUY="
