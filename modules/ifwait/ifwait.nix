{
  interface,
  interface-wait,
  runCommand,
  service,
  services,
  sh,
  started,
  state,
}:
let
  follow = runCommand "ifwait" { source = ./follow.sh; } ''
    cp "$source" "$out"
    chmod 0755 "$out"
  '';
  names = sh.words (map service.part started);
in
{
  notifies = true;

  # After a crash the service may be up, and the link not.
  run = ''
    exec ${interface-wait}/bin/interface-wait --follow -n 3 ${sh.word state} \
      ${sh.word (interface.output "ifname")} ${follow} ${services}/bin/services ${names}
  '';

  finish = ''
    ${services}/bin/services stop -c ${names}
  '';
}
