/* logread: the log of this device, as s6-log keeps it: whole files named @TIME in order, then `current`. */
#include <dirent.h>
#include <errno.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLLOW_PAUSE_US = 200000, STAMP = 19, STAMP_WITH_FRACTION = 29 };

struct names {
	char **names;
	size_t count;
};

/* The lines to show; with a limit, a ring of the last ones. */
struct output {
	regex_t *wanted;
	char **last;
	size_t limit;
	size_t count;
};

static int usage(FILE *stream)
{
	(void)fputs("usage: logread [-f] [-l LINES] [-e REGEX]\n"
		    "\n"
		    "  -f        go on with what is logged from now on, until Ctrl-C\n"
		    "  -l LINES  only the last ones\n"
		    "  -e REGEX  only lines that match (extended, as of grep -E)\n"
		    "\n"
		    "The log is in memory: the last 64 kB and up to four times as much before.\n", stream);
	return stream == stdout ? 0 : 2;
}

static void fail(const char *what)
{
	(void)fprintf(stderr, "logread: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *needed(void *memory)
{
	if (memory == NULL)
		fail("memory");
	return memory;
}

static int compare(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

static void free_names(struct names *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->names[i]);
	free(list->names);
}

/* '@' sorts before 'c', and the times in the order that they passed. */
static struct names list_files(void)
{
	struct names list = { NULL, 0 };
	struct dirent *entry;
	DIR *directory = opendir(".");

	if (directory == NULL)
		fail("the log");
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] != '@' && strcmp(entry->d_name, "current") != 0)
			continue;
		list.names = needed(realloc(list.names, (list.count + 1) * sizeof(*list.names)));
		list.names[list.count++] = needed(strdup(entry->d_name));
	}
	(void)closedir(directory);
	if (list.count > 1)
		qsort(list.names, list.count, sizeof(*list.names), compare);
	return list;
}

static bool same(const struct names *one, const struct names *other)
{
	if (one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (strcmp(one->names[i], other->names[i]) != 0)
			return false;
	return true;
}

static FILE *open_after(const struct names *list, ino_t before, struct stat *status)
{
	FILE *first = NULL;
	bool found = false;

	for (size_t i = 0; i < list->count; i++) {
		struct stat here;
		FILE *file = fopen(list->names[i], "re");

		if (file == NULL || fstat(fileno(file), &here) != 0) {
			if (file != NULL)
				(void)fclose(file);
			continue;
		}
		if (found || first == NULL) {
			if (first != NULL)
				(void)fclose(first);
			first = file;
			*status = here;
			if (found)
				return first;
		} else {
			(void)fclose(file);
		}
		found = here.st_ino == before;
	}
	/* It is the newest itself, or so old that it is gone, and the first one is the next. */
	if (found) {
		(void)fclose(first);
		return NULL;
	}
	return first;
}

/* The file behind the one with that number, or the first: again when s6-log began another one meanwhile. */
static FILE *next_file(ino_t before, struct stat *status)
{
	struct names list = list_files();

	for (;;) {
		FILE *file = open_after(&list, before, status);
		struct names now = list_files();
		bool steady = same(&list, &now);

		free_names(&list);
		list = now;
		if (steady) {
			free_names(&list);
			return file;
		}
		if (file != NULL)
			(void)fclose(file);
	}
}

/* "TIME.123456789  <6>[ 1.0] text" becomes "TIME kernel: [ 1.0] text". What a stranger can have logged does nothing
 * to the terminal. */
static char *shown(const char *line)
{
	char *text = needed(malloc(strlen(line) + sizeof(" kernel: \n")));
	size_t used = 0;

	if (strlen(line) > STAMP_WITH_FRACTION && line[STAMP] == '.' && line[4] == '-' && line[STAMP_WITH_FRACTION] == ' ') {
		memcpy(text, line, STAMP);
		used = STAMP;
		line += STAMP_WITH_FRACTION;
		line += strspn(line, " ");
		text[used++] = ' ';
	}
	if (line[0] == '<' && line[1] >= '0' && line[1] <= '9') {
		const char *rest = line + 1 + strspn(line + 1, "0123456789");

		if (*rest == '>') {
			memcpy(text + used, "kernel: ", 8);
			used += 8;
			line = rest + 1;
		}
	}
	for (; *line != '\0' && *line != '\n'; line++) {
		unsigned char character = (unsigned char)*line;

		text[used++] = (character < 0x20 && character != '\t') || character == 0x7f ? '?' : *line;
	}
	text[used] = '\0';
	return text;
}

static void show(struct output *output, const char *line)
{
	char *text = shown(line);

	if (output->wanted != NULL && regexec(output->wanted, text, 0, NULL, 0) != 0) {
		free(text);
	} else if (output->last == NULL) {
		(void)puts(text);
		free(text);
	} else if (output->limit == 0) {
		free(text);
	} else {
		char **place = &output->last[output->count++ % output->limit];

		free(*place);
		*place = text;
	}
}

/* From here on lines are shown as they come. */
static void show_last(struct output *output)
{
	size_t kept = output->count < output->limit ? output->count : output->limit;

	for (size_t i = output->count - kept; i < output->count; i++) {
		(void)puts(output->last[i % output->limit]);
		free(output->last[i % output->limit]);
	}
	free(output->last);
	output->last = NULL;
}

/* Up to the end; a line that is not whole yet waits. */
static void read_lines(FILE *file, struct output *output)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t got;

	while ((got = getline(&line, &size, file)) > 0) {
		if (line[got - 1] != '\n') {
			(void)fseeko(file, -(off_t)got, SEEK_CUR);
			break;
		}
		show(output, line);
	}
	clearerr(file);
	free(line);
}

