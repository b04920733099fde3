{
  configuration,
  dhcpcd,
  interface,
  runCommand,
  services,
  sh,
  writeText,
}:
let
  callback = runCommand "dhcp6-callback" {
    common = ../../network/callback.sh;
    source = ./callback.sh;
  } ''
    cat "$common" "$source" > "$out"
    chmod 0755 "$out"
  '';
in
{
  # After a crash the lease must wait until a server has confirmed it.
  run = ''
    ${services}/bin/services stop -c "''${name%.daemon}" || :
    ifname=${sh.word (interface.output "ifname")}
    mkdir -p /run/dhcpcd/empty /run/services/state/dhcpcd
    # Who asks (DUID-LL, RFC 8415 section 11.4): the first network card that there is, also for a line without
    # addresses of its own such as PPP, and the same at every boot.
    duid=
    for card in /sys/class/net/*; do
      if [ -z "$duid" ] && [ -e "$card/device" ] && read -r duid < "$card/address"; then
        duid="--duid=00:03:00:01:$duid"
      fi
    done
    exec ${dhcpcd}/bin/dhcpcd --nobackground --ipv6only --env "daemon=$name" $duid \
      --config ${writeText "dhcpcd.conf" configuration} --script ${callback} "$ifname"
  '';

  # It has told the kernel not to make link-local addresses.
  finish = ''
    ifname=${sh.word (interface.output "ifname")}
    if [ -e "/proc/sys/net/ipv6/conf/$ifname" ]; then
      echo 0 > "/proc/sys/net/ipv6/conf/$ifname/addr_gen_mode"
    fi
  '';
}
