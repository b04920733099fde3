{
  lib,
  egress_qos,
  ifname,
  ingress_qos,
  primary,
  sh,
  vid,
}:
let
  # vconfig(8) has the kernel's priority first, whichever way.
  egress = lib.mapAttrsToList (kernel: tag: ''
    vconfig set_egress_map "$ifname" ${sh.word kernel} ${sh.word tag} > /dev/null
  '') egress_qos;
  ingress = lib.mapAttrsToList (tag: kernel: ''
    vconfig set_ingress_map "$ifname" ${sh.word kernel} ${sh.word tag} > /dev/null
  '') ingress_qos;
in
{
  up = ''
    ifname=${sh.word ifname}
    # A start that was cut short may have left it there, with another number perhaps.
    if [ -e "/proc/net/vlan/$ifname" ]; then
      ip link del dev "$ifname"
    fi
    ip link add link ${sh.word (primary.output "ifname")} name "$ifname" type vlan id ${sh.word vid}
    ${lib.concatStrings (egress ++ ingress)}
    put ifname "$ifname"
    ip link set dev "$ifname" up
  '';

  down = ''
    ifname=${sh.word ifname}
    # An interface that is gone took its VLANs along.
    remove_interface "$ifname"
  '';
}
