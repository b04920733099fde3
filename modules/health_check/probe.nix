{
  checked,
  ifname,
  interval,
  lib,
  metric,
  patience,
  probe,
  program,
  recovery,
  restarted,
  router,
  services,
  sh,
  targets,
  threshold,
}:
let
  route = lib.optionalString (router != null) ''
    router=${sh.word router}
    set -- default
    [ "$router" = 0.0.0.0 ] || set -- "$@" via "''${router%% *}" onlink
    set -- "$@" dev "$ifname" metric ${toString metric}
  '';
  ways =
    lib.optional (targets != [ ]) (
      "${probe}/bin/probe -t ${toString (patience * 1000)} "
      + lib.optionalString (ifname != null) "-i \"$ifname\" "
      + sh.words targets
    )
    ++ lib.optional (program != [ ]) "timeout -s KILL ${toString patience} ${sh.words program}";
in
{
  notifies = true;

  run = ''
    ${lib.optionalString (ifname != null) ''
      ifname=${sh.word ifname}
      # The answer to a probe comes from where the routes do not lead (RFC 3704 section 2.4).
      setting=/proc/sys/net/ipv4/conf/$ifname/rp_filter
      if [ -e "$setting" ]; then
        echo 2 > "$setting"
        kernel_settings "net/ipv4/conf/$ifname/rp_filter" || :
      fi
    ''}
    ${lib.optionalString (router != null) ''
      ${route}
      ip -4 route append "$@" 2> /dev/null || ip -4 route show "$@" | grep -q .
    ''}
    manager=${services}/bin/services
    checked=${sh.word checked.name}
    restarted=${sh.word (lib.concatMapStringsSep " " checked.part restarted)}
    interval=${toString interval} threshold=${toString threshold} recovery=${toString recovery}
    look() {
      ${lib.concatStringsSep " || " ways}
    }
    . ${./watch.sh}
    announce_ready
    watch_health
  '';

  finish = lib.optionalString (router != null) ''
    ifname=${sh.word ifname}
    ${route}
    ip -4 route del "$@" 2> /dev/null || log "route was gone"
  '';
}
