/* Rests until a signal ends it: what a oneshot becomes once its work is done. */
#include <unistd.h>

int main(void)
{
	for (;;)
		(void)pause();
}
