# The part of pppoe that dials, as text: nothing is built. Its programs are in `programs`.
{ programs, source }:
let
  inherit
    (import (source + "/templates/nix/lib/services/service.nix") {
      pkgs = {
        lib.optionalString = condition: text: if condition then text else "";
        runCommand =
          name: environment: _:
          environment // { outPath = "${programs}/${name}"; };
        writeText = name: _: { outPath = "${programs}/${name}"; };
        buildPackages = { };
        busybox = "${programs}/busybox";
        pppd = "${programs}/pppd";
        services = "${programs}/services";
      };
      services = "${programs}/services";
    })
    callService
    makeService
    ;
  other =
    name:
    makeService {
      inherit name;
      type = "oneshot";
      body.up = ":";
    };
  daemon = callService {
    name = "wan.daemon";
    type = "longrun";
    body = source + "/modules/pppoe/daemon.nix";
    packages = [
      "pppd"
      "services"
    ];
    parameters = {
      interface = other "port";
      options = "options of pppd";
      username = (other "user").secret "value";
      password = (other "key").secret "value";
      service_name = null;
    };
  };
in
{
  inherit (daemon.directory) run finish;
}
