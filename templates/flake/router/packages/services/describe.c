#include "describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MORE(reason) ((reason)[0] == '\0' ? "" : ": "), (reason)

static bool obstacle(const struct system *system, size_t i)
{
	const struct state *state = &system->states[i];

	return state->failed || state->stopped || state->lacking || !state->wanted;
}

static void append(char *text, size_t size, const char *name)
{
	size_t used = strlen(text);

	if (used + strlen(name) + 2 < size)
		(void)snprintf(text + used, size - used, "%s%s", used == 0 ? "" : ",", name);
}

void describe_failure(const struct state *state, char *text, size_t size)
{
	switch (state->cause) {
	case CAUSE_NONE:
		text[0] = '\0';
		break;
	case CAUSE_EXIT:
		(void)snprintf(text, size, "exit code %d%s%s", state->code, MORE(state->reason));
		break;
	case CAUSE_SIGNAL:
		(void)snprintf(text, size, "%s (signal %d)%s%s", strsignal(state->code), state->code,
			       MORE(state->reason));
		break;
	case CAUSE_TIMEOUT:
		(void)snprintf(text, size, "not ready in time%s%s", MORE(state->reason));
		break;
	case CAUSE_SUPERVISOR:
		(void)snprintf(text, size, "its supervisor died");
		break;
	}
}

void describe_lack(const struct state *state, char *text, size_t size)
{
	const char *slash = strrchr(state->lack, '/');

	if (slash == NULL)
		(void)snprintf(text, size, "output %s", state->lack);
	else
		(void)snprintf(text, size, "output %s of %.*s", slash + 1, (int)(slash - state->lack), state->lack);
}

static void note_failures(const struct state *state, char *text, size_t size)
{
	char why[REASON_SIZE + 64];

	describe_failure(state, why, sizeof(why));
	(void)snprintf(text, size, "%s%s%u failure%s", why, why[0] == '\0' ? "" : ", ", state->failures,
		       state->failures == 1 ? "" : "s");
}

/* The services at the root of why `i` cannot start. */
static void list_obstacles(const struct system *system, size_t i, struct description *description)
{
	const struct graph *graph = system->graph;
	bool *reached = calloc(graph->count + 1, sizeof(*reached));

	if (reached == NULL)
		return;
	graph_mark_needs(graph, i, reached);
	(void)snprintf(description->note, sizeof(description->note), "blocked by");
	for (size_t k = 0; k < graph->count; k++) {
		size_t need = graph->order[k];
		const struct state *state = &system->states[need];
		size_t used = strlen(description->note);
		char lack[REASON_SIZE + 32] = "";

		if (need == i || !reached[need] || !obstacle(system, need))
			continue;
		if (state->lacking)
			describe_lack(state, lack, sizeof(lack));
		(void)snprintf(description->note + used, sizeof(description->note) - used, "%s %s (%s%s)",
			       description->waits[0] == '\0' ? "" : ",", graph->services[need].name,
			       state->failed ? "failed" : state->stopped ? "stopped"
			       : state->lacking ? "waits for " : "not started by its controller",
			       state->failed || state->stopped ? "" : lack);
		append(description->waits, sizeof(description->waits), graph->services[need].name);
	}
	free(reached);
}

/* Those of `others` in the wrong phase; true when there is one. */
static bool list_others(const struct system *system, const struct edges *others, bool want_ready,
			struct description *description)
{
	for (size_t n = 0; n < others->count; n++)
		if ((system->states[others->to[n]].phase == READY) != want_ready
		    && (want_ready || system->states[others->to[n]].phase != DOWN))
			append(description->waits, sizeof(description->waits), system->graph->services[others->to[n]].name);
	return description->waits[0] != '\0';
}

static void describe_down(const struct system *system, size_t i, int64_t now, struct description *description)
{
	const struct service *service = &system->graph->services[i];
	const struct state *state = &system->states[i];

	if (system->shutdown) {
		description->state = "down";
	} else if (state->failed) {
		char failures[REASON_SIZE + 96];

		description->state = "failed";
		note_failures(state, failures, sizeof(failures));
		(void)snprintf(description->note, sizeof(description->note), "%s; next start in %.0f s", failures,
			       (double)(state->not_before - now) / 1000.0);
	} else if (state->stopped) {
		description->state = "stopped";
	} else if (!state->wanted) {
		description->state = "down";
		(void)snprintf(description->note, sizeof(description->note), "its controller");
	} else if (state->blocked) {
		description->state = "blocked";
		list_obstacles(system, i, description);
	} else if (list_others(system, &service->needs, true, description)) {
		/* Its outputs, if they are what lacks, come with it. */
		description->state = "waiting";
	} else if (state->lacking) {
		description->state = "waiting";
		describe_lack(state, description->note, sizeof(description->note));
	} else if (!state->supervised) {
		description->state = "waiting";
		(void)snprintf(description->note, sizeof(description->note), "its supervisor");
	} else if (state->not_before > now) {
		char failures[REASON_SIZE + 96];

		description->state = "pausing";
		note_failures(state, failures, sizeof(failures));
		(void)snprintf(description->note, sizeof(description->note), "next start in %.1f s (%s)",
			       (double)(state->not_before - now) / 1000.0, failures);
	} else {
		description->state = "waiting";
		if (list_others(system, &service->dependents, false, description))
			(void)snprintf(description->note, sizeof(description->note), "to be down");
	}
}

void describe(const struct system *system, size_t i, int64_t now, struct description *description)
{
	const struct service *service = &system->graph->services[i];
	const struct state *state = &system->states[i];

	memset(description, 0, sizeof(*description));
	switch (state->phase) {
	case DOWN:
		describe_down(system, i, now, description);
		return;
	case STARTING:
		description->state = "starting";
		break;
	case READY:
		description->state = state->sound ? "ready" : "ending";
		break;
	case STOPPING:
		description->state = "stopping";
		break;
	}
	if (state->phase != READY || !state->sound)
		if (list_others(system, &service->dependents, false, description))
			(void)snprintf(description->note, sizeof(description->note), "to be down");
	if (state->phase == STARTING && state->failures > 0)
		note_failures(state, description->note, sizeof(description->note));
}
