#include "outputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 1024, DEPTH_LIMIT = 8 };

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
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (file < 0)
		return;
	if (write(file, "ready\n", 6) != 6)
		(void)unlink(path);
	(void)close(file);
}
