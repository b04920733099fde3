#include "graph.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One line of the graph file, as a set of fields that still name other services. */
struct line {
	size_t number;
	char *needs;
	char *observes;
};

struct reader {
	const char *path;
	char *problem;
	size_t size;
	struct graph *graph;
	struct line *lines;
	size_t room;
};

static bool refuse(struct reader *reader, size_t number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool refuse(struct reader *reader, size_t number, const char *format, ...)
{
	va_list arguments;
	int used = number == 0 ? snprintf(reader->problem, reader->size, "%s: ", reader->path)
			       : snprintf(reader->problem, reader->size, "%s:%zu: ", reader->path, number);

	if (used < 0 || (size_t)used >= reader->size)
		return false;
	va_start(arguments, format);
	(void)vsnprintf(reader->problem + used, reader->size - (size_t)used, format, arguments);
	va_end(arguments);
	return false;
}

static bool valid_name(const char *name)
{
	size_t length = strlen(name);

	/* A name is a directory in the scan directory and a field of the control protocol. */
	if (length == 0 || length > NAME_MAX_LENGTH || name[0] == '.' || name[0] == '-')
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:@%+-") == length;
}

static bool read_limit(const char *text, unsigned *limit)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value == 0 || value > INT_MAX / 4)
		return false;
	*limit = (unsigned)value;
	return true;
}

static bool add_edge(struct edges *edges, size_t to)
{
	size_t *grown = realloc(edges->to, (edges->count + 1) * sizeof(*grown));

	if (grown == NULL)
		return false;
	edges->to = grown;
	edges->to[edges->count++] = to;
	return true;
}

static bool has_edge(const struct edges *edges, size_t to)
{
	for (size_t i = 0; i < edges->count; i++)
		if (edges->to[i] == to)
			return true;
	return false;
}

