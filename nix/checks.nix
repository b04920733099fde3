/**
  What `nix flake check` builds: liminix-gen and its unit tests, the on-device
  packages with the compiler of the build machine, and the template's tree anew.
*/
{
  liminix-gen,
  pkgs,
}:
let
  inherit (pkgs) lib;

  own = import ./overlay.nix pkgs pkgs;

  python = pkgs.python3.withPackages (
    available: [
      (available.toPythonModule liminix-gen)
      available.hypothesis
      available.pytest
      available.pytest-xdist
    ]
  );

  checkout = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../CONTRIBUTING.md
      ../Makefile
      ../README.md
      ../devices
      ../docs
      ../examples
      ../liminix_gen
      ../modules
      ../outputs
      ../packages
      ../pyproject.toml
      ../share
      ../templates
      ../tests
    ];
  };
in
own
// {
  inherit liminix-gen;

  template = pkgs.runCommand "template" { nativeBuildInputs = [ liminix-gen ]; } ''
    cp ${../templates/flake/router.py} router.py
    liminix-gen --package-set nixpkgs emit --thin router.py --check ${../templates/flake/router}
    touch $out
  '';

  # What is left out wants a Debian machine: apt-get, or programs in /usr/bin.
  unit = pkgs.runCommand "unit" { nativeBuildInputs = [ python ]; } ''
    cp -r ${checkout} checkout
    chmod -R u+w checkout
    cd checkout
    pytest -q -n $NIX_BUILD_CORES -p no:cacheprovider tests/unit \
      --ignore-glob='*/test_debian_*' \
      --ignore=tests/unit/test_docs.py \
      --ignore=tests/unit/test_modules_dhcp.py \
      --deselect=tests/unit/test_wrong_input.py::test_packages_that_debian_lacks_are_told_with_their_line
    touch $out
  '';
}
