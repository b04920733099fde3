{
  address,
  family,
  interface,
  lib,
  prefix_length,
  router,
  sh,
}:
let
  ip = if family == "inet6" then "ip -6" else "ip -4";
  full = sh.word "${address}/${toString prefix_length}";
  broadcast = if family == "inet" && prefix_length < 31 then "broadcast + " else "";
in
{
  # `replace`: a start that was cut short may have left the address there.
  up = ''
    ifname=${sh.word (interface.output "ifname")}
    ${ip} address replace ${full} ${broadcast}dev "$ifname"
    put ifname "$ifname"
    put family ${sh.word family}
    put address ${sh.word address}
    put prefix-length ${sh.word prefix_length}
    ${lib.optionalString (router != null) "put router ${sh.word router}"}
  '';

  down = ''
    ifname=${sh.word (interface.output "ifname")}
    # An interface that is gone took its addresses along.
    ${ip} address del ${full} dev "$ifname" || log "address was gone"
  '';
}
