#include "control.h"

#include "describe.h"
#include "message.h"
#include "orders.h"
#include "outputs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Those who may only look leave places for those who may do more. */
enum { UNTRUSTED_LIMIT = CLIENT_LIMIT / 2 };

enum { REQUEST_SIZE = 8192, REPLY_LIMIT = 512 * 1024, PROBLEM_SIZE = 160 };

enum verb {
	LIST, START, STOP, RESTART, CONTROL_START, CONTROL_STOP, CONTROL_RESTART, ANNOUNCE, ALL_READY, SHUTDOWN, VERBS
};

static const char *const verbs[VERBS] = {
	"list", "start", "stop", "restart", "control-start", "control-stop", "control-restart", "announce", "ready",
	"shutdown",
};

struct client {
	int descriptor;
	const char *run_directory;
	char request[REQUEST_SIZE];
	size_t received;
	char *reply;
	size_t length;
	size_t sent;
	bool trusted;		/* root, or who serviced runs as: others may only look */
	bool broken;
	bool waiting;
	bool ended;
	enum verb verb;
	bool *named;		/* per service: the request names it */
	bool *included;		/* per service: the wait includes it */
	int64_t deadline;
};

bool control_open(struct control *control, const char *run_directory)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int length = snprintf(address.sun_path, sizeof(address.sun_path), "%s/control", run_directory);
	mode_t mask;
	bool bound;

	memset(control, 0, sizeof(*control));
	control->listener = -1;
	control->run_directory = run_directory;
	if (length < 0 || (size_t)length >= sizeof(address.sun_path)) {
		say("services: %s/control: name too long", run_directory);
		return false;
	}
	control->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	(void)unlink(address.sun_path);
	/* Anybody can connect. */
	mask = umask(0111);
	bound = bind(control->listener, (const struct sockaddr *)&address, sizeof(address)) == 0;
	(void)umask(mask);
	if (!bound || listen(control->listener, CLIENT_LIMIT) != 0) {
		say("services: %s: %s", address.sun_path, strerror(errno));
		return false;
	}
	return true;
}

