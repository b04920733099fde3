{
  interface,
  openssl-without-legacy,
  options,
  secrets,
  sh,
  writeText,
  xl2tpd,
}:
let
  configuration = writeText "xl2tpd.conf" ''
    [global]
    [lns default]
    ip range = 100.64.0.10-100.64.0.20
    local ip = 100.64.0.1
    refuse pap = yes
    require chap = yes
    name = provider
    length bit = yes
    pppoptfile = /run/provider/l2tp
  '';
in
{
  run = ''
    : ${sh.word (interface.output "ifname")}
    umask 077
    mkdir -p /run/provider
    [ -e /run/provider/l2tp ] || cp ${writeText "ppp-options" options} /run/provider/l2tp
    [ -e /run/provider/secrets ] || cp ${writeText "secrets" secrets} /run/provider/secrets
    export OPENSSL_MODULES=${openssl-without-legacy}/lib
    exec ${xl2tpd}/bin/xl2tpd -D -c ${configuration} -p /run/provider/l2tp.pid -C /run/provider/l2tp.control
  '';

  finish = ''
    killall pppd 2> /dev/null || :
  '';
}
