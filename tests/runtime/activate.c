/*
 * Linked into `activate` by --wrap: ends it before the system call that changes something for the
 * Nth time, N from CUT_AT, as a power cut would. With COUNT_CALLS it says at the end how many there were.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static long calls;

static void say_count(void)
{
	fprintf(stderr, "%ld calls\n", calls);
}

static void count_call(void)
{
	static long cut_at = -1;

	if (cut_at < 0) {
		const char *text = getenv("CUT_AT");

		cut_at = text != NULL ? strtol(text, NULL, 10) : 0;
		if (getenv("COUNT_CALLS") != NULL)
			atexit(say_count);
	}
	calls++;
	if (calls == cut_at)
		raise(SIGKILL);
}

#define WRAP(name, parameters, arguments) \
	int __real_##name parameters;     \
	int __wrap_##name parameters;     \
	int __wrap_##name parameters      \
	{                                 \
		count_call();             \
		return __real_##name arguments; \
	}

WRAP(fchmodat, (int folder, const char *name, mode_t mode, int flags), (folder, name, mode, flags))
WRAP(fchownat, (int folder, const char *name, uid_t user, gid_t group, int flags), (folder, name, user, group, flags))
WRAP(fsync, (int file), (file))
WRAP(linkat, (int from, const char *old, int to, const char *name, int flags), (from, old, to, name, flags))
WRAP(mkdirat, (int folder, const char *name, mode_t mode), (folder, name, mode))
WRAP(mknodat, (int folder, const char *name, mode_t mode, dev_t device), (folder, name, mode, device))
WRAP(renameat, (int from, const char *old, int to, const char *name), (from, old, to, name))
WRAP(symlinkat, (const char *target, int folder, const char *name), (target, folder, name))

int __real_unlinkat(int folder, const char *name, int flags);
int __wrap_unlinkat(int folder, const char *name, int flags);
int __wrap_unlinkat(int folder, const char *name, int flags)
{
	struct stat status;

	/* What removes nothing is no change. */
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		count_call();
	return __real_unlinkat(folder, name, flags);
}

ssize_t __real_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size)
{
	count_call();
	return __real_write(file, bytes, size);
}
