{
  interface,
  metric,
  sh,
  target,
  via,
}:
let
  route = ''
    via=${sh.word via}
    via=''${via%% *}
    case $via in
    *:*) family=-6 ;;
    *) family=-4 ;;
    esac
    set -- ${sh.word target} via "$via" metric ${sh.word metric}
    ${if interface == null then "" else ''set -- "$@" dev ${sh.word (interface.output "ifname")}''}
  '';
in
{
  # `replace`: a start that was cut short may have left the route there.
  up = ''
    ${route}
    ip $family route replace "$@"
  '';

  # The kernel removes routes itself when an interface goes down or loses its address.
  down = ''
    ${route}
    ip $family route del "$@" 2> /dev/null || log "route was gone"
  '';
}
