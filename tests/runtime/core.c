/* The pure part of serviced as a library for test_core.py. */
#include "decide.h"
#include "orders.h"

#include <stdlib.h>

struct system *core_open(const char *path, char *problem, size_t size, unsigned retries);
struct system *core_open(const char *path, char *problem, size_t size, unsigned retries)
{
	struct graph *graph = graph_read(path, problem, size);
	struct system *system = graph == NULL ? NULL : calloc(1, sizeof(*system));

	if (system == NULL)
		return NULL;
	system->graph = graph;
	system->states = calloc(graph->count + 1, sizeof(*system->states));
	system->limits = (struct limits){ retries, 100, 1000, 60000, 5000, 3000 };
	for (size_t i = 0; i < graph->count; i++) {
		system->states[i].wanted = !graph->services[i].controlled;
		system->states[i].supervised = true;
	}
	return system;
}

void core_close(struct system *system);
void core_close(struct system *system)
{
	graph_free((struct graph *)(uintptr_t)system->graph);
	free(system->states);
	free(system);
}

int64_t core_decide(struct system *system, int64_t now, int *actions);
int64_t core_decide(struct system *system, int64_t now, int *actions)
{
	enum action decided[64];
	int64_t wake = decide(system, now, decided);

	for (size_t i = 0; i < system->graph->count; i++)
		actions[i] = (int)decided[i];
	return wake;
}

void core_event(struct system *system, size_t i, int event, int64_t now);
void core_event(struct system *system, size_t i, int event, int64_t now)
{
	take_event(system, i, (enum event)event, now);
}

void core_order(struct system *system, int order, size_t i);
void core_order(struct system *system, int order, size_t i)
{
	switch (order) {
	case 0:
		order_start(system, i);
		break;
	case 1:
		order_stop(system, i);
		break;
	case 2:
		order_restart(system, i);
		break;
	case 3:
		order_controlled(system, i, true);
		break;
	case 4:
		order_controlled(system, i, false);
		break;
	case 5:
		order_announcement(system, i);
		break;
	default:
		system->shutdown = true;
	}
}

int core_phase(const struct system *system, size_t i);
int core_phase(const struct system *system, size_t i)
{
	return (int)system->states[i].phase;
}

int core_hopeless(const struct system *system, size_t i);
int core_hopeless(const struct system *system, size_t i)
{
	return system->states[i].hopeless;
}

int core_failed(const struct system *system, size_t i);
int core_failed(const struct system *system, size_t i)
{
	return system->states[i].failed;
}
