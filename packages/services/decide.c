#include "decide.h"

static void enter(struct state *state, enum phase phase, int64_t now)
{
	state->phase = phase;
	state->since = now;
	state->running = false;
	state->died = false;
	state->killed = false;
	state->enquired = false;
}

static int64_t pause_after(const struct limits *limits, unsigned failures)
{
	int64_t pause = limits->first_pause_ms;

	for (unsigned i = 1; i < failures && pause < limits->last_pause_ms; i++)
		pause *= 2;
	return pause < limits->last_pause_ms ? pause : limits->last_pause_ms;
}

static void count_failure(struct system *system, size_t i, int64_t now)
{
	struct state *state = &system->states[i];

	if (state->phase == READY && now - state->since >= system->limits.steady_ms)
		state->failures = 0;
	state->failures++;
	state->not_before = now + pause_after(&system->limits, state->failures);
	if (system->graph->services[i].type == ONESHOT && state->failures >= system->limits.retries) {
		state->failed = true;
		state->not_before = now + system->limits.failed_pause_ms;
	}
}

void forgive(struct state *state)
{
	state->failed = false;
	state->failures = 0;
	state->not_before = 0;
}

void forgive_dependents(struct system *system, size_t i)
{
	const struct service *service = &system->graph->services[i];

	for (size_t n = 0; n < service->dependents.count; n++)
		forgive(&system->states[service->dependents.to[n]]);
	for (size_t n = 0; n < service->observers.count; n++)
		forgive(&system->states[service->observers.to[n]]);
}

void take_cause(struct system *system, size_t i, enum cause cause, int code)
{
	system->states[i].cause = cause;
	system->states[i].code = code;
}

void take_event(struct system *system, size_t i, enum event event, int64_t now)
{
	struct state *state = &system->states[i];
	bool up = state->phase == STARTING || state->phase == READY;

	switch (event) {
	case EVENT_STARTED:
		/* Also when someone started it behind our back: decide() stops it then, if it must not run. */
		if (state->phase == DOWN)
			enter(state, STARTING, now);
		state->running = true;
		break;
	case EVENT_READY:
		if (state->phase != STARTING)
			break;
		enter(state, READY, now);
		forgive_dependents(system, i);
		break;
	case EVENT_DIED:
		if (up) {
			count_failure(system, i, now);
			enter(state, STOPPING, now);
		}
		state->died = true;
		break;
	case EVENT_LACKING:
		if (up) {
			state->lacking = true;
			enter(state, STOPPING, now);
		}
		state->died = true;
		break;
	case EVENT_SUPPLIED:
		state->lacking = false;
		break;
	case EVENT_DOWN:
		/* Of an undo that began before we asked for the start: s6 has ignored that request. */
		if (state->phase == STARTING && !state->running) {
			enter(state, DOWN, now);
			break;
		}
		if (up)
			count_failure(system, i, now);
		if (state->phase != DOWN)
			enter(state, DOWN, now);
		break;
	case EVENT_SUPERVISOR:
		state->supervised = true;
		if (state->phase == READY || (state->phase == STARTING && state->running)) {
			take_cause(system, i, CAUSE_SUPERVISOR, 0);
			count_failure(system, i, now);
			enter(state, STOPPING, now);
		}
		break;
	case EVENT_UNSUPERVISED:
		state->supervised = false;
		break;
	}
}

/* `i` after all that it needs. */
static void judge_from_needs(struct system *system, size_t i)
{
	const struct service *service = &system->graph->services[i];
	struct state *state = &system->states[i];
	bool keeps_failing = state->phase != READY && state->failures >= system->limits.retries;
	bool meant = !system->shutdown && state->wanted && !state->stopped && !state->failed;

	state->sound = meant && !state->restarting && !state->lacking;
	state->blocked = false;
	state->hopeless = !meant || keeps_failing || state->lacking;
	state->idle = !state->wanted || state->lacking;
	state->expected = !service->controlled && !state->stopped;
	for (size_t n = 0; n < service->needs.count; n++) {
		const struct state *need = &system->states[service->needs.to[n]];

		state->sound = state->sound && need->sound && need->phase == READY;
		state->blocked = state->blocked || need->blocked || need->failed || need->stopped || need->lacking
				 || !need->wanted;
		state->hopeless = state->hopeless || need->hopeless;
		state->idle = state->idle || need->idle;
		state->expected = state->expected && need->expected;
	}
}

void judge(struct system *system)
{
	const struct graph *graph = system->graph;

	for (size_t k = 0; k < graph->count; k++)
		judge_from_needs(system, graph->order[k]);
	for (size_t k = graph->count; k-- > 0;) {
		const struct edges *dependents = &graph->services[graph->order[k]].dependents;
		struct state *state = &system->states[graph->order[k]];

		state->busy = false;
		for (size_t n = 0; n < dependents->count; n++) {
			const struct state *dependent = &system->states[dependents->to[n]];

			state->busy = state->busy || dependent->busy || dependent->phase != DOWN;
		}
	}
}

static bool due(int64_t when, int64_t now, int64_t *wake)
{
	if (when <= now)
		return true;
	if (when < *wake)
		*wake = when;
	return false;
}

static enum action decide_one(struct system *system, size_t i, int64_t now, int64_t *wake)
{
	const struct service *service = &system->graph->services[i];
	struct state *state = &system->states[i];

	switch (state->phase) {
	case DOWN:
		if (!state->sound || state->busy || !state->supervised || !due(state->not_before, now, wake))
			return ACTION_NONE;
		enter(state, STARTING, now);
		(void)due(now + service->up_ms, now, wake);
		return ACTION_START;
	case STARTING:
	case READY:
		/* A service goes down only after everything that stands on it, so that each undo finds what it
		 * was built on. `sound` looks through the whole chain: the last link goes first. */
		if (!state->sound && !state->busy) {
			enter(state, STOPPING, now);
		} else if (state->phase == STARTING && due(state->since + service->up_ms, now, wake)) {
			take_cause(system, i, CAUSE_TIMEOUT, 0);
			count_failure(system, i, now);
			enter(state, STOPPING, now);
		} else {
			return ACTION_NONE;
		}
		(void)due(now + service->down_ms, now, wake);
		return ACTION_STOP;
	case STOPPING:
		if (!state->died && !state->killed) {
			if (!due(state->since + service->down_ms, now, wake))
				return ACTION_NONE;
			state->killed = true;
			(void)due(now + service->down_ms, now, wake);
			return ACTION_KILL;
		}
		/* s6 itself kills an undo that takes longer than down_ms. */
		if (!state->enquired
		    && due(state->since + 2 * (int64_t)service->down_ms + system->limits.undo_ms, now, wake)) {
			state->enquired = true;
			return ACTION_ENQUIRE;
		}
		return ACTION_NONE;
	}
	return ACTION_NONE;
}

int64_t decide(struct system *system, int64_t now, enum action *actions)
{
	int64_t wake = INT64_MAX;

	for (size_t i = 0; i < system->graph->count; i++) {
		struct state *state = &system->states[i];

		if (state->phase == DOWN)
			state->restarting = false;
		/* Nobody tells when a cause outside of the graph is gone. */
		if (state->failed && due(state->not_before, now, &wake))
			state->failed = false;
	}
	judge(system);
	for (size_t i = 0; i < system->graph->count; i++)
		actions[i] = decide_one(system, i, now, &wake);
	return wake;
}
