"""Router firmware from a typed configuration file.

The names here are all that a configuration, a module or a board needs. They are imported when
they are first used, so that the command line starts fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liminix_gen.editor import System
    from liminix_gen.model import values
    from liminix_gen.model.claim import (
        Admission,
        Claim,
        Inside,
        addressed,
        bridge_port,
        claim,
        in_a_network,
        listening,
        radio,
        routed,
        setting,
        subnet,
    )
    from liminix_gen.model.device import BootImage, CrossSystem, Device, Flash, Qemu, Root, Ubi
    from liminix_gen.model.image import (
        File,
        Group,
        PackagePath,
        RuntimePath,
        User,
        device_node,
        directory,
        hard_link,
        link,
        text_file,
    )
    from liminix_gen.model.kernel import KernelBuild, KernelModule, KernelNeeds, OpenWrt
    from liminix_gen.model.memory import Place, Tftp
    from liminix_gen.model.output import Fact, Image
    from liminix_gen.model.parameter import parameter
    from liminix_gen.model.reference import SECRET, OutputReference
    from liminix_gen.model.service import (
        INTERFACE,
        Example,
        Mistake,
        Needs,
        OrOutput,
        Output,
        Part,
        Service,
        ServiceNamespace,
        ServiceWith,
        bands_of,
        boot_parts,
        common_outputs,
        interface_of,
        longrun,
        mistake,
        oneshot,
        service_type,
    )

__version__ = "0.1.0"

_HOME = {
    "System": "config",
    "values": "model",
    "Admission": "model.claim",
    "Claim": "model.claim",
    "Inside": "model.claim",
    "addressed": "model.claim",
    "bridge_port": "model.claim",
    "claim": "model.claim",
    "in_a_network": "model.claim",
    "listening": "model.claim",
    "radio": "model.claim",
    "routed": "model.claim",
    "setting": "model.claim",
    "subnet": "model.claim",
    "BootImage": "model.device",
    "CrossSystem": "model.device",
    "Device": "model.device",
    "Flash": "model.device",
    "Qemu": "model.device",
    "Root": "model.device",
    "Ubi": "model.device",
    "File": "model.image",
    "Group": "model.image",
    "PackagePath": "model.image",
    "RuntimePath": "model.image",
    "User": "model.image",
    "device_node": "model.image",
    "directory": "model.image",
    "hard_link": "model.image",
    "link": "model.image",
    "text_file": "model.image",
    "KernelBuild": "model.kernel",
    "KernelModule": "model.kernel",
    "KernelNeeds": "model.kernel",
    "OpenWrt": "model.kernel",
    "Place": "model.memory",
    "Tftp": "model.memory",
    "Fact": "model.output",
    "Image": "model.output",
    "parameter": "model.parameter",
    "INTERFACE": "model.service",
    "SECRET": "model.reference",
    "Example": "model.service",
    "Mistake": "model.service",
    "Needs": "model.service",
    "OrOutput": "model.service",
    "Output": "model.service",
    "OutputReference": "model.reference",
    "Part": "model.service",
    "Service": "model.service",
    "ServiceNamespace": "model.service",
    "ServiceWith": "model.service",
    "bands_of": "model.service",
    "boot_parts": "model.service",
    "common_outputs": "model.service",
    "interface_of": "model.service",
    "longrun": "model.service",
    "mistake": "model.service",
    "oneshot": "model.service",
    "service_type": "model.service",
}

__all__ = [
    "INTERFACE",
    "SECRET",
    "Admission",
    "BootImage",
    "Claim",
    "CrossSystem",
    "Device",
    "Example",
    "Fact",
    "File",
    "Flash",
    "Group",
    "Image",
    "Inside",
    "KernelBuild",
    "KernelModule",
    "KernelNeeds",
    "Mistake",
    "Needs",
    "OpenWrt",
    "OrOutput",
    "Output",
    "OutputReference",
    "PackagePath",
    "Part",
    "Place",
    "Qemu",
    "Root",
    "RuntimePath",
    "Service",
    "ServiceNamespace",
    "ServiceWith",
    "System",
    "Tftp",
    "Ubi",
    "User",
    "addressed",
    "bands_of",
    "boot_parts",
    "bridge_port",
    "claim",
    "common_outputs",
    "device_node",
    "directory",
    "hard_link",
    "in_a_network",
    "interface_of",
    "link",
    "listening",
    "longrun",
    "mistake",
    "oneshot",
    "parameter",
    "radio",
    "routed",
    "service_type",
    "setting",
    "subnet",
    "text_file",
    "values",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'liminix_gen' has no attribute {name!r}")
    home = f"liminix_gen.{_HOME[name]}"
    if name == "values":
        return import_module(f"{home}.values")
    return getattr(import_module(home), name)
