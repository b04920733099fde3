{
  ifname,
  interface,
  lib,
  openssl-without-legacy,
  options,
  password,
  ppp,
  service_name,
  services,
  sh,
  username,
  writeText,
}:
{
  notifies = true;

  run = ''
    line=${sh.word (interface.output "ifname")}
    ifname=${sh.word ifname}
    manager=${services}/bin/services
    pppd=${ppp}/bin/pppd
    # MS-CHAP is refused, and nothing else uses what that would have.
    export OPENSSL_MODULES=${openssl-without-legacy}/lib
    # In a folder with pppd's version.
    set -- ${ppp}/lib/pppd/*/pppoe.so
    plugin=$1
    . ${./dial.sh}
    # Read before the service is ready, so that it waits for them, and starts again when they change.
    username=${sh.word username}
    password=${sh.secret password}
    write_options() {
      cat ${writeText "ppp-options" options}
      ${lib.optionalString (service_name != null) ''
        echo "pppoe-service $(quoted ${sh.word service_name})"
      ''}
      echo "user $(quoted "$username")"
      echo "password $(quoted "$password")"
    }
    announce_ready
    dial
  '';

  finish = ''
    rm -f "/run/$name.options"
  '';
}
