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

  `offload`, `families`
  : the table of flows that the interfaces join, if there is one: its name (`table`) and what it
    `says`; and the families whose tables have it

  `offload_to_hardware`
  : whether those that join are the chips' own, below bridges, VLANs and PPP

  # Output

  `read`: what makes `read_zones`, which puts statements into $zones, and watches for changes.
  `begin`: what is to be done when the tables have been loaded.
  `follow`: announces that the service is ready, and does not return.
*/
{
  lib,
  families ? [ ],
  nft,
  offload ? null,
  offload_to_hardware ? false,
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
      every="$every $plain"
      ${lib.concatMapStrings (set: ''
        fill_set ${set}
      '') sets.${name}}
    '';

  # A connection that goes by a bridge or a VLAN is the port's below it.
  chips = ''
    every=
    for chip in /sys/class/net/*/device; do
      chip=''${chip%/device}
      [ -e "$chip/phy80211" ] || every="$every ''${chip##*/}"
    done
  '';
in
{
  read = ''
    watch_changes

    live_names() {
      names=
      plain=
      for file; do
        if [ -r "$file" ] && read -r name_of_interface < "$file"; then
          names="$names''${names:+, }\"$name_of_interface\""
          plain="$plain $name_of_interface"
        fi
      done
    }
    fill_set() {
      zones="$zones flush set $*;"
      [ -z "$names" ] || zones="$zones add element $* { $names };"
    }
    read_zones() {
      zones=
      every=
      ${lib.concatStrings (lib.mapAttrsToList zone zones)}
    }
    read_zones
  '';

  begin = lib.optionalString (offload != null) ''
    offloaded=
    flowtable() {
      for family in ${lib.concatStringsSep " " families}; do
        ${nft} "$1 flowtable $family table-$family ${offload.table} { ${offload.says} devices = { \"$2\" }; };" || return
      done
    }
    # Each by itself: one that is gone, or cannot do it, keeps no other one from it.
    change_offloaded() {
      ${lib.optionalString offload_to_hardware chips}
      for one in $offloaded; do
        case " $every " in
        *" $one "*) ;;
        *) flowtable delete "$one" 2> /dev/null || : ;;
        esac
      done
      offloaded=$every
      # Also those that are in it: one was perhaps made anew.
      for one in $every; do
        flowtable add "$one" || log "connections over $one take the long way"
      done
    }
    change_offloaded
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
      ${lib.optionalString (offload != null) "change_offloaded"}
    }
    announce_ready
    follow_changes change_zones
  '';
}
