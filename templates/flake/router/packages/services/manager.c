#include "manager.h"

#include "describe.h"
#include "message.h"
#include "outputs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Only while the process of a dead supervisor is to be brought down, which no event reports. */
enum { ORPHAN_CHECK_MS = 100 };

/* How much one service may say before the others are looked at again: so many times 1024 bytes. */
enum { PIECES_AT_ONCE = 16 };

int64_t clock_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static double seconds(int64_t ms)
{
	return (double)ms / 1000.0;
}

static const char *name_of(const struct manager *manager, size_t i)
{
	return manager->system.graph->services[i].name;
}

/* SIGUSR1 to those who observe `i`: its outputs came or went. */
static void tell_observers(struct manager *manager, size_t i)
{
	const struct edges *observers = &manager->system.graph->services[i].observers;

	for (size_t n = 0; n < observers->count; n++)
		manager->system.states[observers->to[n]].signal_owed = true;
}

/* A process that is not ready may not have its handler yet and would die of the signal: it gets it when it is. */
static void pay_signals(struct manager *manager)
{
	for (size_t i = 0; i < manager->system.graph->count; i++) {
		struct state *state = &manager->system.states[i];

		if (state->signal_owed && state->phase == READY) {
			state->signal_owed = false;
			(void)s6_send(&manager->watches[i], '1');
		}
		if (state->phase == DOWN)
			state->signal_owed = false;
	}
}

static void report_failure(struct manager *manager, size_t i, int64_t now)
{
	const struct state *state = &manager->system.states[i];
	char why[REASON_SIZE + 64];

	describe_failure(state, why, sizeof(why));
	if (state->failed && state->failures == manager->system.limits.retries)
		say_on_console("services: %s failed %u times (%s); next start in %.0f s, or at once by `services start %s`",
			       name_of(manager, i), state->failures, why, seconds(state->not_before - now),
			       name_of(manager, i));
	else if (state->failures == manager->system.limits.retries)
		say_on_console("services: %s keeps failing (%s); next start in %.1f s", name_of(manager, i), why,
			       seconds(state->not_before - now));
	else
		say("services: %s failed (%s), failure %u; next start in %.1f s", name_of(manager, i), why,
		    state->failures, seconds(state->not_before - now));
}

/* Everything that follows from service `i` having left `before`. */
static void follow(struct manager *manager, size_t i, const struct state *before, int64_t now)
{
	struct state *state = &manager->system.states[i];
	const char *run_directory = manager->settings->run_directory;

	if (state->not_before > before->not_before)
		report_failure(manager, i, now);
	if (state->phase == before->phase)
		return;
	switch (state->phase) {
	case STARTING:
		s6_forget_run(&manager->watches[i]);
		state->reason[0] = '\0';
		if (!outputs_make(run_directory, name_of(manager, i)))
			say("services: %s: no directory for its outputs: %s", name_of(manager, i), strerror(errno));
		break;
	case READY:
		outputs_complete(run_directory, name_of(manager, i));
		say("services: %s ready after %.1f s", name_of(manager, i), seconds(now - before->since));
		manager->was_ready[i] = true;
		tell_observers(manager, i);
		break;
	case STOPPING:
		break;
	case DOWN:
		outputs_remove(run_directory, name_of(manager, i));
		s6_forget_process(&manager->watches[i]);
		if (manager->system.shutdown)
			say_on_console("services: %s down", name_of(manager, i));
		else
			say("services: %s down", name_of(manager, i));
		if (manager->was_ready[i])
			tell_observers(manager, i);
		manager->was_ready[i] = false;
		break;
	}
}

static void take(struct manager *manager, size_t i, enum event event, int64_t now)
{
	struct state before = manager->system.states[i];

	take_event(&manager->system, i, event, now);
	follow(manager, i, &before, now);
}

/* Whether its process ended because it read an output that is not there. */
static bool learn_lack(struct manager *manager, size_t i)
{
	struct state *state = &manager->system.states[i];
	char lack[REASON_SIZE + 32];

	s6_read_note(&manager->watches[i], "lack", state->lack, sizeof(state->lack));
	if (state->lack[0] == '\0')
		return false;
	describe_lack(state, lack, sizeof(lack));
	say("services: %s waits for %s", name_of(manager, i), lack);
	return true;
}

