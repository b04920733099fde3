# The services of a sealed secret, as text: nothing is built. Their programs are in `programs`.
{ programs, source }:
let
  pkgs = {
    runCommand =
      name: environment: text:
      environment // { outPath = "${programs}/${name}"; };
    writeText = name: text: { outPath = "${programs}/${name}"; };
    lib = { };
    buildPackages = { };
    busybox = "${programs}/busybox";
    unseal = "${programs}/unseal";
  };
  inherit
    (import (source + "/templates/nix/lib/services/service.nix") {
      inherit pkgs;
      services = "${programs}/services";
    })
    callService
    ;
  call =
    name: body: parameters:
    callService {
      inherit name parameters;
      type = "oneshot";
      body = source + "/modules/secret/${body}";
      packages = [ "unseal" ];
    };
  key = call "key" "key/key.nix" { path = "/state/secrets/key"; };
  sealed = call "sealed" "sealed/sealed.nix" {
    inherit key;
    sealed = "what is in the file `sealed`";
  };
in
builtins.mapAttrs (_: service: { inherit (service.directory) run finish; }) { inherit key sealed; }
