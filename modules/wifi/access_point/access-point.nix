{
  band,
  hostapd-small,
  lib,
  lines,
  networks,
  radio,
  radio-capabilities,
  sh,
  writeText,
}:
let
  text = name: lines: writeText name (lib.concatMapStrings (line: "${line}\n") lines);
  numbered = lib.imap0 (number: network: network // { number = toString number; }) networks;

  # Secrets are read in the shell that can still say what is wrong with them.
  read_password =
    network:
    lib.optionalString (network.password != null) ''
      password_${network.number}=${sh.secret network.password}
      check_password ${sh.word network.name} "$password_${network.number}"
    '';

  write_network =
    network:
    ''
      write_network ${network.number} ${text "network-${network.number}" network.lines} ${sh.word (network.bridge.output "ifname")}
    ''
    + lib.optionalString (network.password != null) ''
      printf 'wpa_passphrase=%s\n' "$password_${network.number}"
    '';
in
{
  run = ''
    radio=${sh.word (radio.output "ifname")}
    file=/run/$name.conf
    . ${./access-point.sh}
    ${lib.concatMapStrings read_password numbered}
    capabilities=$(${radio-capabilities}/bin/radio-capabilities "$radio" ${band})
    write() {
      # Each ht_capab says anew where the second half of 40 MHz is.
      printf '%s\n' "$capabilities"
      cat ${text "radio" lines}
      ${lib.concatMapStrings write_network numbered}
    }
    (
      umask 077
      write > "$file"
    )
    exec ${hostapd-small}/bin/hostapd "$file"
  '';

  ready = ''
    ${hostapd-small}/bin/hostapd_cli -p /run/hostapd -i "$radio" status 2> /dev/null | grep -q '^state=ENABLED$'
  '';

  # Unless it was killed it takes its interfaces with it.
  finish = ''
    radio=${sh.word (radio.output "ifname")}
    rm -f "/run/$name.conf"
    for number in ${toString (map (network: network.number) (builtins.tail numbered))}; do
      remove_interface "$radio-$number"
    done
    if [ -e "/sys/class/net/$radio/master" ]; then
      ip link set dev "$radio" nomaster
    fi
  '';
}