static void learn_cause(struct manager *manager, size_t i)
{
	struct s6_status status;

	if (!s6_enquire(&manager->watches[i], &status) || status.up)
		return;
	if (status.exit_code >= 0)
		take_cause(&manager->system, i, CAUSE_EXIT, status.exit_code);
	else
		take_cause(&manager->system, i, CAUSE_SIGNAL, status.signal);
}

/* A supervisor died and another one took its place. It knows nothing of the process, which may still run and would
 * get a twin. So: end that process first, run the undo that the dead supervisor owed, and only then go on. */
static void adopt_orphan(struct manager *manager, size_t i, int64_t now)
{
	struct watch *watch = &manager->watches[i];

	watch->orphan = s6_recorded_process(watch);
	watch->orphan_limit = now + manager->system.graph->services[i].down_ms;
	say_on_console("services: %s lost its supervisor and starts anew", name_of(manager, i));
	process_signal(&watch->orphan, SIGTERM);
	process_signal(&watch->orphan, SIGCONT);
}

static bool orphaned(const struct watch *watch)
{
	return watch->orphan_limit != 0;
}

static void watch_orphan(struct manager *manager, size_t i, int64_t now)
{
	struct watch *watch = &manager->watches[i];
	int status;

	if (process_lives(&watch->orphan)) {
		if (now >= watch->orphan_limit)
			process_signal(&watch->orphan, SIGKILL);
		return;
	}
	if (watch->undo == 0) {
		s6_kill_rest(watch);
		watch->undo = s6_start_undo(watch, name_of(manager, i));
		watch->undo_limit = now + manager->system.graph->services[i].down_ms;
	}
	if (watch->undo > 0 && waitpid((pid_t)watch->undo, &status, WNOHANG) == 0) {
		if (now >= watch->undo_limit)
			(void)kill(-(pid_t)watch->undo, SIGKILL);
		return;
	}
	watch->orphan_limit = 0;
	watch->undo = 0;
	take(manager, i, EVENT_DOWN, now);
}

struct speaker {
	struct manager *manager;
	size_t i;
};

static void take_line(void *where, const char *line)
{
	const struct speaker *speaker = where;
	struct state *state = &speaker->manager->system.states[speaker->i];
	const char *name = name_of(speaker->manager, speaker->i);
	size_t length = strlen(name);

	/* A script that a program runs does not know who adds the name. */
	if (strncmp(line, name, length) == 0 && strncmp(line + length, ": ", 2) == 0)
		line += length + 2;
	/* The kernel's messages begin with their level (printk-basics.rst), by which logread knows them. */
	if (line[0] == '<' && line[1] >= '0' && line[1] <= '9')
		say("%s", line);
	else
		say("%s: %s", name, line);
	(void)snprintf(state->reason, sizeof(state->reason), "%s", line);
}

void manager_hear(struct manager *manager, size_t i)
{
	struct speaker speaker = { manager, i };

	for (int pieces = 0; pieces < PIECES_AT_ONCE; pieces++)
		if (!log_has_room() || !s6_read_said(&manager->watches[i], take_line, &speaker))
			return;
}

static void take_character(struct manager *manager, size_t i, char character, int64_t now)
{
	const struct state *state = &manager->system.states[i];
	bool lacking;

	if (orphaned(&manager->watches[i]) && character != 's')
		return;
	switch (character) {
	case 'u':
		take(manager, i, EVENT_STARTED, now);
		break;
	case 'U':
		take(manager, i, EVENT_READY, now);
		break;
	case 'd':
		manager_hear(manager, i);
		lacking = (state->phase == STARTING || state->phase == READY) && learn_lack(manager, i);
		if (!lacking && (state->phase == STARTING || state->phase == READY))
			learn_cause(manager, i);
		s6_kill_rest(&manager->watches[i]);
		take(manager, i, lacking ? EVENT_LACKING : EVENT_DIED, now);
		break;
	case 'D':
		take(manager, i, EVENT_DOWN, now);
		break;
	case 's':
		/* A start that was not taken up yet waits in the pipe, and the new supervisor will find it there. */
		if (state->phase != DOWN && (state->phase != STARTING || state->running)
		    && !orphaned(&manager->watches[i]))
			adopt_orphan(manager, i, now);
		take(manager, i, EVENT_SUPERVISOR, now);
		break;
	case 'x':
		take(manager, i, EVENT_UNSUPERVISED, now);
		break;
	default:	/* 'O': no restart wanted, which we never rely on */
		break;
	}
}

