/*
 * The control socket of serviced with its decisions and its marks, for test_serviced.py. An input is
 * four texts, a size of four bytes in front of each: the graph, the marks, what every service says is wrong
 * with it, and steps:
 *
 *   c       a client connects            t N     the time goes on, by N * 50 ms
 *   s I N   client I sends N more bytes  e I N   event N of service I
 *   x I     client I goes away           p       what came is served, and what is due is done
 *
 * In the end time passes until every wait is over. The answer is what each client got, a size of four
 * bytes in front.
 */
#include "control.h"
#include "decide.h"
#include "harness.h"
#include "marks.h"
#include "outputs.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { MOST = 70, EVENTS = EVENT_UNSUPERVISED + 1 };

struct reader {
	int descriptor;
	char *got;
	size_t size;
};

struct world {
	struct system system;
	struct control control;
	struct marks marks;
	enum action *actions;
	struct reader readers[MOST];
	size_t count;
	int64_t now;
};

/* The working directory is the program's own. */
static const char directory[] = ".";

static void connect_reader(struct world *world)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct reader *reader = &world->readers[world->count];

	if (world->count == MOST)
		return;
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/control", directory);
	*reader = (struct reader){ socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), NULL, 0 };
	if (reader->descriptor < 0)
		exit(1);
	if (connect(reader->descriptor, (const struct sockaddr *)&address, sizeof(address)) == 0)
		world->count++;
	else
		(void)close(reader->descriptor);
}

static void read_all(struct world *world)
{
	for (size_t i = 0; i < world->count; i++) {
		struct reader *reader = &world->readers[i];
		char bytes[4096];
		ssize_t size;

		while (reader->descriptor >= 0 && (size = recv(reader->descriptor, bytes, sizeof(bytes), 0)) > 0) {
			reader->got = realloc(reader->got, reader->size + (size_t)size);
			if (reader->got == NULL)
				exit(1);
			memcpy(reader->got + reader->size, bytes, (size_t)size);
			reader->size += (size_t)size;
		}
	}
}

/* As manager_step() and main.c do, without s6. */
static void serve(struct world *world)
{
	struct pollfd descriptors[CLIENT_LIMIT + 1];
	size_t count;

	(void)decide(&world->system, world->now, world->actions);
	judge(&world->system);
	marks_write(&world->marks, &world->system);
	(void)control_settle(&world->control, &world->system, world->now);
	count = control_descriptors(&world->control, descriptors);
	if (poll(descriptors, count, 0) >= 0)
		control_serve(&world->control, descriptors, &world->system, world->now);
	judge(&world->system);
	(void)control_settle(&world->control, &world->system, world->now);
	read_all(world);
}

static void take_steps(struct world *world, const char *bytes, size_t size)
{
	size_t at = 0;

	while (at < size) {
		char step = bytes[at++];
		size_t first = at < size ? (uint8_t)bytes[at] : 0;
		size_t second = at + 1 < size ? (uint8_t)bytes[at + 1] : 0;
		struct reader *reader = world->count > 0 ? &world->readers[first % world->count] : NULL;

		switch (step) {
		case 'c':
			connect_reader(world);
			break;
		case 's':
			at += 2;
			if (second > (at < size ? size - at : 0))
				second = at < size ? size - at : 0;
			if (reader != NULL && reader->descriptor >= 0)
				(void)send(reader->descriptor, bytes + at, second, MSG_NOSIGNAL);
			at += second;
			break;
		case 'x':
			at++;
			if (reader != NULL && reader->descriptor >= 0) {
				(void)close(reader->descriptor);
				reader->descriptor = -1;
			}
			break;
		case 't':
			at++;
			world->now += 50 * (int64_t)first;
			break;
		case 'e':
			at += 2;
			if (world->system.graph->count > 0)
				take_event(&world->system, first % world->system.graph->count, (enum event)(second % EVENTS),
					   world->now);
			break;
		default:
			serve(world);
		}
	}
}

