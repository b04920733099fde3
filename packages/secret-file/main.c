/* secret-file: publishes the first line of a file as an output that only root can read. See usage(). */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Longer than any key or password; a file of another kind is told from a secret by it. */
#define MOST 1024
#define READY_FD 3

static int usage(void)
{
	(void)fputs("usage: secret-file FILE DIRECTORY PROGRAM [ARGUMENT...]\n"
		    "       keeps DIRECTORY/value what the first line of FILE is, and DIRECTORY/problem why\n"
		    "       there is none; writes a newline to descriptor 3 after the first look, and runs\n"
		    "       PROGRAM when the value has changed after that\n", stderr);
	return 2;
}

static const char *directory;

static bool join(char *path, size_t size, const char *name)
{
	int length = snprintf(path, size, "%s/%s", directory, name);

	return length > 0 && (size_t)length < size;
}

/* Never seen half: it gets its name when it is whole. */
static bool publish(const char *name, const char *text)
{
	char path[4096];
	char made[4096];
	char hidden[64];
	int file;
	bool whole;

	(void)snprintf(hidden, sizeof(hidden), ".%s", name);
	if (!join(path, sizeof(path), name) || !join(made, sizeof(made), hidden))
		return false;
	file = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		return false;
	whole = dprintf(file, "%s\n", text) == (int)strlen(text) + 1;
	return close(file) == 0 && whole && rename(made, path) == 0;
}

static void retract(const char *name)
{
	char path[4096];

	if (join(path, sizeof(path), name))
		(void)unlink(path);
}

/* Reads the first line into `line`; says what is wrong with the file, or NULL. */
static const char *read_secret(const char *path, char *line, size_t size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat about;
	ssize_t got;
	char *end;

	if (file < 0)
		return errno == ENOENT || errno == ENOTDIR ? "is not there" : strerror(errno);
	if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
		(void)close(file);
		return "is not a file";
	}
	got = read(file, line, size - 1);
	(void)close(file);
	if (got < 0)
		return "cannot be read";
	line[got] = '\0';
	end = memchr(line, '\n', (size_t)got);
	if (end == NULL && (size_t)got == size - 1)
		return "has a line that is too long for a secret";
	if (end != NULL)
		*end = '\0';
	if (line[0] == '\0')
		return "is empty";
	for (const char *at = line; at < line + (end != NULL ? end - line : got); at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return "holds what is not text";
	return NULL;
}

static bool same(const struct stat *one, const struct stat *other)
{
	return one->st_dev == other->st_dev && one->st_ino == other->st_ino && one->st_size == other->st_size &&
	       one->st_mode == other->st_mode && one->st_ctim.tv_sec == other->st_ctim.tv_sec &&
	       one->st_ctim.tv_nsec == other->st_ctim.tv_nsec;
}

/* Publishes what the file holds now, and what is wrong with it; says whether the value is another one. */
static bool look(const char *path)
{
	static char last[MOST];
	static char reported[4096];
	char line[MOST] = "";
	char problem[4096] = "";
	struct stat about;
	const char *wrong = read_secret(path, line, sizeof(line));
	bool changed = false;

	if (wrong != NULL) {
		(void)snprintf(problem, sizeof(problem), "%s %s", path, wrong);
		changed = last[0] != '\0';
		last[0] = '\0';
		retract("value");
	} else {
		if (stat(path, &about) == 0 && (about.st_mode & 077) != 0)
			(void)snprintf(problem, sizeof(problem), "%s can be read by others than root", path);
		if (strcmp(line, last) != 0) {
			changed = publish("value", line);
			if (changed)
				(void)strcpy(last, line);
			else
				(void)snprintf(problem, sizeof(problem), "the value cannot be published: %s",
					       strerror(errno));
		}
	}
	if (strcmp(problem, reported) == 0)
		return changed;
	(void)strcpy(reported, problem);
	if (problem[0] == '\0') {
		retract("problem");
	} else {
		(void)fprintf(stderr, "%s\n", problem);
		(void)publish("problem", problem);
	}
	return changed;
}

static void run(char **command)
{
	pid_t child = fork();

	if (child == 0) {
		(void)execvp(command[0], command);
		(void)fprintf(stderr, "%s: %s\n", command[0], strerror(errno));
		_exit(127);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

/* The file may come with a file system that is mounted later, in a directory that is made later, or under its name
 * by a rename: a look each second costs less than to follow all that. A file that has just changed may be half
 * written, and is read when it has been the same for two looks. */
int main(int count, char **words)
{
	const struct timespec second = { 1, 0 };
	struct stat before;
	struct stat now;
	bool settled = true;

	if (count < 4)
		return usage();
	directory = words[2];
	(void)memset(&before, 0, sizeof(before));
	if (stat(words[1], &before) != 0)
		(void)memset(&before, 0, sizeof(before));
	(void)look(words[1]);
	(void)!write(READY_FD, "\n", 1);
	(void)close(READY_FD);
	for (;;) {
		(void)nanosleep(&second, NULL);
		if (stat(words[1], &now) != 0)
			(void)memset(&now, 0, sizeof(now));
		if (!same(&before, &now)) {
			before = now;
			settled = false;
		} else if (!settled) {
			settled = true;
			if (look(words[1]))
				run(words + 3);
		}
	}
}
