{
  forget-connections,
  lib,
  lines,
  metric,
  sh,
}:
{
  notifies = true;

  run = ''
    watch_changes
    lines=${sh.word (lib.concatMapStringsSep " " (line: line.name) lines)}
    metric=${toString metric}
    forget=${forget-connections}/bin/forget-connections
    . ${./follow.sh}
    publish_changes follow
  '';

  finish = ''
    . ${./follow.sh}
    take_routes_off
  '';
}
