"""Access points."""

from collections.abc import Iterator, Mapping
from typing import cast

from liminix_gen import (
    INTERFACE,
    SECRET,
    Claim,
    Example,
    KernelModule,
    KernelNeeds,
    Mistake,
    Needs,
    Part,
    Service,
    bands_of,
    claim,
    interface_of,
    longrun,
    mistake,
    parameter,
    service_type,
    values,
)

from .channels import BANDS, Band

_SETTING = values.Text(pattern="[a-z0-9_]+", description="a name as hostapd.conf has it")
_OPEN = "open"
# Where weather is watched it listens for ten minutes (ETSI EN 301 893 table D.1).
_RADAR_MS = 700_000
_BRIDGES = ("bridge.members", "bridge.primary")

# What encrypts frames (CCMP) and protects those of the radio itself (BIP). Drivers have the kernel
# find them by name, for which it would call modprobe.
_CIPHERS = (
    KernelModule("aes_generic", {"CRYPTO": "y", "CRYPTO_AES": "m"}),
    KernelModule("ccm", {"CRYPTO": "y", "CRYPTO_CCM": "m"}),
    KernelModule("cmac", {"CRYPTO": "y", "CRYPTO_CMAC": "m"}),
    KernelModule("ctr", {"CRYPTO": "y", "CRYPTO_CTR": "m"}),
)

# What hostapd.conf says of each. With WPA3 the frames of the radio itself are protected (802.11w).
_SECURITY: Mapping[str, tuple[str, ...]] = {
    "wpa3": ("wpa=2", "wpa_key_mgmt=SAE", "rsn_pairwise=CCMP", "ieee80211w=2", "sae_pwe=2"),
    "wpa2-wpa3": (
        "wpa=2",
        "wpa_key_mgmt=WPA-PSK SAE",
        "rsn_pairwise=CCMP",
        "ieee80211w=1",
        "sae_require_mfp=1",
        "sae_pwe=2",
    ),
    "wpa2": ("wpa=2", "wpa_key_mgmt=WPA-PSK", "rsn_pairwise=CCMP"),
    _OPEN: (),
}
_NETWORK = values.Record(
    {
        "bridge": values.Field(INTERFACE, "the bridge that its stations are in"),
        "password": values.Field(
            values.Optional(SECRET),
            "output that holds the password, 8 to 63 characters; None if it is open",
            default=None,
        ),
        "security": values.Field(
            values.OneOf(*_SECURITY),
            "how stations prove that they know the password; wpa2-wpa3 is for old ones besides",
            default="wpa2-wpa3",
        ),
        "hidden": values.Field(values.Boolean(), "whether its name is not told", default=False),
        "isolated": values.Field(
            values.Boolean(),
            "whether its stations do not reach each other",
            default=False,
        ),
    }
)
Network = Mapping[str, object]
# What is said of each network, or asked of the radio.
_NOT_OF_SETTINGS = frozenset(
    {"ap_isolate", "bridge", "bss", "bssid", "ignore_broadcast_ssid", "ieee80211w", "interface"}
    | {"rsn_pairwise", "sae_password", "sae_pwe", "ssid", "ssid2", "utf8_ssid"}
    | {"wpa", "wpa_key_mgmt", "wpa_passphrase", "wpa_psk"}
    | {"ieee80211n", "ieee80211ac", "ieee80211ax", "ht_capab", "vht_capab"}
)


