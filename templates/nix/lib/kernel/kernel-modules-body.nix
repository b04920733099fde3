/**
  The body of a kernel-module loader; kernel-modules.nix makes its texts.
*/
{
  insert,
  remove,
}:
{
  up = insert;
  down = remove;
}
