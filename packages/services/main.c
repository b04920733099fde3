/* serviced: brings the services of the graph up and down in order, through s6. See decide.h for the rules. */
#include "control.h"
#include "manager.h"
#include "message.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOG_CHECK_MS = 50 };

static volatile sig_atomic_t asked_to_end;

static void note_signal(int signal)
{
	if (signal == SIGTERM)
		asked_to_end = 1;
}

static void usage(void)
{
	(void)fputs("usage: serviced [-g GRAPH] [-s SCAN_DIRECTORY] [-d RUN_DIRECTORY] [-c CONSOLE]\n"
		    "                [-r RETRIES] [-p FIRST_PAUSE_MS] [-P LAST_PAUSE_MS] [-f FAILED_PAUSE_MS]\n"
		    "                [-t STEADY_MS] [-w SUPERVISOR_LIMIT_MS] [-S SHUTDOWN_LIMIT_MS]\n", stderr);
	exit(2);
}

static unsigned number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || value > 1000000000UL)
		usage();
	return (unsigned)value;
}

static void read_arguments(int count, char **arguments, struct settings *settings)
{
	int option;

	while ((option = getopt(count, arguments, "g:s:d:c:r:p:P:f:t:w:S:")) != -1) {
		switch (option) {
		case 'g':
			settings->graph_path = optarg;
			break;
		case 's':
			settings->scan_directory = optarg;
			break;
		case 'd':
			settings->run_directory = optarg;
			break;
		case 'c':
			settings->console = optarg;
			break;
		case 'r':
			settings->limits.retries = number(optarg);
			break;
		case 'p':
			settings->limits.first_pause_ms = number(optarg);
			break;
		case 'P':
			settings->limits.last_pause_ms = number(optarg);
			break;
		case 'f':
			settings->limits.failed_pause_ms = number(optarg);
			break;
		case 't':
			settings->limits.steady_ms = number(optarg);
			break;
		case 'w':
			settings->supervisor_limit_ms = number(optarg);
			break;
		case 'S':
			settings->shutdown_limit_ms = number(optarg);
			break;
		default:
			usage();
		}
	}
	if (optind != count)
		usage();
}

static bool install_handler(int signal)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = note_signal;
	(void)sigemptyset(&action.sa_mask);
	return sigaction(signal, &action, NULL) == 0;
}

/* Each service takes two descriptors, and programs begin with few: as many as they may have. */
static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static void wait_for_events(struct pollfd *descriptors, size_t count, int64_t wake)
{
	int64_t rest = wake == INT64_MAX ? -1 : wake - clock_ms();
	struct timespec limit = { 0, 0 };
	sigset_t open;

	if (rest > 3600000)
		rest = 3600000;
	if (rest > 0) {
		limit.tv_sec = (time_t)(rest / 1000);
		limit.tv_nsec = (long)(rest % 1000) * 1000000;
	}
	/* Signals are let in only here, so that none is lost between a look at its flag and the wait. */
	(void)sigemptyset(&open);
	if (ppoll(descriptors, count, wake == INT64_MAX ? NULL : &limit, &open) < 0)
		for (size_t i = 0; i < count; i++)
			descriptors[i].revents = 0;
}

static int run(struct manager *manager, struct control *control)
{
	size_t services = manager->system.graph->count;
	struct pollfd *descriptors = calloc(2 * services + CLIENT_LIMIT + 1, sizeof(*descriptors));
	int64_t end = INT64_MAX;

	if (descriptors == NULL)
		return 1;
	for (;;) {
		int64_t wake = manager_step(manager);
		int64_t client_wake = control_settle(control, &manager->system, clock_ms());
		bool room;
		size_t count;

		if (asked_to_end) {
			if (end == INT64_MAX) {
				end = clock_ms() + manager->settings->shutdown_limit_ms;
				manager->system.shutdown = true;
				continue;
			}
			if (manager_all_down(manager) || clock_ms() >= end) {
				free(descriptors);
				return 0;
			}
		}
		if (client_wake < wake)
			wake = client_wake;
		if (end < wake)
			wake = end;
		room = log_has_room();
		if (!room && clock_ms() + LOG_CHECK_MS < wake)
			wake = clock_ms() + LOG_CHECK_MS;
		for (size_t i = 0; i < services; i++) {
			descriptors[i] = (struct pollfd){ manager->watches[i].events, POLLIN, 0 };
			/* While the log is full, whoever prints waits, and not the manager. */
			descriptors[services + i] = (struct pollfd){ room ? manager->watches[i].said : -1, POLLIN, 0 };
		}
		count = 2 * services + control_descriptors(control, descriptors + 2 * services);
		wait_for_events(descriptors, count, wake);
		for (size_t i = 0; i < services; i++) {
			if (descriptors[services + i].revents != 0)
				manager_hear(manager, i);
			if (descriptors[i].revents != 0)
				manager_read_events(manager, i);
		}
		control_serve(control, descriptors + 2 * services, &manager->system, clock_ms());
	}
}

int main(int count, char **arguments)
{
	struct settings settings = {
		.graph_path = "/run/services/graph",
		.scan_directory = "/run/service",
		.run_directory = "/run/services",
		.supervisor_limit_ms = 10000,
		.shutdown_limit_ms = 20000,
		.limits = { .retries = 5, .first_pause_ms = 500, .last_pause_ms = 30000, .steady_ms = 60000,
			    .undo_ms = 5000, .failed_pause_ms = 300000 },
	};
	struct manager manager;
	struct control control;
	struct graph *graph;
	char problem[512];
	sigset_t blocked;
	int code;

	read_arguments(count, arguments, &settings);
	(void)umask(022);
	allow_descriptors();
	message_console(settings.console);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGTERM);
	(void)sigaddset(&blocked, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &blocked, NULL) != 0 || !install_handler(SIGTERM) || !install_handler(SIGCHLD))
		return 1;

	graph = graph_read(settings.graph_path, problem, sizeof(problem));
	if (graph == NULL) {
		say_on_console("services: %s", problem);
		return 2;
	}
	if (!manager_open(&manager, &settings, graph) || !control_open(&control, settings.run_directory))
		return 1;
	code = run(&manager, &control);
	/* Down in order, on request: whoever starts it again wants everything up again. */
	if (manager.marks.path != NULL)
		(void)unlink(manager.marks.path);
	return code;
}
