#include "marks.h"

#include "message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *print(const struct marks *marks, const struct system *system)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (stream == NULL)
		return NULL;
	(void)fprintf(stream, "%d %d\n", system->shutdown, marks->announced);
	for (size_t i = 0; i < system->graph->count; i++) {
		const struct state *state = &system->states[i];

		(void)fprintf(stream, "%s %d %d %d %d %u\n", system->graph->services[i].name, state->wanted,
			      state->stopped, state->failed, state->restarting, state->failures);
	}
	if (fclose(stream) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

bool marks_read(struct marks *marks, const char *run_directory, struct system *system)
{
	char name[NAME_MAX_LENGTH + 1];
	int shutdown = 0;
	int announced = 0;
	int flags[4];
	unsigned failures;
	size_t size = strlen(run_directory) + sizeof("/marks");
	FILE *file;

	marks->path = malloc(size);
	marks->written = NULL;
	marks->announced = false;
	if (marks->path == NULL)
		return false;
	(void)snprintf(marks->path, size, "%s/marks", run_directory);
	file = fopen(marks->path, "re");
	if (file == NULL)
		return false;
	if (fscanf(file, "%d %d\n", &shutdown, &announced) == 2) {
		system->shutdown = shutdown != 0;
		marks->announced = announced != 0;
	}
	while (fscanf(file, "%200s %d %d %d %d %u\n", name, &flags[0], &flags[1], &flags[2], &flags[3], &failures) == 6) {
		size_t i = graph_find(system->graph, name);

		if (i == system->graph->count)
			continue;
		system->states[i].wanted = flags[0] != 0;
		system->states[i].stopped = flags[1] != 0;
		system->states[i].failed = flags[2] != 0;
		system->states[i].restarting = flags[3] != 0;
		system->states[i].failures = failures;
	}
	(void)fclose(file);
	return true;
}

void marks_write(struct marks *marks, const struct system *system)
{
	char *text = print(marks, system);
	size_t size = marks->path == NULL ? 0 : strlen(marks->path) + sizeof(".new");
	char *fresh = size == 0 ? NULL : malloc(size);
	FILE *file = NULL;

	if (text == NULL || fresh == NULL || (marks->written != NULL && strcmp(text, marks->written) == 0))
		goto out;
	(void)snprintf(fresh, size, "%s.new", marks->path);
	file = fopen(fresh, "we");
	if (file == NULL || fputs(text, file) < 0) {
		say("services: %s: %s", fresh, strerror(errno));
	} else {
		int closed = fclose(file);

		file = NULL;
		if (closed == 0 && rename(fresh, marks->path) == 0) {
			free(marks->written);
			marks->written = text;
			text = NULL;
		}
	}
	if (file != NULL)
		(void)fclose(file);
out:
	free(fresh);
	free(text);
}
