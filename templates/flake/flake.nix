{
  description = "A router";

  inputs = {
    liminix-gen = {
      url = "github:OWNER/liminix-gen";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
  };

  outputs =
    { liminix-gen, nixpkgs, ... }:
    let
      eachSystem = nixpkgs.lib.genAttrs [
        "aarch64-linux"
        "x86_64-linux"
      ];
    in
    {
      # Every image of the board by its name; `default` is the board's own.
      packages = eachSystem (
        system:
        let
          router = liminix-gen.lib.mkSystem {
            inherit nixpkgs system;
            tree = ./router;
          };
        in
        router.outputs
      );

      # With liminix-gen, for `liminix-gen --package-set nixpkgs emit --thin router.py -o router`.
      devShells = eachSystem (system: {
        default = nixpkgs.legacyPackages.${system}.mkShell {
          packages = [ liminix-gen.packages.${system}.default ];
        };
      });

      # Is router/ what router.py gives?
      checks = eachSystem (system: {
        tree =
          nixpkgs.legacyPackages.${system}.runCommand "tree"
            { nativeBuildInputs = [ liminix-gen.packages.${system}.default ]; }
            ''
              cp ${./router.py} router.py
              liminix-gen --package-set nixpkgs emit --thin router.py --check ${./router}
              touch $out
            '';
      });
    };
}
