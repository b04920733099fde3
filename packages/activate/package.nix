/**
  `activate`: makes the files of a writable root equal to what an archive lists. No library but libc.
*/
{ c }:
c.program {
  name = "activate";
  src = ./.;
  options = "-D_FILE_OFFSET_BITS=64";
}
