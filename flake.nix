{
  description = "Router firmware from a typed configuration file";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { nixpkgs, self }:
    let
      eachSystem =
        function:
        nixpkgs.lib.genAttrs [
          "aarch64-linux"
          "x86_64-linux"
        ] (system: function nixpkgs.legacyPackages.${system} self.packages.${system});
    in
    {
      packages = eachSystem (
        pkgs: own:
        let
          inherit (pkgs.python3Packages) callPackage;
        in
        {
          default = own.liminix-gen;

          fennelrepl = (pkgs.callPackage ./nix/lua.nix { }).fennelrepl;

          liminix-gen = callPackage ./nix/package.nix {
            pynixutil = callPackage ./nix/pynixutil.nix { };
          };
        }
      );

      overlays.default = import ./nix/overlay.nix;

      lib.mkSystem = import ./nix/mk-system.nix;

      templates.default = {
        description = "A first configuration and its thin tree, for QEMU";
        path = ./templates/flake;
        welcomeText = ''
          `nix build` makes the image of router.py, and result/run.sh boots it.
          After an edit of router.py, in `nix develop`:
              liminix-gen --package-set nixpkgs emit --thin router.py -o router
        '';
      };

      devShells = eachSystem (
        pkgs: own: { default = pkgs.callPackage ./nix/shell.nix { inherit (own) liminix-gen; }; }
      );

      checks = eachSystem (
        pkgs: own:
        import ./nix/checks.nix {
          inherit pkgs;
          inherit (own) liminix-gen;
        }
      );
    };
}
