/*
 * What serviced reads of a process, for test_serviced.py: the line that its service wrote down, a size of
 * one byte in front, and /proc/PID/stat. The answer is its number and its start, 0 and 0 where it is none
 * that lives, and what would have been sent signals.
 */
#include "harness.h"
#include "s6.h"

#include <signal.h>
#include <sys/types.h>

static const char *record;
static const char *status;
static size_t record_size;
static size_t status_size;
static int64_t killed[2];
static int kills;

FILE *__wrap_fopen(const char *path, const char *mode);
int __wrap_kill(pid_t process, int signal);
pid_t __wrap_getpgid(pid_t process);

FILE *__wrap_fopen(const char *path, const char *mode)
{
	char *file = strncmp(path, "/proc/", 6) == 0 ? as_file(0, status, status_size)
						     : as_file(1, record, record_size);
	FILE *__real_fopen(const char *, const char *);

	return __real_fopen(file, mode);
}

int __wrap_kill(pid_t process, int signal)
{
	(void)signal;
	if (kills == 2)
		abort();
	killed[kills++] = process;
	return 0;
}

pid_t __wrap_getpgid(pid_t process)
{
	return process;
}

int main(void)
{
	static char directory[] = "/service";
	char *bytes;
	size_t size;

	while ((bytes = take_input(&size)) != NULL) {
		struct watch watch = { .directory = directory };
		struct process process;
		int64_t answer[4];

		record_size = size > 0 ? (uint8_t)bytes[0] : 0;
		if (record_size + 1 > size)
			record_size = size > 0 ? size - 1 : 0;
		record = bytes + (size > 0);
		status = record + record_size;
		status_size = size - (size > 0) - record_size;
		kills = 0;
		killed[0] = killed[1] = 0;
		process = s6_recorded_process(&watch);
		s6_kill_rest(&watch);
		process_signal(&process, SIGTERM);
		answer[0] = process.pid;
		answer[1] = process.start;
		memcpy(answer + 2, killed, sizeof(killed));
		give_answer(answer, sizeof(answer));
		free(bytes);
	}
	return 0;
}
