/*
 * The pure part of preinit as a program for test_preinit.py. It answers requests until its input ends:
 * a line "options SIZE 0", "mtd SIZE SIZE", "names SIZE 0" or "label SIZE SIZE", and bytes of these
 * sizes. Every text is on the heap with no byte behind its end, so that the address sanitizer sees each
 * step too far.
 */
#define PARTITIONS
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *take(size_t size)
{
	char *text = malloc(size + 1);

	if (text == NULL || fread(text, 1, size, stdin) != size)
		exit(1);
	text[size] = '\0';
	return text;
}

static void tell(const char *text, size_t size)
{
	(void)printf("%zu\n", size);
	(void)fwrite(text, 1, size, stdout);
}

static void tell_options(char *line)
{
	struct options options = { { "default root", "default type", "", "default init" }, 1 };

	take_options(&options, line);
	for (int i = 0; i < OPTIONS; i++)
		tell(options.values[i], strlen(options.values[i]));
	tell(options.read_only == 1 ? "ro" : options.read_only == 0 ? "rw" : "?", 2);
}

/* The names one after the other, each with a line break. */
static void tell_names(const char *line)
{
	char *names = malloc(strlen(line) + 1);
	char *end = names;
	char *name = malloc(NAME_BYTES);

	if (names == NULL || name == NULL)
		exit(1);
	while ((line = take_name(line, name)) != NULL)
		end += sprintf(end, "%s\n", name);
	tell(names, (size_t)(end - names));
	free(name);
	free(names);
}

int main(void)
{
	char what[10];
	size_t sizes[2];

	while (scanf("%9s %zu %zu", what, &sizes[0], &sizes[1]) == 3 && getchar() == '\n') {
		char *first = take(sizes[0]);
		char *second = take(sizes[1]);

		if (strcmp(what, "options") == 0) {
			tell_options(first);
		} else if (strcmp(what, "names") == 0) {
			tell_names(first);
		} else if (strcmp(what, "label") == 0) {
			tell(has_label(first, second) ? "y" : "n", 1);
		} else {
			const char *number = mtd_number(first, second);

			tell(number == NULL ? "" : number, number == NULL ? 0 : strcspn(number, ":\n"));
		}
		(void)fflush(stdout);
		free(second);
		free(first);
	}
	return 0;
}
