#include "outputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 1024, TEXT_SIZE = 65536, DEPTH_LIMIT = 8 };

static void empty(int directory, int depth)
{
	DIR *stream = fdopendir(directory);
	struct dirent *entry;

	if (stream == NULL) {
		(void)close(directory);
		return;
	}
	while ((entry = readdir(stream)) != NULL) {
		int inner;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(stream), entry->d_name, 0) == 0 || (errno != EISDIR && errno != EPERM))
			continue;
		inner = openat(dirfd(stream), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (inner >= 0 && depth < DEPTH_LIMIT)
			empty(inner, depth + 1);
		else if (inner >= 0)
			(void)close(inner);
		(void)unlinkat(dirfd(stream), entry->d_name, AT_REMOVEDIR);
	}
	(void)closedir(stream);
}

static int locate(char *path, const char *run_directory, const char *name, const char *file)
{
	return snprintf(path, PATH_SIZE, "%s/outputs/%s%s", run_directory, name, file);
}

bool outputs_have(const char *run_directory, const char *output)
{
	char path[PATH_SIZE];

	return locate(path, run_directory, output, "") < PATH_SIZE && access(path, R_OK) == 0;
}

/* A file without the line ends at its end; false when there is none. */
static bool read_text(int directory, const char *file, char *text, size_t *length)
{
	int descriptor = openat(directory, file, O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;

	*length = 0;
	while (descriptor >= 0 && (got = read(descriptor, text + *length, TEXT_SIZE - *length)) > 0)
		*length += (size_t)got;
	if (descriptor >= 0)
		(void)close(descriptor);
	while (*length > 0 && text[*length - 1] == '\n')
		--*length;
	return got == 0;
}

bool outputs_differ(const char *run_directory, const char *name, const char *reader)
{
	static char before[TEXT_SIZE];
	static char after[TEXT_SIZE];
	char path[PATH_SIZE];
	size_t prefix = strlen(name);
	DIR *stream;
	struct dirent *entry;
	bool differ = false;

	if (snprintf(path, sizeof(path), "%s/used", reader) >= PATH_SIZE)
		return false;
	stream = opendir(path);
	while (stream != NULL && !differ && (entry = readdir(stream)) != NULL) {
		size_t before_length;
		size_t after_length;

		if (strncmp(entry->d_name, name, prefix) != 0 || entry->d_name[prefix] != ':'
		    || !read_text(dirfd(stream), entry->d_name, before, &before_length)
		    || snprintf(path, sizeof(path), "%s/outputs/%s/%s", run_directory, name, entry->d_name + prefix + 1)
			       >= PATH_SIZE)
			continue;
		differ = !read_text(AT_FDCWD, path, after, &after_length) || after_length != before_length
			 || memcmp(after, before, after_length) != 0;
	}
	if (stream != NULL)
		(void)closedir(stream);
	return differ;
}

void outputs_remove(const char *run_directory, const char *name)
{
	char path[PATH_SIZE];
	int directory;

	if (locate(path, run_directory, name, "") >= PATH_SIZE)
		return;
	directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (directory < 0)
		return;
	empty(directory, 0);
	(void)rmdir(path);
}

bool outputs_make(const char *run_directory, const char *name)
{
	char path[PATH_SIZE];

	outputs_remove(run_directory, name);
	return locate(path, run_directory, name, "") < PATH_SIZE && (mkdir(path, 0755) == 0 || errno == EEXIST);
}

void outputs_complete(const char *run_directory, const char *name)
{
	char path[PATH_SIZE];
	int file;

	if (locate(path, run_directory, name, "/state") >= PATH_SIZE)
		return;
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (file < 0)
		return;
	if (write(file, "ready\n", 6) != 6)
		(void)unlink(path);
	(void)close(file);
}

/* The first line of a file, as far as there is room; empty when it cannot be read. */
static void read_line(const char *path, char *text, size_t size)
{
	int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t got = file < 0 ? -1 : read(file, text, size - 1);

	if (file >= 0)
		(void)close(file);
	text[got < 0 ? 0 : got] = '\0';
	text[strcspn(text, "\n")] = '\0';
	/* It may hold what a server on the network said. */
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

void outputs_problem(const char *run_directory, const char *name, char *text, size_t size)
{
	char path[PATH_SIZE];
	char interface[16];
	char carrier[4] = "";

	text[0] = '\0';
	if (locate(path, run_directory, name, "/problem") >= PATH_SIZE)
		return;
	read_line(path, text, size);
	if (text[0] != '\0' || locate(path, run_directory, name, "/ifname") >= PATH_SIZE)
		return;
	read_line(path, interface, sizeof(interface));
	if (interface[0] == '\0' || strchr(interface, '/') != NULL)
		return;
	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/carrier", interface);
	read_line(path, carrier, sizeof(carrier));
	if (strcmp(carrier, "0") == 0)
		(void)snprintf(text, size, "%s has no carrier", interface);
}
