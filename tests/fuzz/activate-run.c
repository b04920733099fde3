/*
 * activate, for test_activate.py. An input is a letter and fields, a size of four bytes in front of each:
 *
 *   a ARCHIVE                  the answer is "!", or what archive_read() made of it
 *   r DIRECTORY WANTED [OLD]   the answer is its exit code, one byte
 */
#define main activate_main
int activate_main(int count, char **arguments);
#include "main.c"
#undef main

#include "harness.h"

#include <sys/sysmacros.h>

struct field {
	const char *bytes;
	size_t size;
};

/* No disk of the machine that runs tests has to be waited for. */
int __wrap_fsync(int file);
void __wrap_sync(void);

int __wrap_fsync(int file)
{
	return file < 0 ? -1 : 0;
}

void __wrap_sync(void)
{
}

static void print_archive(FILE *out, const struct archive *archive)
{
	for (size_t i = 0; i < archive->count; i++) {
		const struct entry *entry = &archive->entries[i];
		long same = entry->same == NULL ? -1 : entry->same - archive->entries;

		(void)fprintf(out, "%o %u %u %u:%u %u %ld %zu %zu\n%s", entry->mode, entry->user, entry->group,
			      major(entry->device), minor(entry->device), entry->links, same, entry->size,
			      strlen(entry->path), entry->path);
		if (entry->size > 0)
			(void)fwrite(entry->data, 1, entry->size, out);
		(void)fputc('\n', out);
	}
}

static void read_archive(const struct field *field)
{
	struct archive archive;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		exit(1);
	if (archive_read(&archive, as_file(0, field->bytes, field->size)))
		print_archive(out, &archive);
	else
		(void)fputc('!', out);
	archive_free(&archive);
	(void)fclose(out);
	give_answer(text, size);
	free(text);
}

static void run(const struct field *fields, int count)
{
	static char name[] = "activate";
	static char option[] = "-r";
	char *directory = strndup(fields[0].bytes, fields[0].size);
	char *arguments[] = { name, option, directory, as_file(0, fields[1].bytes, fields[1].size), NULL, NULL };
	char code;

	if (count == 3)
		arguments[4] = as_file(1, fields[2].bytes, fields[2].size);
	/* Begin with the first argument again. */
	optind = 0;
	code = (char)activate_main(2 + count, arguments);
	give_answer(&code, 1);
	free(directory);
}

int main(void)
{
	char *bytes;
	size_t size;

	while ((bytes = take_input(&size)) != NULL) {
		struct field fields[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
		int count = 0;

		for (size_t at = 1; count < 3 && at + sizeof(uint32_t) <= size; count++) {
			uint32_t length;

			memcpy(&length, bytes + at, sizeof(length));
			at += sizeof(length);
			fields[count] = (struct field){ bytes + at, length < size - at ? length : size - at };
			at += fields[count].size;
		}
		if (size > 0 && bytes[0] == 'a')
			read_archive(&fields[0]);
		else
			run(fields, count);
		free(bytes);
	}
	return 0;
}