static char *after_prefix(char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

static bool grow(struct reader *reader)
{
	struct graph *graph = reader->graph;
	size_t room = reader->room == 0 ? 32 : reader->room * 2;
	struct service *services;
	struct line *lines;

	if (graph->count < reader->room)
		return true;
	services = realloc(graph->services, room * sizeof(*services));
	if (services == NULL)
		return false;
	graph->services = services;
	lines = realloc(reader->lines, room * sizeof(*lines));
	if (lines == NULL)
		return false;
	reader->lines = lines;
	reader->room = room;
	return true;
}

static bool read_line(struct reader *reader, size_t number, char *text)
{
	char *fields[7];
	size_t count = 0;
	char *rest = NULL;
	struct service *service;
	struct line *line;

	for (char *field = strtok_r(text, " \t", &rest); field != NULL; field = strtok_r(NULL, " \t", &rest)) {
		if (count == 0 && field[0] == '#')
			return true;
		if (count == 7)
			return refuse(reader, number, "more than 7 fields");
		fields[count++] = field;
	}
	if (count == 0)
		return true;
	if (count != 7)
		return refuse(reader, number, "%zu fields instead of 7", count);
	if (!valid_name(fields[0]))
		return refuse(reader, number, "'%s' is not a service name", fields[0]);
	if (graph_find(reader->graph, fields[0]) != reader->graph->count)
		return refuse(reader, number, "'%s' is there twice", fields[0]);
	if (!grow(reader))
		return refuse(reader, number, "out of memory");

	service = &reader->graph->services[reader->graph->count];
	line = &reader->lines[reader->graph->count];
	memset(service, 0, sizeof(*service));
	line->number = number;

	if (strcmp(fields[1], "longrun") == 0)
		service->type = LONGRUN;
	else if (strcmp(fields[1], "oneshot") == 0)
		service->type = ONESHOT;
	else
		return refuse(reader, number, "type '%s' is neither oneshot nor longrun", fields[1]);
	if (strcmp(fields[2], "controlled") == 0)
		service->controlled = true;
	else if (strcmp(fields[2], "wanted") != 0)
		return refuse(reader, number, "'%s' is neither wanted nor controlled", fields[2]);
	if (!read_limit(fields[3], &service->up_ms))
		return refuse(reader, number, "'%s' is not a time limit in milliseconds", fields[3]);
	if (!read_limit(fields[4], &service->down_ms))
		return refuse(reader, number, "'%s' is not a time limit in milliseconds", fields[4]);
	line->needs = after_prefix(fields[5], "needs=");
	line->observes = after_prefix(fields[6], "observes=");
	if (line->needs == NULL || line->observes == NULL)
		return refuse(reader, number, "needs= and observes= must be the last two fields");
	service->name = strdup(fields[0]);
	if (service->name == NULL)
		return refuse(reader, number, "out of memory");
	reader->graph->count++;
	return true;
}

static bool connect_names(struct reader *reader, size_t from, char *names, bool observes)
{
	struct graph *graph = reader->graph;
	struct service *service = &graph->services[from];
	size_t number = reader->lines[from].number;
	char *rest = NULL;

	for (char *name = strtok_r(names, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
		size_t to = graph_find(graph, name);
		struct edges *forward = observes ? &service->observes : &service->needs;

		if (to == graph->count)
			return refuse(reader, number, "'%s' %s '%s', which is not a service", service->name,
				      observes ? "observes" : "needs", name);
		if (observes && service->type != LONGRUN)
			return refuse(reader, number, "'%s' is a oneshot and cannot observe", service->name);
		if (to == from)
			return refuse(reader, number, "'%s' %s itself", service->name, observes ? "observes" : "needs");
		if (has_edge(forward, to))
			return refuse(reader, number, "'%s' names '%s' twice", service->name, name);
		if (!add_edge(forward, to)
		    || !add_edge(observes ? &graph->services[to].observers : &graph->services[to].dependents, from))
			return refuse(reader, number, "out of memory");
	}
	return true;
}

/* Fills graph->order; what is left over stands on a cycle or behind one. */
static bool sort(struct reader *reader)
{
	struct graph *graph = reader->graph;
	size_t *missing = calloc(graph->count + 1, sizeof(*missing));
	size_t placed = 0;
	bool sorted = true;

	graph->order = calloc(graph->count + 1, sizeof(*graph->order));
	if (missing == NULL || graph->order == NULL) {
		free(missing);
		return refuse(reader, 0, "out of memory");
	}
	for (size_t i = 0; i < graph->count; i++) {
		missing[i] = graph->services[i].needs.count;
		if (missing[i] == 0)
			graph->order[placed++] = i;
	}
	for (size_t done = 0; done < placed; done++) {
		const struct edges *dependents = &graph->services[graph->order[done]].dependents;

		for (size_t i = 0; i < dependents->count; i++)
			if (--missing[dependents->to[i]] == 0)
				graph->order[placed++] = dependents->to[i];
	}
	for (size_t i = 0; sorted && i < graph->count; i++)
		if (missing[i] != 0)
			sorted = refuse(reader, reader->lines[i].number, "'%s' stands on a cycle of needs, or behind one",
					graph->services[i].name);
	free(missing);
	return sorted;
}

static char *read_whole(const char *path, size_t *size)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t used = 0;

	while (file != NULL) {
		char *grown = realloc(text, used + 4097);
		size_t got;

		if (grown == NULL) {
			free(text);
			text = NULL;
			break;
		}
		text = grown;
		got = fread(text + used, 1, 4096, file);
		used += got;
		text[used] = '\0';
		if (got < 4096)
			break;
	}
	if (file != NULL) {
		if (ferror(file)) {
			free(text);
			text = NULL;
		}
		(void)fclose(file);
	}
	*size = used;
	return text;
}

struct graph *graph_read(const char *path, char *problem, size_t size)
{
	struct reader reader = { path, problem, size, calloc(1, sizeof(struct graph)), NULL, 0 };
	size_t length = 0;
	char *text = read_whole(path, &length);
	char *next = text;
	bool good = true;

	if (reader.graph == NULL || text == NULL)
		good = refuse(&reader, 0, "cannot be read: %s", strerror(errno == 0 ? ENOMEM : errno));
	else if (strlen(text) != length)
		good = refuse(&reader, 0, "has a NUL");
	for (size_t number = 1; good && next != NULL; number++) {
		char *line = next;

		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		good = read_line(&reader, number, line);
	}
	for (size_t i = 0; good && i < reader.graph->count; i++)
		good = connect_names(&reader, i, reader.lines[i].needs, false)
		       && connect_names(&reader, i, reader.lines[i].observes, true);
	good = good && sort(&reader);
	free(reader.lines);
	free(text);
	if (good)
		return reader.graph;
	graph_free(reader.graph);
	return NULL;
}

void graph_free(struct graph *graph)
{
	if (graph == NULL)
		return;
	for (size_t i = 0; i < graph->count; i++) {
		struct service *service = &graph->services[i];

		free(service->name);
		free(service->needs.to);
		free(service->dependents.to);
		free(service->observes.to);
		free(service->observers.to);
	}
	free(graph->services);
	free(graph->order);
	free(graph);
}

size_t graph_find(const struct graph *graph, const char *name)
{
	size_t i = 0;

	while (i < graph->count && strcmp(graph->services[i].name, name) != 0)
		i++;
	return i;
}

void graph_mark_needs(const struct graph *graph, size_t from, bool *reached)
{
	reached[from] = true;
	for (size_t i = graph->count; i-- > 0;) {
		const struct edges *needs = &graph->services[graph->order[i]].needs;

		if (reached[graph->order[i]])
			for (size_t k = 0; k < needs->count; k++)
				reached[needs->to[k]] = true;
	}
}

void graph_mark_dependents(const struct graph *graph, size_t from, bool *reached)
{
	reached[from] = true;
	for (size_t i = 0; i < graph->count; i++) {
		const struct edges *dependents = &graph->services[graph->order[i]].dependents;

		if (reached[graph->order[i]])
			for (size_t k = 0; k < dependents->count; k++)
				reached[dependents->to[k]] = true;
	}
}
