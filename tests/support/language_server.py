"""basedpyright as an editor talks to it (the Language Server Protocol, version 3.17)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

BIN = Path(sys.executable).parent


class LanguageServer:
    """A language server with a folder open in it; a `|` in a text is where the cursor is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._child = subprocess.Popen(
            [BIN / "basedpyright-langserver", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        root = {"uri": folder.as_uri(), "name": folder.name}
        format_ = {"contentFormat": ["markdown"]}
        document = {
            "hover": format_,
            "signatureHelp": {"signatureInformation": {"documentationFormat": ["markdown"]}},
        }
        self._ask(
            "initialize",
            processId=None,
            rootUri=root["uri"],
            workspaceFolders=[root],
            capabilities={"textDocument": document, "workspace": {"configuration": True}},
        )
        self._tell("initialized")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        self._child.communicate()

    def completions(self, text: str) -> Mapping[str, Mapping[str, Any]]:
        """Return what can stand at the cursor, by its label."""
        found = self._at("textDocument/completion", text)
        return {one["label"]: one for one in found["items"]}

    def hover(self, text: str) -> str:
        """Return what is shown of the word behind the cursor."""
        return str(self._at("textDocument/hover", text)["contents"]["value"])

    def parameters(self, text: str) -> Mapping[str, str]:
        """Return the parameters of the call at the cursor, with what is said of each."""
        signature = self._at("textDocument/signatureHelp", text)["signatures"][0]
        return {
            one["label"]: one.get("documentation", {}).get("value", "")
            for one in signature["parameters"]
        }

    def _at(self, method: str, text: str) -> Any:
        before, _, after = text.partition("|")
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        uri = (self._folder / f"router{self._number}.py").as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": before + after}
        self._tell("textDocument/didOpen", textDocument=document)
        position = {"line": line, "character": column}
        return self._ask(method, textDocument={"uri": uri}, position=position)

    def _ask(self, method: str, **parameters: object) -> Any:
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": parameters})
        while True:
            message = self._receive()
            if message.get("id") == number and "method" not in message:
                return message["result"]
            if "id" in message and "method" in message:  # what the server asks the editor
                wanted = message["params"].get("items", []) if message["params"] else []
                self._send({"id": message["id"], "result": [self._settings(one) for one in wanted]})

    def _settings(self, item: Mapping[str, str]) -> object:
        return {"pythonPath": sys.executable} if item.get("section") == "python" else None

    def _tell(self, method: str, **parameters: object) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: Mapping[str, object]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._child.stdin is not None
        self._child.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._child.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        length = 0
        while header := self._child.stdout.readline().strip():
            name, _, value = header.partition(b":")
            length = int(value) if name == b"Content-Length" else length
        assert length, "the server has ended"
        return json.loads(self._child.stdout.read(length))
