/* Rests until a signal ends it: what a oneshot becomes once its work is done.
 *
 * A router runs one of these per oneshot. With libc each costs some 90 KiB and the work of the dynamic loader; this is
 * one page. Built with -nostdlib -static where the few instructions are written down below, else with -DWITH_LIBC. */
#if defined(WITH_LIBC)

#include <unistd.h>

int main(void)
{
	for (;;)
		(void)pause();
}

#elif defined(__mips__) && _MIPS_SIM == _ABIO32

__asm__(".globl __start\n.globl _start\n__start:\n_start:\n\tli $2, 4029\n\tsyscall\n\tb _start\n");

#elif defined(__arm__)

__asm__(".globl _start\n_start:\n\tmov r7, #29\n\tsvc #0\n\tb _start\n");

#elif defined(__aarch64__)

/* There is no pause here: ppoll of nothing, without a limit. */
__asm__(".globl _start\n_start:\n\tmov x0, #0\n\tmov x1, #0\n\tmov x2, #0\n\tmov x3, #0\n\tmov x8, #73\n\tsvc #0\n"
	"\tb _start\n");

#elif defined(__x86_64__)

__asm__(".globl _start\n_start:\n\tmovl $34, %eax\n\tsyscall\n\tjmp _start\n");

#else
#error "not written down for this architecture: build with -DWITH_LIBC"
#endif

/* ISO C wants a declaration in every file. */
typedef int not_empty;
