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
  down = write "0" + ''
    kernel_settings "net/*"
  '';
}
