/**
  Microcode of Intel's processors, as the boot loader gives it to the kernel: one file, which has
  that of every model (Documentation/arch/x86/microcode.rst of the kernel).
*/
{ firmware, runCommand }:
runCommand "intel-ucode-firmware" { source = firmware.intel-ucode; } ''
  mkdir -p "$out/lib/firmware"
  cat "$source"/intel-ucode/* >"$out/lib/firmware/GenuineIntel.bin"
''