static void open_world(struct world *world, struct graph *graph)
{
	memset(world, 0, sizeof(*world));
	world->now = 1000;
	world->system.graph = graph;
	world->system.limits = (struct limits){ 3, 100, 1000, 60000, 5000, 3000 };
	world->system.states = calloc(graph->count + 1, sizeof(*world->system.states));
	world->actions = calloc(graph->count + 1, sizeof(*world->actions));
	if (world->system.states == NULL || world->actions == NULL)
		exit(1);
	for (size_t i = 0; i < graph->count; i++) {
		world->system.states[i].wanted = !graph->services[i].controlled;
		world->system.states[i].supervised = true;
	}
	(void)marks_read(&world->marks, directory, &world->system);
	if (!control_open(&world->control, directory))
		exit(1);
}

static void close_world(struct world *world)
{
	/* Limits of clients are at most of this size here. */
	for (int i = 0; i < 4; i++) {
		world->now += 100000000;
		serve(world);
	}
	for (size_t i = 0; i < world->count; i++)
		if (world->readers[i].descriptor >= 0)
			(void)close(world->readers[i].descriptor);
	serve(world);
	serve(world);
	if (world->control.count != 0)
		abort();
	(void)close(world->control.listener);
	free(world->system.states);
	free(world->actions);
	free(world->marks.path);
	free(world->marks.written);
}

static void answer(struct world *world)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		exit(1);
	for (size_t i = 0; i < world->count; i++) {
		uint32_t length = (uint32_t)world->readers[i].size;

		(void)fwrite(&length, sizeof(length), 1, out);
		if (length > 0)
			(void)fwrite(world->readers[i].got, 1, length, out);
		free(world->readers[i].got);
	}
	(void)fclose(out);
	give_answer(text, size);
	free(text);
}

static const char *take_text(const char **at, const char *end, size_t *size)
{
	const char *text = *at + sizeof(uint32_t);
	uint32_t number;

	*size = 0;
	if (end - *at < (ptrdiff_t)sizeof(number))
		return end;
	memcpy(&number, *at, sizeof(number));
	*size = number;
	if (*size > (size_t)(end - text))
		*size = (size_t)(end - text);
	*at = text + *size;
	return text;
}

static void write_file(const char *path, const char *bytes, size_t size)
{
	FILE *file = fopen(path, "we");

	if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
		exit(1);
}

static void run(const char *bytes, size_t size)
{
	static struct world world;
	const char *at = bytes;
	size_t sizes[4];
	const char *text = take_text(&at, bytes + size, &sizes[0]);
	const char *marks = take_text(&at, bytes + size, &sizes[1]);
	const char *problem_text = take_text(&at, bytes + size, &sizes[2]);
	const char *steps = take_text(&at, bytes + size, &sizes[3]);
	char problem[512];
	struct graph *graph = graph_read(as_file(0, text, sizes[0]), problem, sizeof(problem));

	if (graph == NULL) {
		give_answer("", 0);
		return;
	}
	write_file("marks", marks, sizes[1]);
	(void)mkdir("outputs", 0755);
	for (size_t i = 0; i < graph->count; i++) {
		char path[NAME_MAX_LENGTH + 40];

		if (!outputs_make(directory, graph->services[i].name))
			exit(1);
		(void)snprintf(path, sizeof(path), "outputs/%s/problem", graph->services[i].name);
		if (sizes[2] > 0)
			write_file(path, problem_text, sizes[2]);
	}
	open_world(&world, graph);
	take_steps(&world, steps, sizes[3]);
	close_world(&world);
	answer(&world);
	for (size_t i = 0; i < graph->count; i++)
		outputs_remove(directory, graph->services[i].name);
	graph_free(graph);
}

int main(void)
{
	char *bytes;
	size_t size;

	while ((bytes = take_input(&size)) != NULL) {
		run(bytes, size);
		free(bytes);
	}
	return 0;
}
