/* services: what runs on this device, and the wish to change it. Talks to serviced, see control.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIELDS = 7, DEFAULT_LIMIT_S = 60 };
enum field { NAME, TYPE, KIND, STATE, SINCE, WAITS, NOTE };

struct row {
	char *fields[FIELDS];
};

struct table {
	struct row *rows;
	size_t count;
};

static int usage(FILE *stream)
{
	(void)fputs("usage: services [--json]                      list: name, state, since when, what it waits for\n"
		    "       services start [-t SECONDS] NAME...    bring up, with what it needs; forgets failures\n"
		    "       services stop [-t SECONDS] NAME...     bring down, with what needs it, until start\n"
		    "       services restart [-t SECONDS] NAME...  bring down and up again, with what needs it\n"
		    "       services ready [-t SECONDS]            wait until all that the boot starts is ready\n"
		    "       services announce NAME...              tell the observers that its outputs changed\n"
		    "       services shutdown [-t SECONDS]         bring everything down, in order\n"
		    "\n"
		    "  -t SECONDS  limit of the wait (60)\n"
		    "  -c          with start, stop, restart: as the controller of NAME; does not wait, does not\n"
		    "              touch what it needs, and does not end a user's stop\n"
		    "\n"
		    "Exit code: 0 done, 1 it did not come to that (the reason is printed), 2 wrong use.\n", stream);
	return stream == stdout ? 0 : 2;
}

static int connect_to_manager(unsigned limit_s)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *directory = getenv("SERVICES_DIRECTORY");
	struct timeval limit = { .tv_sec = (time_t)limit_s + 5, .tv_usec = 0 };
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int length = snprintf(address.sun_path, sizeof(address.sun_path), "%s/control",
			      directory == NULL ? "/run/services" : directory);

	if (descriptor < 0 || length < 0 || (size_t)length >= sizeof(address.sun_path))
		return -1;
	/* serviced keeps the limit; this one is for a serviced that does not answer. */
	(void)setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	(void)setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	for (int attempt = 0; connect(descriptor, (const struct sockaddr *)&address, sizeof(address)) != 0; attempt++) {
		/* s6 restarts a manager that died after a second; on a busy board it takes longer to come up. */
		int attempts = errno == ECONNREFUSED ? (int)limit_s * 10 : errno == ENOENT ? 30 : 0;

		if (attempt >= attempts) {
			(void)fprintf(stderr, "services: %s: %s\n", address.sun_path, strerror(errno));
			(void)close(descriptor);
			return -1;
		}
		(void)usleep(100000);
	}
	return descriptor;
}

static bool send_request(int descriptor, const char *verb, unsigned limit_s, char **names)
{
	FILE *request;
	char *text = NULL;
	size_t size = 0;
	size_t sent = 0;

	request = open_memstream(&text, &size);
	if (request == NULL)
		return false;
	(void)fprintf(request, "%s %lu", verb, (unsigned long)limit_s * 1000);
	for (; *names != NULL; names++)
		(void)fprintf(request, " %s", *names);
	(void)fputc('\n', request);
	if (fclose(request) != 0)
		return false;
	while (sent < size) {
		ssize_t done = send(descriptor, text + sent, size - sent, MSG_NOSIGNAL);

		if (done <= 0 && errno != EINTR)
			break;
		sent += done > 0 ? (size_t)done : 0;
	}
	free(text);
	return sent == size;
}

static bool add_row(struct table *table, const char *line)
{
	struct row *grown = realloc(table->rows, (table->count + 1) * sizeof(*grown));
	char *rest = strdup(line);
	struct row *row;

	if (grown != NULL)
		table->rows = grown;
	if (grown == NULL || rest == NULL) {
		free(rest);
		return false;
	}
	row = &table->rows[table->count++];
	for (size_t i = 0; i < FIELDS; i++) {
		static char none[] = "";
		char *field = strsep(&rest, "\t");

		row->fields[i] = field == NULL ? none : field;
	}
	return true;
}

static void print_string(const char *text)
{
	(void)putchar('"');
	for (; *text != '\0'; text++) {
		unsigned char character = (unsigned char)*text;

		if (character == '"' || character == '\\')
			(void)printf("\\%c", character);
		else if (character < 0x20)
			(void)printf("\\u%04x", character);
		else
			(void)putchar(character);
	}
	(void)putchar('"');
}

static void print_json(const struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		char **fields = table->rows[i].fields;
		char *rest = fields[WAITS];
		bool first = true;

		(void)printf("%s  {\"name\": ", i == 0 ? "[\n" : ",\n");
		print_string(fields[NAME]);
		(void)printf(", \"type\": ");
		print_string(fields[TYPE]);
		(void)printf(", \"controlled\": %s, \"state\": ", strcmp(fields[KIND], "controlled") == 0 ? "true" : "false");
		print_string(fields[STATE]);
		(void)printf(", \"since_s\": %.1f, \"waits_for\": [", (double)atoll(fields[SINCE]) / 1000.0);
		for (char *name = strsep(&rest, ","); name != NULL && *name != '\0'; name = strsep(&rest, ",")) {
			(void)printf("%s", first ? "" : ", ");
			first = false;
			print_string(name);
		}
		(void)printf("], \"note\": ");
		print_string(fields[NOTE]);
		(void)putchar('}');
	}
	(void)puts(table->count == 0 ? "[]" : "\n]");
}

