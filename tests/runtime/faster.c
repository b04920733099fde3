/* Preloaded into a program, it makes its time pass faster: an hour of its waits is over in seconds.
 * What the program starts runs at the usual pace. */
#include <dlfcn.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double times = 1;

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("TIMES_FASTER");

	if (text != NULL && atof(text) > 1)
		times = atof(text);
	(void)unsetenv("LD_PRELOAD");
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	long result = syscall(SYS_clock_gettime, clock, now);

	if (result == 0 && clock == CLOCK_MONOTONIC) {
		double seconds = ((double)now->tv_sec + (double)now->tv_nsec / 1e9) * times;

		now->tv_sec = (time_t)seconds;
		now->tv_nsec = (long)((seconds - (double)now->tv_sec) * 1e9);
	}
	return (int)result;
}

int poll(struct pollfd *descriptors, nfds_t count, int limit_ms)
{
	struct timespec limit = { 0, 0 };
	double seconds = (double)limit_ms / 1e3 / times;

	limit.tv_sec = (time_t)seconds;
	limit.tv_nsec = (long)((seconds - (double)limit.tv_sec) * 1e9);
	return ppoll(descriptors, count, limit_ms < 0 ? NULL : &limit, NULL);
}

unsigned sleep(unsigned seconds)
{
	(void)usleep((useconds_t)((double)seconds * 1e6 / times));
	return 0;
}
