{
  interface,
  lib,
  metric,
  sh,
  target,
  via,
}:
let
  # A router of a known interface need not be in a network of it (RFC 3442, leases of one address);
  # the router 0.0.0.0 says that the target itself is there.
  route = ''
    via=${sh.word via}
    via=''${via%% *}
    case $via in
    *:*) family=-6 ;;
    *) family=-4 ;;
    esac
    set -- ${sh.word target} metric ${sh.word metric}
    [ "$via" = 0.0.0.0 ] || set -- "$@" via "$via"
    ${lib.optionalString (interface != null) ''
      set -- "$@" dev ${sh.word (interface.output "ifname")}
      [ "$via" = 0.0.0.0 ] || set -- "$@" onlink
    ''}
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
