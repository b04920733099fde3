"""A home: PPPoE with a delegated prefix, quick while it is full; a LAN, guests and things apart in
VLANs; DNS for all; a phone that is in the LAN from wherever it is.

It is for a board with one port to the provider and one to a switch that knows VLANs.
"""

from ipaddress import ip_network

from liminix_gen import System

config = System(device="qemu-mipsel", hostname="home")
config.kernel.modules = "all"
config.state = "state"  # the partition that keeps keys, leases and the password of the line
service = config.service
ports = config.hardware.network_interfaces

# --- the line: `ssh root@router 'umask 077; cat > /state/secrets/ppp'` gives it the password -----

password = service.secret.file.build(path="/state/secrets/ppp").output("value")
line = service.pppoe.build(
    interface=ports["wan"], username="user@provider.example", password=password
)
config.services["line"] = line
config.services["default-route"] = service.network.route.build(
    target="default", via=line.output("router"), interface=line
)
config.services["resolver"] = service.network.resolver.build(source=line)
prefix = service.dhcp6.client.build(
    interface=service.ipv6.autoconfig.build(interface=line), address=False, prefix_length=56
)
config.services["prefix"] = prefix
config.services["queues"] = service.qos.cake.build(
    interface=line, upload="40 Mbit/s", download="100 Mbit/s", overhead="pppoe"
)

# --- inside: VLAN 1 is the LAN, and untagged; guests and things are tagged, to the access point ---

bridge = service.bridge.primary.build(ifname="int")
config.services["ports"] = service.bridge.members.build(
    primary=bridge,
    members=[ports["lan"]],
    vlans={20: {"tagged": [ports["lan"]]}, 30: {"tagged": [ports["lan"]]}},
)
networks = {
    "lan": (bridge, "192.168.19.0/24"),
    "guests": (service.vlan.build(ifname="guests", primary=bridge, vid=20), "192.168.20.0/24"),
    "things": (service.vlan.build(ifname="things", primary=bridge, vid=30), "192.168.30.0/24"),
}
for number, (name, (interface, text)) in enumerate(networks.items()):
    first, last = ip_network(text)[10], ip_network(text)[250]
    address = service.network.address.build(
        interface=interface, family="inet", address=str(ip_network(text)[1]), prefix_length=24
    )
    config.services[f"{name}6"] = service.dhcp6.prefix.build(
        client=prefix, interface=interface, subnet=number
    )
    config.services[f"{name}-names"] = service.dnsmasq.build(
        interface=address, domain=name, ranges=[f"{first},{last}"], ipv6="slaac", resolvconf=line
    )

# --- the phone: the router's public key is in /run/services/outputs/vpn/public-key ----------------

vpn = service.wireguard.build(
    ifname="vpn",
    listen_port=51820,
    peers={
        "phone": {
            "public_key": "uOUTEL/NgPpcZ1br6SeT0YrYvs2jl4kmp9yytZIReVY=",
            "allowed": "192.168.40.2",
        }
    },
)
config.services["vpn"] = vpn
config.services["vpn-address"] = service.network.address.build(
    interface=vpn, family="inet", address="192.168.40.1", prefix_length=24
)

# --- the filter: guests reach the internet alone, things nothing; the LAN reaches both ------------

zones = {"wan": [line], **{name: [interface] for name, (interface, _) in networks.items()}}
config.services["firewall"] = service.firewall.build(
    zones=zones | {"lan": [bridge, vpn]},
    open={"vpn": {"protocol": "udp", "port": 51820}},
    port_forward={"web": {"port": 443, "to": ["192.168.19.5", "::5"]}},
)
config.services["forward"] = service.network.forward.build()

key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO1MKft3r4/p8IN9Yy3rfj7EWCPbzzNAZJ7vNAGpv5gQ"
config.services["ssh"] = service.ssh.build(interfaces=[bridge], authorized_keys={"root": [key]})