void manager_read_events(struct manager *manager, size_t i)
{
	char characters[256];
	ssize_t got = read(manager->watches[i].events, characters, sizeof(characters));

	for (ssize_t k = 0; k < got; k++)
		take_character(manager, i, characters[k], clock_ms());
}

/* The state that s6 tells, for what began before this process did. */
static void learn_state(struct manager *manager, size_t i)
{
	struct state *state = &manager->system.states[i];
	struct s6_status status;
	int64_t now = clock_ms();

	if (!s6_enquire(&manager->watches[i], &status))
		return;
	state->phase = !status.up ? DOWN : status.ready ? READY : STARTING;
	state->running = status.up;
	state->since = now - (status.ready ? status.ready_ms : status.up_ms);
	manager->was_ready[i] = state->phase == READY;
	if (state->phase == DOWN)
		outputs_remove(manager->settings->run_directory, name_of(manager, i));
	else if (state->phase == READY)
		outputs_complete(manager->settings->run_directory, name_of(manager, i));
}

static bool make_directories(const char *run_directory)
{
	char path[1024];

	(void)mkdir(run_directory, 0755);
	if ((size_t)snprintf(path, sizeof(path), "%s/outputs", run_directory) >= sizeof(path))
		return false;
	return mkdir(path, 0755) == 0 || errno == EEXIST;
}

