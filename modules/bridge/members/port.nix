{
  interface-wait,
  member,
  primary,
  runCommand,
  sh,
}:
let
  attach = runCommand "bridge-port" { source = ./attach.sh; } ''
    cp "$source" "$out"
    chmod 0755 "$out"
  '';
in
{
  run = ''
    exec ${interface-wait}/bin/interface-wait --follow running ${sh.word (member.output "ifname")} \
      ${attach} ${sh.word (primary.output "ifname")} ${sh.word (member.output "ifname")}
  '';

  finish = ''
    ip link set dev ${sh.word (member.output "ifname")} nomaster || log "port was gone"
  '';
}
