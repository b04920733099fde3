"""Whole homes in one call: services that belong together, made from few parameters."""

from __future__ import annotations

from liminix_gen.profiles.access_points import AccessPoint, access_point
from liminix_gen.profiles.gateways import Gateway, gateway

__all__ = ["AccessPoint", "Gateway", "access_point", "gateway"]
