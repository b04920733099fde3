{
  lib,
  devpath,
  ifname,
  interface-wait,
  mac,
  mtu,
  sh,
}:
let
  # By their names below /sys/class/net, which are those of ip-link(8) too.
  changed =
    lib.optional (mac != null) {
      setting = "address";
      value = mac;
    }
    ++ lib.optional (mtu != null) {
      setting = "mtu";
      value = mtu;
    };
in
{
  up = ''
    ifname=${sh.word ifname}
    ${lib.optionalString (devpath != null) ''
      # A driver that is a bus of its own (virtio) puts a directory in between.
      find_interface() {
        for found in /sys${sh.word devpath}/net/* /sys${sh.word devpath}/*/net/*; do
          if [ -d "$found" ]; then
            current=''${found##*/}
            return 0
          fi
        done
        return 1
      }
      until find_interface; do
        sleep 0.2
      done
      if [ "$current" != "$ifname" ]; then
        if [ -e "/sys/class/net/$ifname" ]; then
          # Another interface has the name. It steps aside; its own service finds it by its path.
          read -r index < "/sys/class/net/$ifname/ifindex"
          ip link set dev "$ifname" down
          ip link set dev "$ifname" name "net$index"
        fi
        ip link set dev "$current" down
        ip link set dev "$current" name "$ifname"
      fi
    ''}
    ${interface-wait}/bin/interface-wait present "$ifname"
    for setting in autoconf accept_ra; do
      echo 0 > "/proc/sys/net/ipv6/conf/$ifname/$setting"
    done
    ${lib.concatMapStrings (
      { setting, value }:
      ''
        # Some drivers take it only while it is down.
        ip link set dev "$ifname" down
        # What it was at first, also after a start that was cut short.
        kept=/run/$name.${setting}
        [ -e "$kept" ] || cat "/sys/class/net/$ifname/${setting}" > "$kept"
        ip link set dev "$ifname" ${setting} ${sh.word value}
      ''
    ) changed}
    put ifname "$ifname"
    ip link set dev "$ifname" up
  '';

  down = ''
    ifname=${sh.word ifname}
    if [ -e "/sys/class/net/$ifname" ]; then
      ip link set dev "$ifname" down
    fi
    ${lib.concatMapStrings (
      { setting, ... }:
      ''
        # An interface that is gone took it along.
        kept=/run/$name.${setting}
        if [ -e "/sys/class/net/$ifname" ] && read -r value < "$kept"; then
          ip link set dev "$ifname" ${setting} "$value"
        fi
        rm -f "$kept"
      ''
    ) changed}
  '';
}
