{
  cake,
  download,
  interface,
  lib,
  percent,
  sh,
  shape,
  upload,
}:
let
  undo = ''
    if [ -e "/sys/class/net/$ifname" ]; then
      ${cake}/bin/cake clear "$ifname"
    fi
    # It is named in a file, for the interface may be gone by then.
    if [ -e "$kept" ] && read -r received < "$kept"; then
      remove_interface "$received"
    fi
    rm -f "$kept"
  '';
in
{
  up = ''
    # shape IFNAME BANDWIDTH egress|ingress
    shape() {
      case $2 in
      "" | *[!0-9]*)
        log "'$2' is not a number of bits per second"
        return 1
        ;;
      esac
      ${cake}/bin/cake shape "$1" $(($2 * ${toString percent} / 100)) "$3" ${sh.words shape}
    }
    ifname=${sh.word (interface.output "ifname")}
    kept=/run/$name.ifb
    # A start that was cut short may have left something there.
    ${undo}
    ${lib.optionalString (upload != null) ''
      upload=${sh.word upload}
      shape "$ifname" "$upload" egress
    ''}
    ${lib.optionalString (download != null) ''
      download=${sh.word download}
      read -r index < "/sys/class/net/$ifname/ifindex"
      received=ifb-$index
      echo "$received" > "$kept"
      ip link add name "$received" type ifb
      shape "$received" "$download" ingress
      ip link set dev "$received" up
      ${cake}/bin/cake redirect "$ifname" "$received"
    ''}
  '';

  down = ''
    ifname=${sh.word (interface.output "ifname")}
    kept=/run/$name.ifb
    ${undo}
  '';
}