bool manager_open(struct manager *manager, const struct settings *settings, struct graph *graph)
{
	bool first;

	memset(manager, 0, sizeof(*manager));
	manager->settings = settings;
	manager->system.graph = graph;
	manager->system.limits = settings->limits;
	manager->system.states = calloc(graph->count + 1, sizeof(*manager->system.states));
	manager->watches = calloc(graph->count + 1, sizeof(*manager->watches));
	manager->before = calloc(graph->count + 1, sizeof(*manager->before));
	manager->actions = calloc(graph->count + 1, sizeof(*manager->actions));
	manager->was_ready = calloc(graph->count + 1, sizeof(*manager->was_ready));
	if (manager->system.states == NULL || manager->watches == NULL || manager->before == NULL
	    || manager->actions == NULL || manager->was_ready == NULL) {
		say("services: out of memory");
		return false;
	}
	if (!make_directories(settings->run_directory)) {
		say("services: %s/outputs: %s", settings->run_directory, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < graph->count; i++) {
		manager->system.states[i].since = clock_ms();
		manager->system.states[i].wanted = !graph->services[i].controlled;
	}
	first = !marks_read(&manager->marks, settings->run_directory, &manager->system);
	for (size_t i = 0; i < graph->count; i++) {
		/* One that cannot be watched is one without a supervisor; the others need not suffer. */
		if (!s6_watch(&manager->watches[i], settings->scan_directory, graph->services[i].name))
			continue;
		/* From here on a supervisor that appears says so with 's'. */
		manager->system.states[i].supervised = s6_supervised(&manager->watches[i]);
		if (!first && manager->system.states[i].supervised)
			learn_state(manager, i);
	}
	manager->starting = true;
	manager->supervisor_deadline = clock_ms() + settings->supervisor_limit_ms;
	return true;
}

/* Phase one of the start: nothing is started before every supervisor is there, or the limit is over. */
static bool supervisors_missing(struct manager *manager, int64_t now)
{
	const struct graph *graph = manager->system.graph;
	bool missing = false;

	for (size_t i = 0; i < graph->count; i++)
		missing = missing || !manager->system.states[i].supervised;
	if (!missing || now >= manager->supervisor_deadline)
		manager->starting = false;
	for (size_t i = 0; !manager->starting && missing && i < graph->count; i++)
		if (!manager->system.states[i].supervised)
			say_on_console("services: %s has no supervisor after %.1f s; the others start without it",
				       graph->services[i].name, seconds(manager->settings->supervisor_limit_ms));
	return manager->starting;
}

static void act(struct manager *manager, size_t i, int64_t now)
{
	struct watch *watch = &manager->watches[i];
	struct process process;
	struct s6_status status;
	bool heard = true;

	switch (manager->actions[i]) {
	case ACTION_NONE:
		break;
	case ACTION_START:
		heard = s6_send(watch, 'o');
		break;
	case ACTION_STOP:
		heard = s6_send(watch, 'd');
		break;
	case ACTION_KILL:
		process = s6_recorded_process(watch);
		say_on_console("services: %s did not stop in time and is killed", name_of(manager, i));
		process_signal(&process, SIGKILL);
		heard = s6_send(watch, 'k');
		break;
	case ACTION_ENQUIRE:
		if (s6_enquire(watch, &status) && !status.up && !orphaned(watch))
			take(manager, i, EVENT_DOWN, now);
		else
			say_on_console("services: %s does not go down", name_of(manager, i));
		break;
	}
	if (heard)
		return;
	/* Its supervisor is gone. s6-svscan starts another one within a second, which announces itself. */
	take(manager, i, EVENT_UNSUPERVISED, now);
	if (manager->actions[i] == ACTION_START)
		take(manager, i, EVENT_DOWN, now);
}

static void announce_once(struct manager *manager, int64_t now)
{
	const struct system *system = &manager->system;
	size_t ready = 0;
	size_t count = 0;

	if (manager->marks.announced || system->shutdown)
		return;
	for (size_t i = 0; i < system->graph->count; i++) {
		const struct state *state = &system->states[i];

		if (!state->expected)
			continue;
		count++;
		if (state->phase == READY && state->sound)
			ready++;
		else if (!state->hopeless)
			return;
	}
	manager->marks.announced = true;
	/* Monotonic time begins with the kernel. */
	if (ready == count)
		say_on_console("liminix-gen: all services ready (%zu) after %.1f s", count, seconds(now));
	else
		say_on_console("liminix-gen: %zu of %zu services ready after %.1f s, the others failed or wait: see "
			       "`services`", ready, count, seconds(now));
}

bool manager_all_down(const struct manager *manager)
{
	for (size_t i = 0; i < manager->system.graph->count; i++)
		if (manager->system.states[i].phase != DOWN)
			return false;
	return true;
}

/* Those that a changed output is for: who waited for it, and who is up with another value of it. */
static void hand_out_outputs(struct manager *manager, int64_t now)
{
	struct system *system = &manager->system;
	const char *run_directory = manager->settings->run_directory;

	for (size_t i = 0; i < system->graph->count; i++) {
		const struct edges *dependents = &system->graph->services[i].dependents;
		struct state *state = &system->states[i];

		if (state->lacking && outputs_have(run_directory, state->lack))
			take(manager, i, EVENT_SUPPLIED, now);
		for (size_t n = 0; state->announced && n < dependents->count; n++) {
			struct state *dependent = &system->states[dependents->to[n]];

			if ((dependent->phase == STARTING || dependent->phase == READY)
			    && outputs_differ(run_directory, name_of(manager, i),
				      manager->watches[dependents->to[n]].directory))
				dependent->restarting = true;
		}
		state->announced = false;
	}
}

int64_t manager_step(struct manager *manager)
{
	const struct graph *graph = manager->system.graph;
	int64_t now = clock_ms();
	int64_t wake;

	if (manager->system.shutdown && !manager->shutdown_told) {
		manager->shutdown_told = true;
		say_on_console("services: going down");
	}
	for (size_t i = 0; i < graph->count; i++) {
		if (orphaned(&manager->watches[i]))
			watch_orphan(manager, i, now);
		if (!manager->system.states[i].supervised)
			manager->system.states[i].supervised = s6_supervised(&manager->watches[i]);
	}
	if (manager->starting && supervisors_missing(manager, now)) {
		judge(&manager->system);
		return manager->supervisor_deadline;
	}
	hand_out_outputs(manager, now);
	memcpy(manager->before, manager->system.states, graph->count * sizeof(*manager->before));
	wake = decide(&manager->system, now, manager->actions);
	/* Before any action: a directory for outputs must be there before the process that fills it. */
	for (size_t i = 0; i < graph->count; i++)
		follow(manager, i, &manager->before[i], now);
	for (size_t i = 0; i < graph->count; i++)
		act(manager, i, now);
	judge(&manager->system);
	pay_signals(manager);
	announce_once(manager, now);
	marks_write(&manager->marks, &manager->system);
	for (size_t i = 0; i < graph->count; i++)
		if (orphaned(&manager->watches[i]) && now + ORPHAN_CHECK_MS < wake)
			wake = now + ORPHAN_CHECK_MS;
	return wake;
}
