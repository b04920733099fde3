/**
  The body of a port: in the bridge while its link runs.

  # Inputs

  `interface-wait`, `member`, `primary`, `runCommand`, `sh`
  : as in the body

  `more`
  : words of shell for attach.sh, if the bridge keeps VLANs apart
*/
{
  interface-wait,
  member,
  more ? "",
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
      ${attach} ${sh.word (primary.output "ifname")} ${sh.word (member.output "ifname")} ${more}
  '';

  finish = ''
    ip link set dev ${sh.word (member.output "ifname")} nomaster || log "port was gone"
  '';
}