@service_type
class AccessPoint(Service):
    """Offer wireless networks by a radio (hostapd): WPA3 and WPA2 with a password.

    Each network is in a bridge, as a socket would be: what a bridge has (addresses, DHCP, a zone
    of the firewall) its stations have. A network for guests is one more, in a bridge of its own.

    What the radio is capable of (802.11n, ac, ax) it is asked at each start; ``width`` is what it
    may use of the band. ``country`` says what is allowed where the board is, and where channels are
    shared with radar the radio listens for a minute before it speaks. ``services`` says why a
    network is not there.
    """

    KERNEL = KernelNeeds(modules=_CIPHERS)
    EXAMPLE = Example(
        before=(
            'config.state = "state"',
            'radio = config.hardware.network_interfaces["wlan"]',
            'bridge = service.bridge.primary.build(ifname="int")',
            'guest_bridge = service.bridge.primary.build(ifname="guests")',
            'password = service.secret.file.build(path="/state/secrets/wifi").output("value")',
            'secret = service.secret.file.build(path="/state/secrets/wifi-guests")',
            'guest_password = secret.output("value")',
        )
    )

    radio: Service = parameter(
        INTERFACE,
        "interface of the radio, of those that the board has",
        example="radio",
    )
    country: str = parameter(values.COUNTRY, "where the board is; rules differ", example="DE")
    networks: Mapping[str, Network] = parameter(
        values.MappingOf(values.SSID, _NETWORK),
        "the networks, by the names that people see (SSID)",
        example={
            "Home": {"bridge": "bridge", "password": "password"},
            "Guests": {"bridge": "guest_bridge", "password": "guest_password", "isolated": True},
        },
    )
    band: str | None = parameter(
        values.Optional(values.BAND),
        "where the radio is to be, if it can be in two; None is its usual one",
        default=None,
        example="5 GHz",
    )
    channel: int | None = parameter(
        values.Optional(values.Integer(1, 177)),
        "number of the channel; None takes the one with the least noise at each start",
        default=None,
        example=11,
    )
    width: int | None = parameter(
        values.Optional(values.Integer(20, 160, "MHz")),
        "width of the channel: 20, 40, 80 or 160; None is 20 at 2.4 GHz, and at 5 GHz 80 or what "
        "the channel can have in the country",
        default=None,
        example=40,
    )
    settings: Mapping[str, str] = parameter(
        values.MappingOf(_SETTING, values.Text()),
        "further lines of hostapd.conf, for the radio",
        default={},
        example={"beacon_int": "200"},
    )

    def subject(self) -> str:
        return str(interface_of(self.radio))

    def _band(self) -> Band:
        return BANDS[self.band or next(iter(bands_of(self.radio)), "2.4 GHz")]

    def check(self) -> Iterator[str | Mistake]:
        if not self.networks:
            yield mistake("there is no network to offer", "networks")
        for name, network in self.networks.items():
            bridge = cast("Service", network["bridge"])
            if bridge.TYPE not in _BRIDGES:
                said = f"the {bridge.TYPE} of {bridge.where} is no bridge"
                yield mistake(said, "networks", name, "bridge")
            if network["security"] == _OPEN and network["password"] is not None:
                yield mistake("an open network has no password", "networks", name, "password")
            if network["security"] != _OPEN and network["password"] is None:
                said = 'it has no password, and its security is not "open"'
                yield mistake(said, "networks", name)
        wrong = tuple(self._mistakes_of_radio())
        yield from wrong
        # What cannot be has no lines.
        ours = () if wrong else {line.partition("=")[0] for line in self._radio_lines()}
        for name in self.settings:
            if name in ours or name in _NOT_OF_SETTINGS:
                yield mistake(f"{name} is a matter of the other parameters", "settings", name)

    def _mistakes_of_radio(self) -> Iterator[Mistake]:
        bands = bands_of(self.radio)
        name = interface_of(self.radio)
        if not bands:
            hint = (
                "`liminix-gen devices NAME` lists a board's; the network.link of another has bands"
            )
            yield mistake(f"{name} is no radio", "radio", hint=hint)
        elif self.band is not None and self.band not in bands:
            has = " and ".join(bands)
            hint = f"leave band out: it is {bands[0]} then"
            yield mistake(f"{name} is a radio for {has}, not {self.band}", "band", hint=hint)
        else:
            yield from self._band().mistakes(self.channel, self.width, self.country, bands)

    def _radio_lines(self) -> tuple[str, ...]:
        band = self._band()
        width = self.width or band.width(self.channel, self.country)
        return (
            "driver=nl80211",
            "ctrl_interface=/run/hostapd",
            f"country_code={self.country}",
            "ieee80211d=1",
            # What lies under power and radar rules (TPC, DFS) is told with it.
            *(("ieee80211h=1",) if band.name == "5 GHz" else ()),
            "wmm_enabled=1",
            *band.lines(self.channel, width),
        )

    def needs(self) -> Needs:
        name = interface_of(self.radio)
        country = Claim(
            words=("the country of radios",),
            text=f"radios in {self.country}",
            holder=self.country,
            hint="the kernel has one country for all radios",
        )
        claims = (claim("the access point of", name), country)
        return Needs(kernel_modules=self.KERNEL.modules, claims=claims)

    def parts(self) -> tuple[Part, ...]:
        return (
            longrun(
                "access-point.nix",
                packages=("hostapd-small", "radio-capabilities"),
                band=self._band().name.removesuffix(" GHz"),
                lines=(
                    *self._radio_lines(),
                    *(f"{name}={value}" for name, value in self.settings.items()),
                ),
                networks=tuple(
                    {
                        "bridge": network["bridge"],
                        "password": network["password"],
                        "name": name,
                        "lines": (
                            # Hexadecimal, so that any text can be one.
                            f"ssid2={name.encode().hex()}",
                            "utf8_ssid=1",
                            f"ignore_broadcast_ssid={int(cast('bool', network['hidden']))}",
                            f"ap_isolate={int(cast('bool', network['isolated']))}",
                            *_SECURITY[cast("str", network["security"])],
                        ),
                    }
                    for name, network in self.networks.items()
                ),
                radio=self.radio,
                up_timeout_ms=_RADAR_MS if self._band().name == "5 GHz" else 60_000,
            ),
        )
