/**
  The programs that run the services of a device: `serviced` (manager), `services` (its client) and `pause` (what a
  oneshot becomes once its work is done). No library but libc.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "services";
  src = c.source "services" ./.;
  buildCommand = ''
    mkdir -p $out/bin
    compile() {
      program=$1
      shift
      $CC ${c.flags} "$@" -o $out/bin/$program -s
    }
    cd $src
    compile serviced main.c manager.c decide.c orders.c describe.c marks.c outputs.c control.c s6.c graph.c nearest.c message.c
    compile services client.c
    # Without libc where it can be.
    compile pause -nostdlib -static pause.c || compile pause -DWITH_LIBC pause.c
  '';
}
