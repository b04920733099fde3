#include "s6.h"

#include "message.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ENQUIRY_LIMIT_MS = 5000 };

static char *join(const char *directory, const char *name)
{
	size_t size = strlen(directory) + strlen(name) + 2;
	char *path = malloc(size);

	if (path != NULL)
		(void)snprintf(path, size, "%s/%s", directory, name);
	return path;
}

/* Without it the service prints to the log, and its reasons are not known. Open for writing too: it never ends, and
 * nobody who prints dies of a manager that is not there. */
static void open_said(struct watch *watch)
{
	char *path = join(watch->directory, "said");

	if (path != NULL && (mkfifo(path, 0600) == 0 || errno == EEXIST))
		watch->said = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	free(path);
}

bool s6_watch(struct watch *watch, const char *scan_directory, const char *name)
{
	static unsigned serial;
	struct timespec now;
	char hidden[64];
	char *events = NULL;
	char *made = NULL;
	bool done = false;

	memset(watch, 0, sizeof(*watch));
	watch->events = -1;
	watch->held = -1;
	watch->said = -1;
	watch->directory = join(scan_directory, name);
	events = watch->directory == NULL ? NULL : join(watch->directory, "event");
	if (events == NULL)
		return false;
	open_said(watch);
	/* The supervisor takes a directory that is already there; 03730 is what it would make. */
	if (mkdir(events, 03730) == 0)
		(void)chmod(events, 03730);

	/* The last six characters tell our own fifos apart: of this process and of one before it. */
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)snprintf(hidden, sizeof(hidden), ".ftrig1:@%016llx%08lx:%02lx%04x", (unsigned long long)now.tv_sec,
		       (unsigned long)now.tv_nsec, (unsigned long)getpid() & 0xff, serial++ & 0xffff);
	made = join(events, hidden);
	watch->fifo = join(events, hidden + 1);
	free(events);
	if (made == NULL || watch->fifo == NULL)
		goto out;
	/* Under its final name it must already have a reader, or the supervisor removes it. */
	if (mkfifo(made, 0600) != 0)
		goto out;
	watch->events = open(made, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	watch->held = open(made, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	done = watch->events >= 0 && watch->held >= 0 && rename(made, watch->fifo) == 0;
	if (!done)
		(void)unlink(made);
out:
	if (!done)
		say("services: %s: cannot listen to its events: %s", name, strerror(errno));
	free(made);
	return done;
}

static int open_control(const struct watch *watch)
{
	char *path = watch->directory == NULL ? NULL : join(watch->directory, "supervise/control");
	int control = path == NULL ? -1 : open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);

	free(path);
	return control;
}

bool s6_supervised(const struct watch *watch)
{
	int control = open_control(watch);

	if (control >= 0)
		(void)close(control);
	return control >= 0;
}

bool s6_send(const struct watch *watch, char command)
{
	int control = open_control(watch);
	bool sent;

	if (control < 0)
		return false;
	sent = write(control, &command, 1) == 1;
	(void)close(control);
	return sent;
}

