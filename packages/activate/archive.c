#include "archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { MAGIC_BYTES = 6, FIELD_BYTES = 8, HEADER_BYTES = 110 };

/* Fields of a header, in the order of the archive. */
enum field {
	INODE,
	MODE,
	USER,
	GROUP,
	LINKS,
	TIME,
	SIZE,
	HOME_MAJOR,
	HOME_MINOR,
	DEVICE_MAJOR,
	DEVICE_MINOR,
	NAME_SIZE,
	CHECKSUM,
	FIELDS
};

static bool refuse(const char *file, const char *why)
{
	fprintf(stderr, "activate: %s: %s\n", file, why);
	return false;
}

static bool read_all(int input, char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t count = read(input, bytes, size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count == 0)
			errno = EIO;
		if (count <= 0)
			return false;
		bytes += count;
		size -= (size_t)count;
	}
	return true;
}

/* Read a file whole into memory of its own. */
static char *read_file(const char *file, size_t *size)
{
	struct stat status;
	char *bytes = NULL;
	int input = open(file, O_RDONLY | O_CLOEXEC);

	if (input >= 0 && fstat(input, &status) == 0) {
		*size = (size_t)status.st_size;
		bytes = malloc(*size + 1);
	}
	if (bytes == NULL || !read_all(input, bytes, *size)) {
		refuse(file, strerror(errno));
		free(bytes);
		bytes = NULL;
	}
	if (input >= 0)
		close(input);
	return bytes;
}

static bool read_field(const char *text, uint32_t *value)
{
	*value = 0;
	for (int i = 0; i < FIELD_BYTES; i++) {
		unsigned digit;

		if (text[i] >= '0' && text[i] <= '9')
			digit = (unsigned)(text[i] - '0');
		else if (text[i] >= 'a' && text[i] <= 'f')
			digit = (unsigned)(text[i] - 'a') + 10;
		else if (text[i] >= 'A' && text[i] <= 'F')
			digit = (unsigned)(text[i] - 'A') + 10;
		else
			return false;
		*value = *value << 4 | digit;
	}
	return true;
}

static bool read_header(const char *text, uint32_t fields[FIELDS])
{
	if (memcmp(text, "070701", MAGIC_BYTES) != 0)
		return false;
	for (int i = 0; i < FIELDS; i++)
		if (!read_field(text + MAGIC_BYTES + i * FIELD_BYTES, &fields[i]))
			return false;
	return true;
}

/* Take "/" and "./" off the front, and "/" off the end; null where a part is "", "." or "..". */
static char *plain_path(char *name)
{
	size_t length;

	while (name[0] == '/' || (name[0] == '.' && name[1] == '/'))
		name++;
	length = strlen(name);
	if (length > 1 && name[length - 1] == '/')
		name[length - 1] = '\0';
	for (const char *part = name;; part++) {
		size_t size = strcspn(part, "/");

		if (size == 0 || (size <= 2 && strncmp(part, "..", size) == 0))
			return NULL;
		part += size;
		if (*part == '\0')
			return name;
	}
}

static bool is_known_kind(mode_t mode)
{
	return S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode) || S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) ||
	       S_ISSOCK(mode);
}

static size_t rounded(size_t offset)
{
	return (offset + 3) & ~(size_t)3;
}

/* Read the entry at an offset, and move that on; `end` tells that the archive ends there. */
static bool read_entry(struct archive *archive, size_t size, size_t *offset, struct entry *entry, bool *end,
		       const char **why)
{
	uint32_t fields[FIELDS];
	size_t data;
	char *name;

	*why = "is cut off";
	if (size - *offset < HEADER_BYTES)
		return false;
	if (!read_header(archive->bytes + *offset, fields)) {
		*why = "is no newc archive";
		return false;
	}
	name = archive->bytes + *offset + HEADER_BYTES;
	if (fields[NAME_SIZE] == 0 || fields[NAME_SIZE] > size - *offset - HEADER_BYTES)
		return false;
	if (memchr(name, '\0', fields[NAME_SIZE]) != name + fields[NAME_SIZE] - 1) {
		*why = "has a name that does not end where it should";
		return false;
	}
	data = rounded(*offset + HEADER_BYTES + fields[NAME_SIZE]);
	if (data > size || fields[SIZE] > size - data)
		return false;
	*offset = rounded(data + fields[SIZE]);
	if (*offset > size)
		return false;
	*end = strcmp(name, "TRAILER!!!") == 0;
	*entry = (struct entry){
		.path = name,
		.mode = (mode_t)fields[MODE],
		.user = fields[USER],
		.group = fields[GROUP],
		.device = makedev(fields[DEVICE_MAJOR], fields[DEVICE_MINOR]),
		.home = makedev(fields[HOME_MAJOR], fields[HOME_MINOR]),
		.inode = fields[INODE],
		.links = fields[LINKS],
		.data = archive->bytes + data,
		.size = fields[SIZE],
	};
	return true;
}

static bool read_entries(struct archive *archive, size_t size, const char **why)
{
	size_t room = 0;
	size_t offset = 0;

	for (;;) {
		struct entry entry;
		bool end;

		if (!read_entry(archive, size, &offset, &entry, &end, why))
			return false;
		if (end)
			return true;
		if (S_ISDIR(entry.mode) && (strcmp(entry.path, ".") == 0 || strcmp(entry.path, "/") == 0))
			continue;
		entry.path = plain_path(entry.path);
		if (entry.path == NULL) {
			*why = "has a name that leads outside";
			return false;
		}
		/* Some writers count the NUL that ends where a link leads. */
		if (S_ISLNK(entry.mode))
			entry.size = strnlen(entry.data, entry.size);
		if (!is_known_kind(entry.mode)) {
			*why = "has something that is no kind of file";
			return false;
		}
		if (archive->count == room) {
			struct entry *more;

			room = room == 0 ? 256 : 2 * room;
			more = realloc(archive->entries, room * sizeof(*more));
			if (more == NULL) {
				*why = strerror(errno);
				return false;
			}
			archive->entries = more;
		}
		archive->entries[archive->count++] = entry;
	}
}

/* Names of one file: the first has the content, wherever in the archive it stood. */
static void join_names(struct archive *archive)
{
	for (size_t i = 0; i < archive->count; i++) {
		struct entry *first = &archive->entries[i];

		if (!S_ISREG(first->mode) || first->links < 2 || first->same != NULL)
			continue;
		for (size_t k = i + 1; k < archive->count; k++) {
			struct entry *other = &archive->entries[k];

			if (!S_ISREG(other->mode) || other->links < 2 || other->inode != first->inode ||
			    other->home != first->home)
				continue;
			other->same = first;
			/* One file has one mode and one owner; two would be set in turn at each run. */
			other->mode = first->mode;
			other->user = first->user;
			other->group = first->group;
			if (other->size > 0) {
				first->data = other->data;
				first->size = other->size;
			}
		}
	}
}

bool archive_read(struct archive *archive, const char *file)
{
	const char *why;
	size_t size = 0;

	*archive = (struct archive){ .bytes = read_file(file, &size) };
	if (archive->bytes == NULL)
		return false;
	if (!read_entries(archive, size, &why)) {
		archive_free(archive);
		return refuse(file, why);
	}
	join_names(archive);
	return true;
}

void archive_free(struct archive *archive)
{
	free(archive->entries);
	free(archive->bytes);
	*archive = (struct archive){ 0 };
}
