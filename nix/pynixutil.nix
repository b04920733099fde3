/**
  pynixutil, which reads derivations; nixpkgs lacks it.
*/
{
  lib,
  buildPythonPackage,
  fetchPypi,
  poetry-core,
}:
let
  pname = "pynixutil";
  version = "0.5.0";
in
buildPythonPackage {
  inherit pname version;
  pyproject = true;

  src = fetchPypi {
    inherit pname version;
    hash = "sha256-YuhpYNZ/72jnf2ok2QAVs1c6cdFjwWPi68MT2WI10as=";
  };

  # It names all of poetry, and by an old name, where the core is enough.
  postPatch = ''
    substituteInPlace pyproject.toml \
      --replace-fail 'poetry>=0.12' 'poetry-core' \
      --replace-fail 'poetry.masonry.api' 'poetry.core.masonry.api'
  '';

  build-system = [ poetry-core ];

  pythonImportsCheck = [ "pynixutil" ];

  meta = {
    description = "Functions for working with Nix in Python";
    homepage = "https://github.com/tweag/pynixutil";
    license = lib.licenses.mit;
  };
}
