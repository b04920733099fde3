{
  interface,
  lib,
  options,
  password,
  pppd,
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
    manager=${services}/bin/services
    pppd=${pppd}/bin/pppd
    . ${../ppp/dial.sh}
    nobody="no PPPoE server answers on $line"
    call() {
      exec "$pppd" plugin pppoe.so file "$file" ipparam "$name" "nic-$line"
    }
    # Read before the service is ready, so that it waits for them, and starts again when they change.
    username=${sh.secret username}
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
