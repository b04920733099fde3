/**
  Firmware of the network chips RTL8111H and RTL8125 on PCI and RTL8153 on USB: the files that their
  drivers ask for, and no more.
*/
{ firmware, runCommand }:
runCommand "realtek-nic-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware"
  cd "$source"
  cp --parents --no-preserve=mode -t "$out/lib/firmware" \
    rtl_nic/rtl8125a-3.fw \
    rtl_nic/rtl8125b-2.fw \
    rtl_nic/rtl8153a-2.fw \
    rtl_nic/rtl8153a-3.fw \
    rtl_nic/rtl8153a-4.fw \
    rtl_nic/rtl8153b-2.fw \
    rtl_nic/rtl8153c-1.fw \
    rtl_nic/rtl8168h-2.fw
''