static void print_since(char *text, size_t size, const char *since_ms)
{
	long long since = atoll(since_ms) / 1000;

	if (since < 120)
		(void)snprintf(text, size, "%lld s", since);
	else if (since < 7200)
		(void)snprintf(text, size, "%lld min", since / 60);
	else if (since < 172800)
		(void)snprintf(text, size, "%lld h", since / 3600);
	else
		(void)snprintf(text, size, "%lld d", since / 86400);
}

static void print_table(const struct table *table)
{
	int name_width = 4;
	int state_width = 8;

	for (size_t i = 0; i < table->count; i++) {
		int length = (int)strlen(table->rows[i].fields[NAME]);

		if (length > name_width)
			name_width = length;
	}
	(void)printf("%-*s  %-*s  %8s  %s\n", name_width, "NAME", state_width, "STATE", "SINCE", "WAITS FOR");
	for (size_t i = 0; i < table->count; i++) {
		char **fields = table->rows[i].fields;
		bool blocked = strcmp(fields[STATE], "blocked") == 0;
		char since[32];
		char line[2048];
		int length;

		print_since(since, sizeof(since), fields[SINCE]);
		/* The note of a blocked service names what it waits for already. */
		length = snprintf(line, sizeof(line), "%-*s  %-*s  %8s  %s%s%s", name_width, fields[NAME], state_width,
				  fields[STATE], since, blocked ? "" : fields[WAITS],
				  blocked || fields[WAITS][0] == '\0' || fields[NOTE][0] == '\0' ? "" : " ", fields[NOTE]);
		while (length > 0 && (size_t)length < sizeof(line) && line[length - 1] == ' ')
			line[--length] = '\0';
		(void)puts(line);
	}
}

/* The exit code that serviced gives, or 1 when it falls silent. */
static int read_reply(int descriptor, struct table *table)
{
	FILE *reply = fdopen(descriptor, "r");
	char *line = NULL;
	size_t size = 0;
	int code = -1;

	while (reply != NULL && code < 0 && getline(&line, &size, reply) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "row\t", 4) == 0)
			(void)add_row(table, line + 4);
		else if (strncmp(line, "say ", 4) == 0)
			(void)fprintf(stderr, "services: %s\n", line + 4);
		else if (strncmp(line, "end ", 4) == 0)
			code = atoi(line + 4);
	}
	if (code < 0) {
		(void)fputs("services: serviced did not answer to the end\n", stderr);
		code = 1;
	}
	free(line);
	if (reply != NULL)
		(void)fclose(reply);
	return code;
}

static bool read_limit(const char *text, unsigned *limit_s)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*limit_s = (unsigned)value;
	return *end == '\0' && text[0] >= '0' && text[0] <= '9' && value <= 1000000;
}

/* A name with a blank or a line end would be several words of the request. */
static bool are_words(char **names)
{
	for (; *names != NULL; names++)
		if ((*names)[strcspn(*names, " \n")] != '\0' || **names == '\0') {
			(void)fprintf(stderr, "services: no service is called '%s'\n", *names);
			return false;
		}
	return true;
}

static bool known_command(const char *command)
{
	static const char *const commands[] = { "list", "start", "stop", "restart", "ready", "announce", "shutdown" };

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(command, commands[i]) == 0)
			return true;
	return false;
}

int main(int count, char **arguments)
{
	const char *command = "list";
	char request[32];
	struct table table = { NULL, 0 };
	unsigned limit_s = DEFAULT_LIMIT_S;
	bool controller = false;
	bool json = false;
	int first = 1;
	int descriptor;
	int code;

	if (count > 1 && (strcmp(arguments[1], "--help") == 0 || strcmp(arguments[1], "-h") == 0))
		return usage(stdout);
	if (count > 1 && arguments[1][0] != '-') {
		command = arguments[1];
		first = 2;
	}
	for (; first < count && arguments[first][0] == '-'; first++) {
		if (strcmp(arguments[first], "--json") == 0 && strcmp(command, "list") == 0) {
			json = true;
		} else if (strcmp(arguments[first], "-c") == 0) {
			controller = true;
		} else if (strcmp(arguments[first], "-t") == 0 && first + 1 < count) {
			if (!read_limit(arguments[++first], &limit_s))
				return usage(stderr);
		} else {
			return usage(stderr);
		}
	}
	if (!known_command(command))
		return usage(stderr);
	if (!are_words(arguments + first))
		return 2;
	if (controller) {
		if (strcmp(command, "start") != 0 && strcmp(command, "stop") != 0 && strcmp(command, "restart") != 0)
			return usage(stderr);
		(void)snprintf(request, sizeof(request), "control-%s", command);
		command = request;
	}
	descriptor = connect_to_manager(limit_s);
	if (descriptor < 0)
		return 1;
	if (!send_request(descriptor, command, limit_s, arguments + first)) {
		(void)fprintf(stderr, "services: cannot send the request: %s\n", strerror(errno));
		return 1;
	}
	code = read_reply(descriptor, &table);
	if (code == 0 && strcmp(command, "list") == 0) {
		if (json)
			print_json(&table);
		else
			print_table(&table);
	}
	return code;
}
