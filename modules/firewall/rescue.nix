{
  lib,
  nftables,
  sh,
  zones,
}:
let
  nft = "${nftables}/bin/nft";

  follower = import ./zones.nix {
    inherit
      lib
      nft
      sh
      zones
      ;
    sets = builtins.mapAttrs (zone: _: [ "inet closed ${zone}" ]) zones;
  };
in
{
  notifies = true;

  run = ''
    ${follower.read}
    echo "$zones" | ${nft} -f -
    ${follower.follow}
  '';
}
