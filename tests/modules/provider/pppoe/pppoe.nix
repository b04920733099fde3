{
  interface,
  openssl-without-legacy,
  options,
  ppp,
  rp-pppoe,
  runCommand,
  secrets,
  sh,
  writeText,
}:
let
  pppd = runCommand "pppd-of-server" { source = ./pppd.sh; } ''
    {
      echo "#!/bin/sh"
      echo "pppd=${ppp}/bin/pppd"
      cat "$source"
    } > "$out"
    chmod 0755 "$out"
  '';
in
{
  run = ''
    ifname=${sh.word (interface.output "ifname")}
    umask 077
    mkdir -p /run/provider
    [ -e /run/provider/ppp ] || cp ${writeText "ppp-options" options} /run/provider/ppp
    [ -e /run/provider/secrets ] || cp ${writeText "secrets" secrets} /run/provider/secrets
    export ifname plugin
    export OPENSSL_MODULES=${openssl-without-legacy}/lib
    # The name that pppoe-server gives it is of no use on a device whose root holds the store alone.
    set -- ${ppp}/lib/pppd/*/pppoe.so
    plugin=$1
    exec ${rp-pppoe}/bin/pppoe-server -F -k -I "$ifname" -C provider -O /run/provider/ppp \
      -g "$1" -L 100.64.0.1 -R 100.64.0.10 -N 8 -q ${pppd}
  '';

  finish = ''
    killall pppd 2> /dev/null || :
  '';
}
