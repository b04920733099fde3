{
  forget-connections,
  lib,
  lines,
  metric,
  services,
  sh,
}:
{
  notifies = true;

  run = ''
    watch_changes
    lines=${sh.word (lib.concatMapStringsSep " " (line: line.name) lines)}
    metric=${toString metric}
    manager=${services}/bin/services
    forget=${forget-connections}/bin/forget-connections
    . ${./follow.sh}
    follow
    announce_ready
    ready=yes
    follow_changes follow
  '';

  finish = ''
    . ${./follow.sh}
    take_routes_off
  '';
}
