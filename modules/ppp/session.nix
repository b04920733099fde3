{
  bandwidth,
  ifname,
  lib,
  sh,
}:
{
  notifies = true;

  # pppd's scripts say when there is something new: IPv4 and IPv6 come one after the other.
  run = ''
    watch_changes
    session=$outputs.daemon
    put ifname ${sh.word ifname}
    ${lib.optionalString (bandwidth != null) "put bandwidth ${sh.word bandwidth}"}
    follow() {
      for key in ip peer router dns resolv.conf ipv6-address ipv6-peer; do
        if [ -e "$session/$key" ] && ! cmp -s "$session/$key" "$outputs/$key"; then
          cp "$session/$key" "$outputs/.$key"
          mv -f "$outputs/.$key" "$outputs/$key"
          changed=yes
        fi
      done
    }
    publish_changes follow
  '';
}
