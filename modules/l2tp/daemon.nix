{
  ifname,
  interface,
  lib,
  lns,
  options,
  password,
  services,
  sh,
  username,
  writeText,
  xl2tpd,
}:
{
  notifies = true;

  run = ''
    ${lib.optionalString (interface != null) '': ${sh.word (interface.output "ifname")}''}
    ifname=${sh.word ifname}
    manager=${services}/bin/services
    xl2tpd=${xl2tpd}/bin/xl2tpd
    . ${../ppp/dial.sh}
    . ${./call.sh}
    lns=${sh.word lns}
    nobody="no L2TP server answers at $lns"
    # Read before the service is ready, so that it waits for them, and starts again when they change.
    username=${sh.secret username}
    password=${sh.secret password}
    write_options() {
      cat ${writeText "ppp-options" options}
      echo "ipparam $name"
      echo "user $(quoted "$username")"
      echo "password $(quoted "$password")"
    }
    write_configuration "$lns"
    announce_ready
    dial
  '';

  finish = ''
    rm -f "/run/$name.options" "/run/$name.heard" "/run/$name.conf" "/run/$name.pid" "/run/$name.control"
  '';
}
