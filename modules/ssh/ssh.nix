{
  lib,
  arguments,
  authorized_keys,
  dropbear ? dropbear-small,
  dropbear-small ? dropbear,
  interface-listen,
  interfaces,
  listening,
  sh,
}:
let
  everywhere = interfaces == [ ];

  ifnames = lib.concatMapStringsSep "," (
    interface: sh.word (interface.output "ifname")
  ) interfaces;

  # dropbear writes its pid file when it listens. Sessions start in an environment of their own.
  daemon = ''
    exec env -i PATH=/bin ${dropbear}/bin/dropbear \
      -F -E -e \
      -r "$state/host_key" \
      -P "$pid" \
      ${lib.concatMapStringsSep " " sh.word arguments}
  '';

  # One dropbear for each connection. Such a one logs to syslog(3) only.
  listener = ''
    ifnames=${ifnames}
    exec env -i PATH=/bin ${interface-listen}/bin/interface-listen \
      -n 3 -l /dev/log ${sh.words listening} "$ifnames" \
      ${dropbear}/bin/dropbear -i -e \
      -r "$state/host_key" \
      ${lib.concatMapStringsSep " " sh.word arguments}
  '';
in
{
  run = ''
    state=/run/services/state/$name
    pid=/run/$name.pid
    umask 022
    rm -f "$pid"
    ${lib.concatStrings (
      lib.mapAttrsToList (user: keys: ''
        mkdir -p ${sh.word "/run/ssh/${user}"}
        printf '%s\n' ${sh.word keys} > ${sh.word "/run/ssh/${user}/authorized_keys"}
      '') authorized_keys
    )}
    mkdir -p "$state"
    chmod 0700 "$state"
    if [ ! -s "$state/host_key" ]; then
      log "making a host key"
      ${dropbear}/bin/dropbearkey -t ed25519 -f "$state/host_key"
    fi
    ${if everywhere then daemon else listener}
  '';
}
// (if everywhere then { ready = ''[ -s "/run/$name.pid" ]''; } else { notifies = true; })
