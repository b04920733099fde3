{
  lib,
  buildPackages,
  closed,
  expressions,
  families,
  nftables,
  offload,
  offload_to_hardware,
  opened,
  ruleset,
  runCommand,
  sh,
  writeText,
  zones,
}:
let
  nft = "${nftables}/bin/nft";

  script = runCommand "firewall.nft" {
    inherit expressions;
    ruleset = opened + ruleset;
    passAsFile = [ "ruleset" ];
    nativeBuildInputs = [
      buildPackages.nftables
      buildPackages.python3
      buildPackages.util-linux
    ];
  } ''
    # shellcheck disable=SC2086 # a list of words
    python3 ${./check.py} "$rulesetPath" $expressions
    cp "$rulesetPath" "$out"
  '';

  # A table must be there to be deleted.
  removal = writeText "firewall-removal.nft" (
    closed
    + lib.concatMapStrings (family: ''
      table ${family} table-${family}
      delete table ${family} table-${family}
    '') families
  );

  follower = import ./zones.nix {
    inherit
      lib
      nft
      offload
      sh
      zones
      ;
    inherit families offload_to_hardware;
    sets = builtins.mapAttrs (
      zone: _: map (family: "${family} table-${family} ${zone}") families
    ) zones;
  };
in
{
  notifies = true;

  run = ''
    ${follower.read}
    trap 'end_wait; ${nft} -f ${removal}; exit 0' TERM
    {
      cat ${script}
      echo "$zones"
    } | ${nft} -f -
    ${follower.begin}
    ${follower.follow}
  '';
}
