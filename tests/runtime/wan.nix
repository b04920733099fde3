# The services of a WAN with a lease, as text: nothing is built. The modules' scripts are in `programs`.
{ programs, source }:
let
  record = name: environment: text: environment // { outPath = "${programs}/${name}"; };
  inherit
    (import (source + "/templates/nix/lib/services/service.nix") {
      pkgs = {
        lib = {
          concatMapStrings = f: list: builtins.concatStringsSep "" (map f list);
          optionalString = condition: text: if condition then text else "";
        };
        runCommand = record;
        writeText = name: text: record name { } text;
        buildPackages = { };
        busybox = "${programs}/busybox";
        interface-wait = "${programs}/interface-wait";
        services = "${programs}/services";
      };
      services = "${programs}/services";
    })
    callService
    makeService
    ;
  module = path: source + "/modules/${path}";
  call =
    name: type: body: packages: parameters:
    callService {
      inherit
        name
        type
        body
        packages
        parameters
        ;
    };
  interface = makeService {
    name = "wan.link";
    type = "oneshot";
    body.up = ''
      ip link set dev wan up
      put ifname wan
    '';
  };
  wan = call "wan" "oneshot" (module "network/dhcp/client/lease.nix") [ ] { inherit interface; };
  services = [
    interface
    (call "wan.daemon" "longrun" (module "network/dhcp/client/daemon.nix") [ "services" ] {
      inherit interface;
      # As client_id="01:52:54:00:00:00:02", vendor_class="of a test", request=[43, 66].
      arguments = [
        "-C"
        "-x"
        "0x3d:01525400000002"
        "-V"
        "of a test"
        "-O"
        "43"
        "-O"
        "66"
      ];
      host_name = "of-a-test";
      request = "43 66";
    })
    (call "wan.carrier" "longrun" (module "network/dhcp/client/carrier.nix") [ "interface-wait" ] {
      inherit interface;
    })
    wan
    (call "default-route" "oneshot" (module "network/route/route.nix") [ ] {
      interface = wan;
      target = "default";
      via = wan.output "router";
      metric = 50;
    })
    (call "resolver" "longrun" (module "network/resolver/resolver.nix") [ ] {
      nameservers = [ ];
      source = wan.output "resolv.conf";
    })
    (call "dns.upstreams" "longrun" (module "dnsmasq/upstreams.nix") [ ] {
      resolvconf = wan.output "resolv.conf";
    })
  ];
in
builtins.listToAttrs (
  map (service: {
    inherit (service) name;
    value = { inherit (service.directory) run finish; };
  }) services
)
