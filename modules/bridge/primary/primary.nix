{
  ifname,
  igmp_snooping,
  sh,
}:
{
  # Left alone, a bridge has the address of the port that was plugged in last, and none without one. This is of the
  # bridge alone: made of its name and of the address that the board's first network card has had since it was built.
  # So it is the same at every boot, and another one on every board. 0: NET_ADDR_PERM of the kernel.
  up = ''
    cards() {
      for card in /sys/class/net/*; do
        if [ -e "$card/device" ] && read -r kind < "$card/addr_assign_type" && [ "$kind" = 0 ]; then
          read -r address < "$card/address" || return 1
          echo "$(readlink -f "$card/device")" "$address"
        fi
        [ -e "$card" ] || return 1
      done
    }
    own_address() {
      # One that was renamed meanwhile was perhaps not seen.
      until found=$(cards 2> /dev/null); do
        :
      done
      printf '%s' "$found" | grep -v /usb | sort | {
        if read -r _ address; then
          hash=$(echo "$address $ifname" | md5sum)
          # Locally administered, of one station (IEEE 802, section 8.4).
          rest=''${hash#??}
          own=$(printf %02x "$((0x''${hash%"$rest"} & 0xfc | 2))")
          for _ in 2 3 4 5 6; do
            hash=$rest
            rest=''${hash#??}
            own=$own:''${hash%"$rest"}
          done
          echo "address $own"
        else
          log "no network card has an address of its own: that of the bridge changes with its ports"
        fi
      }
    }
    ifname=${sh.word ifname}
    # A start that was cut short may have left it there.
    if [ ! -d "/sys/class/net/$ifname/bridge" ]; then
      ip link add name "$ifname" $(own_address) type bridge
    fi
    # Who has asked is known only where somebody asks: without a querier the kernel sends it all to everybody.
    for setting in multicast_snooping multicast_querier; do
      echo ${if igmp_snooping then "1" else "0"} > "/sys/class/net/$ifname/bridge/$setting"
    done
    put ifname "$ifname"
    ip link set dev "$ifname" up
  '';

  down = ''
    ifname=${sh.word ifname}
    ip link set dev "$ifname" down
    ip link del dev "$ifname"
  '';
}
