/*
 * preinit in a world made of an input: fields, a size of two bytes in front of each.
 *
 *   0  /proc/cmdline          3  devices that are there, each with a line end
 *   1  /proc/mtd              4  what wait4() tells of the activation, one byte
 *   2  /proc/partitions       5, 6 and so on: a name of a block device, and its uevent
 *
 * The answer is what it did: lines of words, ended by a NUL each.
 */
#define PARTITIONS
#include "options.h"

/* The one variable that has to be as at the start of a kernel, each time. */
static void take_options_anew(struct options *options, char *line)
{
	static struct options first;

	if (first.values[ROOT] == 0)
		first = *options;
	*options = first;
	take_options(options, line);
}

int preinit_main(int count, char **arguments, char **environment);
#define main preinit_main
#define take_options take_options_anew
#include "preinit.c"
#undef main

#include "harness.h"

#include <errno.h>
#include <setjmp.h>

enum { MOST = 64 };

struct field {
	const char *bytes;
	size_t size;
};

static struct field fields[MOST];
static int field_count;
static char answer[65536];
static size_t answer_size;
static int pauses;
static jmp_buf end_of_world;

static void tell(const char *word)
{
	size_t size = strlen(word) + 1;

	if (answer_size + size > sizeof(answer))
		abort();
	memcpy(answer + answer_size, word, size);
	answer_size += size;
}

static void __attribute__((noreturn)) finish(const char *how)
{
	tell(how);
	longjmp(end_of_world, 1);
}

static int is_device(const char *path)
{
	size_t size = strlen(path);
	const char *at = fields[3].bytes;
	const char *end = at + fields[3].size;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (stop == NULL)
			stop = end;
		if ((size_t)(stop - at) == size && memcmp(at, path, size) == 0)
			return 1;
		at = stop + 1;
	}
	return 0;
}

int fake_syscall(long number, const void *second, long third)
{
	if (number == __NR_faccessat)
		return is_device(second) ? 0 : -ENOENT;
	if (number == __NR_poll && third == BETWEEN_TRIES_MS && ++pauses == 3)
		finish("waits");
	return 0;
}

/* Descriptors are numbers of fields. */
int sys_open(const char *path, int flags, unsigned mode)
{
	static const char *const files[] = { "/proc/cmdline", "/proc/mtd", "/proc/partitions" };
	const char *name = after(path, "/sys/class/block/");

	(void)flags;
	(void)mode;
	for (int i = 0; i < 3; i++)
		if (strcmp(path, files[i]) == 0)
			return i;
	for (int i = 5; name != NULL && i + 1 < field_count; i += 2)
		if (strncmp(name, fields[i].bytes, fields[i].size) == 0 && strcmp(name + fields[i].size, "/uevent") == 0)
			return i + 1;
	return -ENOENT;
}

long sys_read(int file, void *bytes, size_t size)
{
	if (file < 0 || file >= field_count)
		return -EBADF;
	if (fields[file].size < size)
		size = fields[file].size;
	memcpy(bytes, fields[file].bytes, size);
	return (long)size;
}

long sys_write(int file, const void *bytes, long size)
{
	volatile char last = 0;

	(void)file;
	/* All of it is there. */
	for (long i = 0; i < size; i++)
		last = ((const char *)bytes)[i];
	(void)last;
	return size;
}

int sys_mount(const char *source, const char *target, const char *type, unsigned long flags, const void *options)
{
	if (strcmp(target, "/n") != 0)
		return 0;
	tell("mount");
	tell(source);
	tell(type);
	tell(options != NULL ? options : "");
	tell((flags & MS_RDONLY) != 0 ? "ro" : "rw");
	return 0;
}

int sys_execve(const char *path, char *const *arguments, char *const *environment)
{
	(void)arguments;
	(void)environment;
	tell("run");
	tell(path);
	return -ENOENT;
}

int sys_wait4(int process, int *status, int options, void *usage)
{
	(void)process;
	(void)options;
	(void)usage;
	*status = field_count > 4 && fields[4].size > 0 ? (unsigned char)fields[4].bytes[0] : 0;
	return 1;
}

int sys_reboot(int first, int second, int command, void *argument)
{
	(void)first;
	(void)second;
	(void)command;
	(void)argument;
	finish("restart");
}

void sys_exit(int code)
{
	(void)code;
	finish("end");
}

int sys_fork(void)
{
	return 1;
}

int sys_close(int file)
{
	return file < 0 ? -EBADF : 0;
}

int sys_mkdir(const char *path, unsigned mode)
{
	(void)mode;
	return path == NULL ? -EFAULT : 0;
}

int sys_umount2(const char *path, int flags)
{
	(void)flags;
	return path == NULL ? -EFAULT : 0;
}

int sys_chdir(const char *path)
{
	return path == NULL ? -EFAULT : 0;
}

int sys_chroot(const char *path)
{
	return path == NULL ? -EFAULT : 0;
}

static void take_fields(const char *bytes, size_t size)
{
	size_t at = 0;

	while (size - at >= 2 && field_count < MOST) {
		size_t length = (size_t)(uint8_t)bytes[at] << 8 | (uint8_t)bytes[at + 1];

		at += 2;
		if (length > size - at)
			length = size - at;
		fields[field_count++] = (struct field){ bytes + at, length };
		at += length;
	}
	while (field_count < 5)
		fields[field_count++] = (struct field){ "", 0 };
}

static void run_world(const char *bytes, size_t size)
{
	static char name[] = "init";
	static char *arguments[] = { name, NULL, NULL };
	static char *environment[] = { NULL };

	field_count = 0;
	answer_size = 0;
	pauses = 0;
	take_fields(bytes, size);
	if (setjmp(end_of_world) == 0)
		preinit_main(1, arguments, environment);
	give_answer(answer, answer_size);
}

int main(void)
{
	char *bytes;
	size_t size;

	while ((bytes = take_input(&size)) != NULL) {
		run_world(bytes, size);
		free(bytes);
	}
	return 0;
}
