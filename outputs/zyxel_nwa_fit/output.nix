/**
  What the web page of a Zyxel NWA access point takes: a directory with
  `firmware.bin` and `manifest.json`, which says where kernel and UBI lie in the
  half of the flash that it is written to.

  The file is a flattened image tree with one image, "firmware": the kernel in
  the 8 MiB that the flash has for it, then UBI. "compat-models" are the numbers
  of the models that accept it, 16 bits each.

  # Inputs

  `board`
  : `ubi`, the geometry of UBI
*/
{
  board,
  buildPackages,
  kernel-image,
  runCommand,
  scripts,
  ubi,
  ubifs,
}:
let
  kernelBytes = 8388608;
in
runCommand "zyxel-nwa-fit"
  {
    layout = builtins.toJSON {
      device = board.name;
      holder = "half of the flash";
      sizeBytes = kernelBytes + board.ubi.sizeBytes;
      parts = [
        {
          name = "kernel";
          file = "${kernel-image}";
          padBytes = kernelBytes;
          limitBytes = kernelBytes;
        }
        {
          name = "ubi";
          file = "${ubi}";
          padBytes = board.ubi.physicalEraseBlockBytes;
        }
      ];
    };

    imageTree = ''
      /dts-v1/;

      / {
        description = "Zyxel FIT (Flattened Image Tree)";
        compat-models = [6b e1 6f e1 77 e1 ff ff ff ff];
        #address-cells = <1>;

        images {
          firmware {
            data = /incbin/("firmware");
            type = "firmware";
            compression = "none";

            hash@1 {
              algo = "sha1";
            };
          };
        };
      };
    '';

    passAsFile = [
      "imageTree"
      "layout"
    ];
    nativeBuildInputs = [
      buildPackages.dtc
      buildPackages.python3
      buildPackages.ubootTools
    ];
  }
  ''
    python3 ${scripts.flash-layout} "$layoutPath" ${ubifs.closure} firmware manifest.json

    cp "$imageTreePath" firmware.its
    mkimage -f firmware.its firmware.bin
    mkdir "$out"
    mv firmware.bin manifest.json "$out"
  ''
