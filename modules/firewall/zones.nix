/**
  Shell that fills sets of nft(8) with the names of live interfaces, and follows them.

  # Inputs

  `nft`
  : the program

  `services`, `sh`, `lib`
  : as in a body

  `sets`
  : each zone to the sets that hold its names, such as "inet closed lan"

  `zones`
  : zone to the services of its interfaces

  # Output

  `read`: what makes `read_zones`, which puts statements into $zones, and ends the wait for a change
  on SIGUSR1. `follow`: announces that the service is ready, and does not return.
*/
{
  lib,
  nft,
  services,
  sets,
  sh,
  zones,
}:
let
  zone =
    name: interfaces:
    let
      files = map (interface: (interface.output "ifname").output) interfaces;
    in
    ''
      live_names ${sh.words files}
      ${lib.concatMapStrings (set: ''
        fill_set ${set}
      '') sets.${name}}
    '';
in
{
  read = ''
    waiter=
    end_wait() {
      [ -z "$waiter" ] || kill "$waiter" 2> /dev/null || :
    }
    trap end_wait USR1
    trap 'end_wait; exit 0' TERM

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
  '';

  # Zones change by statements of their own, so that counters and connections go on.
  follow = ''
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
