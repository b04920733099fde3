{
  lib,
  families,
}:
let
  write =
    value:
    lib.concatMapStrings (family: ''
      echo ${value} > /proc/sys/net/${family}/conf/all/forwarding
    '') families;
in
{
  # That changes the settings of every interface, and what it accepts of redirects (ip-sysctl.rst of the kernel,
  # "ip_forward").
  up = write "1" + ''
    kernel_settings "net/*" || :
  '';
  down =
    write "0"
    # A host takes them by the kernel's own choice; the router does not become one (liminix_gen/model/hardening.py).
    + lib.optionalString (builtins.elem "ipv4" families) ''
      echo 0 > /proc/sys/net/ipv4/conf/all/accept_redirects
    ''
    + ''
      kernel_settings "net/*"
    '';
}
