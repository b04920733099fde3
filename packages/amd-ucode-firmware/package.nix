/**
  Microcode of AMD's processors, as the boot loader gives it to the kernel: one file, which has that
  of every family (Documentation/arch/x86/microcode.rst of the kernel).
*/
{ firmware, runCommand }:
runCommand "amd-ucode-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware"
  cat "$source"/amd-ucode/microcode_amd*.bin >"$out/lib/firmware/AuthenticAMD.bin"
''