/* In a child: what this process blocks or ignores is not its business. */
static void restore_signals(void)
{
	sigset_t none;

	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Standard output of a program, at most `size` - 1 characters, within a limit. */
static bool capture(char *const *arguments, char *text, size_t size)
{
	int ends[2];
	size_t used = 0;
	int status = -1;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	child = fork();
	if (child == 0) {
		restore_signals();
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)execvp(arguments[0], arguments);
		_exit(127);
	}
	(void)close(ends[1]);
	while (child > 0 && used + 1 < size) {
		struct pollfd input = { ends[0], POLLIN, 0 };
		int answered = poll(&input, 1, ENQUIRY_LIMIT_MS);
		ssize_t got;

		if (answered < 0 && errno == EINTR)
			continue;
		if (answered <= 0) {
			(void)kill(child, SIGKILL);
			break;
		}
		got = read(ends[0], text + used, size - 1 - used);
		if (got <= 0)
			break;
		used += (size_t)got;
	}
	text[used] = '\0';
	(void)close(ends[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool s6_enquire(const struct watch *watch, struct s6_status *status)
{
	char program[] = "s6-svstat";
	char option[] = "-o";
	char fields[] = "up,ready,updownfor,readyfor,exitcode,signum";
	char *arguments[] = { program, option, fields, watch->directory, NULL };
	char text[256];
	char up[8];
	char ready[8];
	long long up_s;
	long long ready_s;

	if (!capture(arguments, text, sizeof(text)))
		return false;
	if (sscanf(text, "%7s %7s %lld %lld %d %d", up, ready, &up_s, &ready_s, &status->exit_code, &status->signal) != 6)
		return false;
	status->up = strcmp(up, "true") == 0;
	status->ready = strcmp(ready, "true") == 0;
	status->up_ms = up_s * 1000;
	status->ready_ms = ready_s * 1000;
	return true;
}

/* State letter and start time of a process; 0 when there is none. */
static char process_stat(long pid, long long *start)
{
	char path[64];
	char text[1024];
	char letter = 0;
	char *after;
	size_t length;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	length = fread(text, 1, sizeof(text) - 1, file);
	(void)fclose(file);
	text[length] = '\0';
	/* The name stands in parentheses and may hold anything; 19 fields between it and the start time. */
	after = strrchr(text, ')');
	if (after == NULL
	    || sscanf(after + 1, " %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lld", &letter,
		      start) != 2)
		return 0;
	return letter;
}

bool process_lives(const struct process *process)
{
	long long start = 0;
	char letter = process->pid > 1 ? process_stat(process->pid, &start) : 0;

	return letter != 0 && letter != 'Z' && letter != 'X' && start == process->start;
}

static struct process read_record(const struct watch *watch)
{
	struct process process = { 0, 0 };
	const struct process none = { 0, 0 };
	char *path = join(watch->directory, "pid");
	FILE *file = path == NULL ? NULL : fopen(path, "re");

	free(path);
	if (file == NULL)
		return none;
	/* A number that is no process could stand for all of them once it is cut to the size of one. */
	if (fscanf(file, "%ld %lld", &process.pid, &process.start) != 2 || process.pid != (pid_t)process.pid)
		process = none;
	(void)fclose(file);
	return process;
}

struct process s6_recorded_process(const struct watch *watch)
{
	const struct process none = { 0, 0 };
	struct process process = read_record(watch);

	return process_lives(&process) ? process : none;
}

void s6_kill_rest(const struct watch *watch)
{
	struct process process = read_record(watch);

	/* A group keeps its number from being used again as long as it has a member. */
	if (process.pid > 1)
		(void)kill(-(pid_t)process.pid, SIGKILL);
}

void process_signal(const struct process *process, int signal)
{
	/* s6-supervise makes each service the leader of a session of its own. */
	if (process_lives(process) && getpgid((pid_t)process->pid) == (pid_t)process->pid)
		(void)kill(-(pid_t)process->pid, signal);
}

void s6_forget_process(const struct watch *watch)
{
	char *path = join(watch->directory, "pid");

	if (path != NULL)
		(void)unlink(path);
	free(path);
}

static void make_printable(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = ' ';
}

bool s6_read_said(struct watch *watch, void (*take_line)(void *where, const char *line), void *where)
{
	char text[1024];
	ssize_t got = watch->said < 0 ? -1 : read(watch->said, text, sizeof(text));

	for (ssize_t k = 0; k < got; k++) {
		bool full = watch->line_length == sizeof(watch->line) - 1;

		if (text[k] != '\n' && !full)
			watch->line[watch->line_length++] = text[k] == '\0' ? ' ' : text[k];
		if (text[k] != '\n' && !full)
			continue;
		watch->line[watch->line_length] = '\0';
		watch->line_length = 0;
		if (text[k] != '\n')
			watch->line[watch->line_length++] = text[k];
		make_printable(watch->line);
		if (watch->line[0] != '\0')
			take_line(where, watch->line);
	}
	return got > 0;
}

void s6_read_note(const struct watch *watch, const char *file, char *text, size_t size)
{
	char *path = join(watch->directory, file);
	FILE *note = path == NULL ? NULL : fopen(path, "re");

	free(path);
	if (note == NULL || fgets(text, (int)size, note) == NULL)
		text[0] = '\0';
	if (note != NULL)
		(void)fclose(note);
	text[strcspn(text, "\n")] = '\0';
	make_printable(text);
}

void s6_forget_run(const struct watch *watch)
{
	char *used = join(watch->directory, "used");
	DIR *copies = used == NULL ? NULL : opendir(used);
	struct dirent *entry;
	char *path;

	free(used);
	while (copies != NULL && (entry = readdir(copies)) != NULL)
		(void)unlinkat(dirfd(copies), entry->d_name, 0);
	if (copies != NULL)
		(void)closedir(copies);
	path = join(watch->directory, "lack");
	if (path != NULL)
		(void)unlink(path);
	free(path);
}

long s6_start_undo(const struct watch *watch, const char *name)
{
	pid_t child = fork();

	if (child == 0) {
		restore_signals();
		(void)setsid();
		if (chdir(watch->directory) == 0)
			(void)execl("./finish", "finish", "256", "9", name, (char *)NULL);
		_exit(127);
	}
	return child;
}
