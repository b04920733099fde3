#include "orders.h"

#include <stdlib.h>

void order_start(struct system *system, size_t i)
{
	const struct graph *graph = system->graph;
	bool *reached = calloc(graph->count + 1, sizeof(*reached));

	if (reached == NULL)
		return;
	graph_mark_needs(graph, i, reached);
	for (size_t k = 0; k < graph->count; k++) {
		if (!reached[k])
			continue;
		system->states[k].stopped = false;
		forgive(&system->states[k]);
	}
	free(reached);
	forgive_dependents(system, i);
	system->states[i].wanted = true;
}

void order_stop(struct system *system, size_t i)
{
	system->states[i].stopped = true;
	system->states[i].restarting = false;
}

void order_restart(struct system *system, size_t i)
{
	order_start(system, i);
	system->states[i].restarting = true;
}

void order_controlled(struct system *system, size_t i, bool wanted)
{
	struct state *state = &system->states[i];

	/* A wish is a new chance, also a repeated one: the controller knows something new. */
	if (wanted)
		forgive(state);
	state->wanted = wanted;
}

void order_controlled_restart(struct system *system, size_t i)
{
	system->states[i].restarting = true;
}

void order_announcement(struct system *system, size_t i)
{
	const struct edges *observers = &system->graph->services[i].observers;

	for (size_t n = 0; n < observers->count; n++)
		system->states[observers->to[n]].signal_owed = true;
	system->states[i].announced = true;
	forgive_dependents(system, i);
}
