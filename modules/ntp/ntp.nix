{
  lib,
  chrony ? chrony-small,
  chrony-small ? chrony,
  configuration,
  interface,
  sh,
  user,
  writeText,
}:
let
  file = writeText "chrony.conf" configuration;

  binddevice = lib.optionalString (interface != null) (
    "\"binddevice \"" + sh.word (interface.output "ifname")
  );
in
{
  # chronyd writes its pid file when its sockets are open. With directives as arguments it reads no
  # file but those that they include.
  run = ''
    state=/run/services/state/$name
    pid=/run/$name.pid
    umask 022
    rm -f "$pid"
    mkdir -p "$state"
    chown ${sh.word user} "$state"
    exec ${chrony}/bin/chronyd -d -r -u ${sh.word user} \
      "include ${file}" "pidfile $pid" "driftfile $state/drift" ${binddevice}
  '';

  ready = ''[ -s "/run/$name.pid" ]'';
}
