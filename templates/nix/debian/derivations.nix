/**
  How this package set makes derivations: `runCommand`, `mkDerivation` and
  `writeText`, with the meaning they have in nixpkgs for a `buildCommand`.

  The tools are the build machine's own, found by the sandbox's /usr and /bin.
  A host tool is a record `{ hostPackages = [ "flex=2.6.4-8.2" ]; }`; listing
  it in `nativeBuildInputs` puts its version into the derivation, and nothing
  else: a newer flex on the machine gives another kernel derivation, and leaves
  every other derivation as it was. A derivation in `nativeBuildInputs` has its
  bin/ put on PATH.

  # Inputs

  `crossEnvironment`
  : what `mkDerivation` adds for C programs of the device (CC, AR, ...)

  `crossTools`
  : host tools which that environment stands for
*/
{
  crossEnvironment,
  crossTools,
}:
let
  # stdenvNoCC and runCommand of nixpkgs, as far as a buildCommand sees them.
  command =
    {
      name,
      nativeBuildInputs ? [ ],
      passAsFile ? [ ],
      ...
    }@attributes:
    derivation (
      attributes
      // {
        inherit name;
        system = builtins.currentSystem;
        builder = "/bin/bash";
        args = [ ./builder.sh ];
        passAsFile = [ "buildCommand" ] ++ passAsFile;
        nativeBuildInputs = builtins.concatMap (
          input: input.hostPackages or [ ]
        ) nativeBuildInputs;
        toolPath = builtins.concatStringsSep ":" (
          map (input: "${input}/bin") (builtins.filter (input: !(input ? hostPackages)) nativeBuildInputs)
        );
      }
    );
in
{
  /**
    `runCommand name environment text`: run `text` with the build machine's
    tools; the result is whatever it puts at `$out`.
  */
  runCommand =
    name: environment: text:
    command (
      environment
      // {
        inherit name;
        buildCommand = text;
      }
    );

  /**
    `mkDerivation { name; buildCommand; ... }` (or `pname` and `version`): the
    same with the device's C compiler in `$CC`, for our own programs.
  */
  mkDerivation =
    {
      buildCommand,
      name ? "${pname}-${version}",
      nativeBuildInputs ? [ ],
      pname ? "",
      version ? "",
      ...
    }@attributes:
    command (
      crossEnvironment
      // attributes
      // {
        inherit name buildCommand;
        nativeBuildInputs = crossTools ++ nativeBuildInputs;
      }
    );

  /**
    `writeText name text`: a file with these bytes.
  */
  writeText =
    name: text:
    command {
      inherit name text;
      passAsFile = [ "text" ];
      preferLocalBuild = true;
      buildCommand = ''cp --no-preserve=mode "$textPath" "$out"'';
    };
}
