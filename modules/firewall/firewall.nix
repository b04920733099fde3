{
  lib,
  buildPackages,
  families,
  nftables,
  ruleset,
  runCommand,
  services,
  sh,
  writeText,
  zones,
}:
let
  nft = "${nftables}/bin/nft";

  script = runCommand "firewall.nft" {
    inherit ruleset;
    passAsFile = [ "ruleset" ];
    nativeBuildInputs = [
      buildPackages.nftables
      buildPackages.util-linux
    ];
  } (builtins.readFile ./check.sh);

  # A table must be there to be deleted.
  removal = writeText "firewall-removal.nft" (
    lib.concatMapStrings (family: ''
      table ${family} table-${family}
      delete table ${family} table-${family}
    '') families
  );

  zone =
    name: interfaces:
    let
      files = map (interface: (interface.output "ifname").output) interfaces;
    in
    ''
      live_names ${sh.words files}
      ${lib.concatMapStrings (family: ''
        fill_set ${family} table-${family} ${name}
      '') families}
    '';
in
{
  notifies = true;

  # Zones change by statements of their own, so that counters and connections go on.
  run = ''
    waiter=
    trap '[ -z "$waiter" ] || kill "$waiter" 2> /dev/null || :' USR1
    trap '[ -z "$waiter" ] || kill "$waiter" 2> /dev/null || :; ${nft} -f ${removal}; exit 0' TERM

    live_names() {
      names=
      for file; do
        if [ -r "$file" ] && read -r name_of_interface < "$file"; then
          names="$names''${names:+, }\"$name_of_interface\""
        fi
      done
    }
    fill_set() {
      zones="$zones flush set $*;"
      [ -z "$names" ] || zones="$zones add element $* { $names };"
    }
    read_zones() {
      zones=
      ${lib.concatStrings (lib.mapAttrsToList zone zones)}
    }

    read_zones
    {
      cat ${script}
      echo "$zones"
    } | ${nft} -f -
    announce_ready
    while :; do
      # A change from here on ends the rest, and is read too.
      ${services}/bin/pause &
      waiter=$!
      before=$zones
      read_zones
      if [ "$zones" != "$before" ]; then
        log "zones:$zones"
        echo "$zones" | ${nft} -f -
      fi
      wait "$waiter" || :
    done
  '';
}
