"""References to what a service publishes when the device runs, secrets among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from liminix_gen.model.values import HiddenError, ValueType

if TYPE_CHECKING:
    from liminix_gen.model.service import Service


@frozen
class OutputReference:
    """An output of a service, to be read on the device: ``wan.output("router")``."""

    service: Service
    name: str

    @property
    def family(self) -> str:
        """Of addresses, "inet" or "inet6" if they are always of that one."""
        return next((one.family for one in self.service.outputs() if one.name == self.name), "")

    @property
    def holds(self) -> str:
        """What kind of value it is, of those that parameters ask for."""
        return next((one.holds for one in self.service.outputs() if one.name == self.name), "")

    @property
    def secret(self) -> bool:
        """Whether only root may read it."""
        return any(one.secret for one in self.service.outputs() if one.name == self.name)


@frozen
class Secret(ValueType[OutputReference]):
    """An output that holds a password or a key when the device runs, and never the text itself."""

    def convert(self, value: object) -> OutputReference:
        if not isinstance(value, OutputReference):
            raise HiddenError(f"must be {self.describe()}: everybody can read what an image holds")
        return value

    def describe(self) -> str:
        return (
            "an output that holds the secret on the device, such as "
            "config.service.secret.file.build(path=PATH).output('value')"
        )


SECRET = Secret()
