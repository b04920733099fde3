#ifndef ARCHIVE_H
#define ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A file that the archive lists. */
struct entry {
	char *path; /* relative, without "." and ".." */
	mode_t mode;
	uid_t user;
	gid_t group;
	dev_t device; /* which one a device file stands for */
	dev_t home; /* with inode: tells names of one file from others */
	ino_t inode;
	unsigned links; /* more than one: another entry can be a name of this file */
	const char *data; /* content, or where a link leads; no NUL ends it */
	size_t size;
	const struct entry *same; /* the entry with the file's first name; null for that itself */
};

/* A newc archive (Documentation/driver-api/early-userspace/buffer-format.rst of the kernel). */
struct archive {
	struct entry *entries;
	size_t count;
	char *bytes;
};

/*
 * Read a whole archive. Where it is cut off, is none, or has a name that leads outside, say so on
 * standard error and return false.
 */
bool archive_read(struct archive *archive, const char *file);

void archive_free(struct archive *archive);

#endif
