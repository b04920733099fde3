/**
  How many logical erase blocks a UBI partition has.

  # Inputs

  The geometry of the partition, as a board states it:
  `logicalEraseBlockBytes`, `physicalEraseBlockBytes`, `sizeBytes`.

  # Outputs

  `blocks`
  : of the whole partition

  `usableBytes`
  : what is left for volumes: UBI keeps two blocks for its volume table, one
    for wear levelling, one for atomic changes (drivers/mtd/ubi/ubi.h of the
    kernel: UBI_LAYOUT_VOLUME_EBS, WL_RESERVED_PEBS, EBA_RESERVED_PEBS), and
    against bad blocks 20 of every 1024 (MTD_UBI_BEB_LIMIT). It counts those
    1024 over the chip; only the partition is known here.

  # Example

  ```nix
  (import ./geometry.nix {
    logicalEraseBlockBytes = 126976;
    physicalEraseBlockBytes = 131072;
    sizeBytes = 33554432;
  }).blocks
  => 256
  ```
*/
{
  logicalEraseBlockBytes,
  physicalEraseBlockBytes,
  sizeBytes,
  ...
}:
let
  blocks = sizeBytes / physicalEraseBlockBytes;
  againstBad = (blocks * 20 + 1023) / 1024;
in
{
  inherit blocks;
  usableBytes = (blocks - 4 - againstBad) * logicalEraseBlockBytes;
}
