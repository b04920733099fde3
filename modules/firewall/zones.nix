/**
  Shell that fills sets of nft(8) with the names of live interfaces, and follows them.

  # Inputs

  `nft`
  : the program

  `sh`, `lib`
  : as in a body

  `sets`
  : each zone to the sets that hold its names, such as "inet closed lan"

  `zones`
  : zone to the services of its interfaces

  # Output

  `read`: what makes `read_zones`, which puts statements into $zones, and watches for changes.
  `follow`: announces that the service is ready, and does not return.
*/
{
  lib,
  nft,
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
    watch_changes

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
    change_zones() {
      before=$zones
      read_zones
      if [ "$zones" != "$before" ]; then
        log "zones:$zones"
        echo "$zones" | ${nft} -f -
      fi
    }
    announce_ready
    follow_changes change_zones
  '';
}
