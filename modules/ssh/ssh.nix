{
  lib,
  arguments,
  authorized_keys,
  dropbear,
  sh,
}:
{
  # dropbear writes its pid file when it listens. Sessions start in an environment of their own.
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
    exec env -i PATH=/bin ${dropbear}/bin/dropbear \
      -F -E -e \
      -r "$state/host_key" \
      -P "$pid" \
      ${lib.concatMapStringsSep " " sh.word arguments}
  '';

  ready = ''[ -s "/run/$name.pid" ]'';
}