static void reply(struct client *client, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void reply(struct client *client, const char *format, ...)
{
	char line[2048];
	va_list arguments;
	int length;
	char *grown;

	va_start(arguments, format);
	length = vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	if ((size_t)length > sizeof(line) - 2)
		length = (int)sizeof(line) - 2;
	/* A name that is none can hold what a terminal takes for orders. */
	for (int i = 0; i < length; i++)
		if (((unsigned char)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f)
			line[i] = '?';
	line[length++] = '\n';
	grown = client->length + (size_t)length > REPLY_LIMIT ? NULL
							       : realloc(client->reply, client->length + (size_t)length);
	if (grown == NULL) {
		client->broken = true;
		return;
	}
	memcpy(grown + client->length, line, (size_t)length);
	client->reply = grown;
	client->length += (size_t)length;
}

static void end(struct client *client, int code)
{
	reply(client, "end %d", code);
	client->waiting = false;
	client->ended = true;
}

struct problem {
	char text[PROBLEM_SIZE];
};

/* What is wrong with each service, by its own words; NULL without memory. */
static struct problem *read_problems(const struct client *client, const struct system *system)
{
	const struct graph *graph = system->graph;
	struct problem *problems = calloc(graph->count + 1, sizeof(*problems));

	for (size_t i = 0; problems != NULL && i < graph->count; i++)
		if (system->states[i].phase != DOWN)
			outputs_problem(client->run_directory, graph->services[i].name, problems[i].text, PROBLEM_SIZE);
	return problems;
}

/* To the note of `i` what is wrong with it and with all that it needs. */
static void add_problems(const struct problem *problems, const struct system *system, size_t i,
			 struct description *description)
{
	const struct graph *graph = system->graph;
	bool *reached = problems == NULL ? NULL : calloc(graph->count + 1, sizeof(*reached));

	if (reached == NULL)
		return;
	graph_mark_needs(graph, i, reached);
	for (size_t k = 0; k < graph->count; k++) {
		const char *text = problems[graph->order[k]].text;
		size_t used = strlen(description->note);

		/* Of an interface several services say the same. */
		if (!reached[graph->order[k]] || text[0] == '\0' || strstr(description->note, text) != NULL)
			continue;
		(void)snprintf(description->note + used, sizeof(description->note) - used, "%s%s", used == 0 ? "" : "; ",
			       text);
	}
	free(reached);
}

static void list(struct client *client, const struct system *system, int64_t now)
{
	struct problem *problems = read_problems(client, system);

	for (size_t i = 0; i < system->graph->count; i++) {
		const struct service *service = &system->graph->services[i];
		struct description description;

		describe(system, i, now, &description);
		add_problems(problems, system, i, &description);
		reply(client, "row\t%s\t%s\t%s\t%s\t%lld\t%s\t%s", service->name,
		      service->type == ONESHOT ? "oneshot" : "longrun", service->controlled ? "controlled" : "wanted",
		      description.state, (long long)(now - system->states[i].since), description.waits,
		      description.note);
	}
	free(problems);
}

static void explain(struct client *client, const struct system *system, const struct problem *problems, size_t i,
		    int64_t now)
{
	struct description description;

	describe(system, i, now, &description);
	add_problems(problems, system, i, &description);
	if (description.waits[0] != '\0' && strcmp(description.state, "blocked") != 0)
		reply(client, "say %s: %s, waits for %s%s%s", system->graph->services[i].name, description.state,
		      description.waits, description.note[0] == '\0' ? "" : " ", description.note);
	else if (strcmp(description.state, "blocked") == 0)
		reply(client, "say %s: %s", system->graph->services[i].name, description.note);
	else
		reply(client, "say %s: %s%s%s", system->graph->services[i].name, description.state,
		      description.note[0] == '\0' ? "" : ", ", description.note);
}

static bool wrong_name(struct client *client, const struct system *system, const char *name)
{
	size_t found[3];
	size_t count = graph_nearest(system->graph, name, found, 3);
	char nearest[3 * (NAME_MAX_LENGTH + 8)] = "";

	for (size_t i = 0; i < count; i++) {
		size_t used = strlen(nearest);

		(void)snprintf(nearest + used, sizeof(nearest) - used, "%s%s", i == 0 ? "; did you mean " : " or ",
			       system->graph->services[found[i]].name);
	}
	reply(client, "say no service is called %.200s%s%s", name, nearest, count == 0 ? "" : "?");
	return false;
}

static void order(enum verb verb, struct system *system, size_t i)
{
	switch (verb) {
	case START:
		order_start(system, i);
		break;
	case STOP:
		order_stop(system, i);
		break;
	case RESTART:
		order_restart(system, i);
		break;
	case CONTROL_START:
		order_controlled(system, i, true);
		break;
	case CONTROL_STOP:
		order_controlled(system, i, false);
		break;
	case CONTROL_RESTART:
		order_controlled_restart(system, i);
		break;
	case ANNOUNCE:
		order_announcement(system, i);
		break;
	case LIST:
	case ALL_READY:
	case SHUTDOWN:
	case VERBS:
		break;
	}
}

/* What the wait is about: for a start or restart also those that come up again with it. */
static void include(struct client *client, struct system *system)
{
	const struct graph *graph = system->graph;

	judge(system);
	for (size_t i = 0; i < graph->count; i++) {
		switch (client->verb) {
		case START:
		case RESTART:
			if (client->named[i])
				graph_mark_dependents(graph, i, client->included);
			break;
		case ALL_READY:
			client->included[i] = true;
			break;
		case SHUTDOWN:
			client->included[i] = true;
			break;
		default:
			client->included[i] = client->named[i];
		}
	}
	for (size_t i = 0; i < graph->count && (client->verb == START || client->verb == RESTART); i++)
		if (client->included[i] && !client->named[i] && system->states[i].hopeless)
			client->included[i] = false;
}

static bool take_names(struct client *client, const struct system *system, char *names)
{
	char *rest = NULL;
	bool good = true;
	size_t count = 0;

	for (char *name = strtok_r(names, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest)) {
		size_t i = graph_find(system->graph, name);

		count++;
		if (i == system->graph->count)
			good = wrong_name(client, system, name);
		else
			client->named[i] = true;
	}
	if (good && (count > 0) != (client->verb != LIST && client->verb != ALL_READY && client->verb != SHUTDOWN)) {
		reply(client, "say %s", count == 0 ? "name at least one service" : "no names belong here");
		good = false;
	}
	return good;
}

static void take_request(struct client *client, struct system *system, int64_t now)
{
	size_t count = system->graph->count;
	char *rest = client->request;
	const char *verb = strtok_r(NULL, " ", &rest);
	const char *limit = strtok_r(NULL, " ", &rest);
	long long limit_ms = limit == NULL ? 0 : strtoll(limit, NULL, 10);

	client->verb = LIST;
	while (client->verb < VERBS && (verb == NULL || strcmp(verbs[client->verb], verb) != 0))
		client->verb++;
	client->named = calloc(count + 1, sizeof(*client->named));
	client->included = calloc(count + 1, sizeof(*client->included));
	if (client->named == NULL || client->included == NULL || client->verb == VERBS) {
		reply(client, "say this is not a request: %.200s", verb == NULL ? "" : verb);
		end(client, 2);
		return;
	}
	if (client->verb != LIST && !client->trusted) {
		reply(client, "say only root may %s services", verbs[client->verb]);
		end(client, 2);
		return;
	}
	if (!take_names(client, system, rest)) {
		end(client, 2);
		return;
	}
	if (system->shutdown && client->verb != LIST && client->verb != SHUTDOWN && client->verb != STOP) {
		reply(client, "say the system goes down");
		end(client, 1);
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (client->named[i])
			order(client->verb, system, i);
	if (client->verb == SHUTDOWN)
		system->shutdown = true;
	judge(system);
	client->deadline = limit_ms > 0 && limit_ms < INT64_MAX / 2 ? now + limit_ms : now;
	switch (client->verb) {
	case LIST:
		list(client, system, now);
		end(client, 0);
		break;
	case CONTROL_START:
	case CONTROL_STOP:
	case CONTROL_RESTART:
	case ANNOUNCE:
		end(client, 0);
		break;
	default:
		include(client, system);
		client->waiting = true;
	}
}

static void read_request(struct client *client, struct system *system, int64_t now)
{
	ssize_t got = recv(client->descriptor, client->request + client->received,
			   REQUEST_SIZE - 1 - client->received, 0);
	char *line_end;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0 || client->waiting || client->ended) {
		/* It went away, or speaks out of turn. What it ordered stays ordered. */
		client->broken = true;
		return;
	}
	client->received += (size_t)got;
	line_end = memchr(client->request, '\n', client->received);
	if (line_end != NULL) {
		*line_end = '\0';
		take_request(client, system, now);
	} else if (client->received == REQUEST_SIZE - 1) {
		reply(client, "say the request is too long");
		end(client, 2);
	}
}

static void write_reply(struct client *client)
{
	while (client->sent < client->length) {
		ssize_t done = send(client->descriptor, client->reply + client->sent, client->length - client->sent,
				    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			client->broken = client->broken || errno != EAGAIN;
			return;
		}
		client->sent += (size_t)done;
	}
}

static void drop(struct control *control, size_t i)
{
	struct client *client = control->clients[i];

	(void)close(client->descriptor);
	free(client->reply);
	free(client->named);
	free(client->included);
	free(client);
	control->clients[i] = control->clients[--control->count];
}

static void drop_finished(struct control *control)
{
	for (size_t i = control->count; i-- > 0;) {
		struct client *client = control->clients[i];

		write_reply(client);
		if (client->broken || (client->ended && client->sent == client->length))
			drop(control, i);
	}
}

static bool is_trusted(int descriptor)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

static void accept_clients(struct control *control)
{
	static const char refusal[] = "say too many requests at once\nend 1\n";

	for (;;) {
		int descriptor = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		bool trusted = descriptor >= 0 && is_trusted(descriptor);
		struct client *client;

		if (descriptor < 0)
			return;
		client = control->count >= (trusted ? CLIENT_LIMIT : UNTRUSTED_LIMIT) ? NULL : calloc(1, sizeof(*client));
		if (client == NULL) {
			(void)send(descriptor, refusal, sizeof(refusal) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
			(void)close(descriptor);
			continue;
		}
		client->descriptor = descriptor;
		client->trusted = trusted;
		client->run_directory = control->run_directory;
		control->clients[control->count++] = client;
	}
}

size_t control_descriptors(const struct control *control, struct pollfd *descriptors)
{
	descriptors[0] = (struct pollfd){ control->listener, POLLIN, 0 };
	for (size_t i = 0; i < control->count; i++) {
		const struct client *client = control->clients[i];
		bool unsent = client->sent < client->length;

		descriptors[i + 1] = (struct pollfd){ client->descriptor, (short)(unsent ? POLLIN | POLLOUT : POLLIN), 0 };
	}
	return control->count + 1;
}

void control_serve(struct control *control, const struct pollfd *descriptors, struct system *system, int64_t now)
{
	size_t count = control->count;

	for (size_t i = 0; i < count; i++)
		if ((descriptors[i + 1].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
			read_request(control->clients[i], system, now);
	drop_finished(control);
	if (descriptors[0].revents != 0)
		accept_clients(control);
}

/* -1: not settled, else the exit code. */
static int settled(const struct client *client, const struct system *system)
{
	int code = 0;

	for (size_t i = 0; i < system->graph->count; i++) {
		const struct state *state = &system->states[i];

		if (!client->included[i])
			continue;
		if (client->verb == STOP || client->verb == SHUTDOWN) {
			if (state->phase != DOWN)
				return -1;
			continue;
		}
		if (client->verb == ALL_READY && !state->expected)
			continue;
		if (state->phase == READY && state->sound)
			continue;
		/* Given up, or without hope; but what is still going down has not come to its end. */
		if (!state->hopeless || state->restarting || state->phase == STOPPING || state->phase == READY)
			return -1;
		/* Of those that came down with others, each comes up again when its controller says so. */
		if (client->named[i] || client->verb == ALL_READY || !state->idle)
			code = 1;
	}
	return code;
}

static void explain_all(struct client *client, const struct system *system, int64_t now)
{
	struct problem *problems = read_problems(client, system);

	for (size_t i = 0; i < system->graph->count; i++) {
		const struct state *state = &system->states[i];
		bool down = client->verb == STOP || client->verb == SHUTDOWN;

		if (!client->included[i] || (client->verb == ALL_READY && !state->expected))
			continue;
		if (down ? state->phase != DOWN : !(state->phase == READY && state->sound))
			explain(client, system, problems, i, now);
	}
	free(problems);
}

int64_t control_settle(struct control *control, const struct system *system, int64_t now)
{
	int64_t wake = INT64_MAX;

	for (size_t i = 0; i < control->count; i++) {
		struct client *client = control->clients[i];
		int code;

		if (!client->waiting)
			continue;
		code = settled(client, system);
		if (code < 0 && now < client->deadline) {
			if (client->deadline < wake)
				wake = client->deadline;
			continue;
		}
		explain_all(client, system, now);
		if (code < 0)
			reply(client, "say the time limit is over");
		end(client, code == 0 ? 0 : 1);
	}
	drop_finished(control);
	return wake;
}