static bool newest(ino_t inode)
{
	struct stat status;

	return stat("current", &status) == 0 && status.st_ino == inode;
}

static void read_log(struct output *output, bool follow)
{
	struct stat status = { 0 };
	FILE *file = next_file(0, &status);

	if (file == NULL && !follow)
		fail("the log");
	for (;;) {
		struct stat after;
		FILE *next;

		if (file != NULL)
			read_lines(file, output);
		next = newest(status.st_ino) ? NULL : next_file(status.st_ino, &after);
		if (next != NULL) {
			/* s6-log wrote to the old one until then. */
			if (file != NULL) {
				read_lines(file, output);
				(void)fclose(file);
			}
			file = next;
			status = after;
			continue;
		}
		if (output->last != NULL)
			show_last(output);
		if (fflush(stdout) != 0 || !follow)
			break;
		(void)usleep(FOLLOW_PAUSE_US);
	}
	if (file != NULL)
		(void)fclose(file);
}

int main(int count, char **arguments)
{
	const char *directory = getenv("LOG_DIRECTORY");
	struct output output = { NULL, NULL, 0, 0 };
	bool follow = false;
	regex_t wanted;
	char *end;
	int option;

	while ((option = getopt(count, arguments, "fl:e:h")) != -1) {
		switch (option) {
		case 'f':
			follow = true;
			break;
		case 'l':
			output.limit = (size_t)strtoul(optarg, &end, 10);
			if (optarg[0] < '0' || optarg[0] > '9' || *end != '\0' || output.limit > 100000)
				return usage(stderr);
			output.last = needed(calloc(output.limit + 1, sizeof(*output.last)));
			break;
		case 'e':
			if (regcomp(&wanted, optarg, REG_EXTENDED | REG_NOSUB) != 0) {
				(void)fprintf(stderr, "logread: not a regular expression: %s\n", optarg);
				return 2;
			}
			output.wanted = &wanted;
			break;
		case 'h':
			return usage(stdout);
		default:
			return usage(stderr);
		}
	}
	if (optind != count)
		return usage(stderr);
	if (chdir(directory == NULL ? "/run/log" : directory) != 0)
		fail("the log");
	read_log(&output, follow);
	if (output.wanted != NULL)
		regfree(output.wanted);
	return 0;
}
