{
  image,
  zyxel-dual-image,
}:
{
  up = ''
    device=$(sed -n 's/^\(mtd[0-9]*\): .* "bootconfig"$/\1/p' /proc/mtd)
    [ -n "$device" ] || {
      log "no flash partition is called bootconfig"
      exit 1
    }
    ${zyxel-dual-image}/bin/zyxel-dual-image "/dev/$device" ${toString image}
    put image ${toString image}
  '';
}
