/*
 * preinit: the program of the initramfs. It mounts the root that the kernel's command line names and
 * becomes its init; without a C library, by the kernel's own tools/include/nolibc.
 *
 * On MIPS it has to be compiled non-PIC (-mno-abicalls -fno-pic): position-independent code would find
 * its addresses through $gp, which the start code of some versions of nolibc does not set. Non-PIC code
 * does not use it (-G0).
 *
 * It ends with the kernel's panic "Attempted to kill init!", after a line that tells why; the kernel
 * restarts the board then (PANIC_TIMEOUT).
 */
#define NOLIBC_IGNORE_ERRNO
#include <linux/mount.h>
#include <linux/reboot.h>
#include <nolibc.h>

#include "options.h"

enum { TRIES = 100, BETWEEN_TRIES_MS = 100, AFTER_MESSAGE_MS = 1000 };

/* An arm64 kernel takes 2048 bytes, one for arm 1024, one for MIPS 4096; /proc gives a page at most. */
enum { TEXT_BYTES = 4096 };

/* select() and ppoll() take times that a 32-bit kernel may lack (COMPAT_32BIT_TIME); poll() does not. */
static void pause_ms(int milliseconds)
{
#ifdef __NR_poll
	my_syscall3(__NR_poll, 0, 0, milliseconds);
#else
	struct timespec time = { milliseconds / 1000, milliseconds % 1000 * 1000000L };

	my_syscall5(__NR_ppoll, 0, 0, &time, 0, 0);
#endif
}

static void print(const char *text)
{
	int length = 0;

	while (text[length] != '\0')
		length++;
	sys_write(2, text, length);
}

/* Say it, and give a slow console the time to show it: a panic stops the interrupts that it needs. */
static void say(const char *what, const char *name, int error)
{
	char digits[12];
	char *number = digits + sizeof(digits);

	*--number = '\0';
	*--number = '\n';
	do {
		unsigned tens = 0;

		/* Not "/ 10": on arm that is a call of 600 bytes. */
		for (; error >= 10; error -= 10)
			tens++;
		*--number = (char)('0' + error);
		error = tens;
	} while (error != 0);
	print("preinit: ");
	print(what);
	print(name);
	print(": error ");
	print(number);
	pause_ms(AFTER_MESSAGE_MS);
}

static void read_text(const char *path, char *text)
{
	int file = sys_open(path, O_RDONLY, 0);
	long length = sys_read(file, text, TEXT_BYTES);

	text[length < 0 ? 0 : length] = '\0';
	sys_close(file);
}

/* No way on: the end of the first process is the kernel's panic. */
static void __attribute__((noreturn)) fail(const char *what, const char *name, int error)
{
	say(what, name, error);
	sys_exit(1);
}

#ifdef PARTITIONS
static char *append(char *end, const char *text)
{
	while (*text != '\0')
		*end++ = *text++;
	*end = '\0';
	return end;
}

/* The partition with that name in its disk's table; "/dev/?", which is no device, while there is none. */
static const char *partition(const char *label)
{
	static char disks[TEXT_BYTES + 1];
	static char event[TEXT_BYTES + 1];
	static char device[5 + NAME_BYTES];
	static char path[17 + NAME_BYTES + 7];
	const char *line = disks;
	char *name = append(device, "/dev/");

	read_text("/proc/partitions", disks);
	while ((line = take_name(line, name)) != 0) {
		append(append(append(path, "/sys/class/block/"), name), "/uevent");
		read_text(path, event);
		if (has_label(event, label))
			return device;
	}
	append(name, "?");
	return device;
}
#endif

/*
 * What to give to mount(2): the root as it is, or the block device of the MTD device or partition with
 * that name; "/dev/mtdblock", which is no device, while there is none. jffs2 finds MTD devices itself, by name
 * ("mtd:rootfs") or number ("mtd3"), as ubifs finds volumes.
 */
static const char *root_device(const struct options *options)
{
	static char text[TEXT_BYTES + 1];
	static char device[28] = "/dev/mtdblock";
	const char *root = options->values[ROOT];
	const char *name = after(root, "mtd:");
	const char *number;
	char *end = device + 13;

#ifdef PARTITIONS
	if (after(root, "PARTLABEL=") != 0)
		return partition(root + 10);
#endif
	if (name == 0 || after(options->values[TYPE], "jffs2") != 0)
		return root;
	read_text("/proc/mtd", text);
	number = mtd_number(text, name);
	if (number != 0)
		while (*number >= '0' && *number <= '9' && end < device + sizeof(device) - 1)
			*end++ = *number++;
	*end = '\0';
	return device;
}

/* A mount that fails leaves a line in the kernel's log: it is not tried while the device is not there. */
static int try_root(const struct options *options)
{
	const char *device = root_device(options);
	int result = 0;

	if (device[0] == '/')
		result = my_syscall3(__NR_faccessat, AT_FDCWD, device, 0);
	if (result == 0)
		result = sys_mount(device, "/n", options->values[TYPE], options->read_only, options->values[FLAGS]);
	return result;
}

static void mount_root(const struct options *options)
{
	for (int tries = TRIES;; pause_ms(BETWEEN_TRIES_MS)) {
		int result = try_root(options);

		if (result == 0)
			return;
		if (--tries == 0)
			fail("cannot mount ", options->values[ROOT], -result);
	}
}

static void __attribute__((noreturn)) run(const char *program, char **arguments, char **environment)
{
	arguments[0] = (char *)program;
	fail("cannot run ", program, -sys_execve(program, arguments, environment));
}

/*
 * Restarts the machine when the activation fails: the next boot can be that of an earlier system. What
 * the activation wrote or removed has to stay so.
 */
static void activate(char **arguments, char **environment)
{
	static const char program[] = "/activate";
	int status = 1;
	int process = sys_fork();

	if (process == 0) {
		arguments[1] = 0;
		run(program, arguments, environment);
	}
	sys_wait4(process, &status, 0, 0);
	if (status != 0) {
		say("restart after ", program, status > 255 ? status >> 8 : status);
		my_syscall0(__NR_sync);
		sys_reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART, 0);
	}
}

int main(int count, char **arguments, char **environment)
{
	static char line[TEXT_BYTES + 1];
	static struct options options = { { "(no root=)", "squashfs", 0, "/init" }, MS_RDONLY };

	/* Smaller here than in the archive. */
	sys_mkdir("/proc", 0755);
	sys_mkdir("/n", 0755);
	sys_mount("proc", "/proc", "proc", 0, 0);
	sys_mount("devtmpfs", "/dev", "devtmpfs", 0, 0);
#ifdef PARTITIONS
	sys_mkdir("/sys", 0755);
	sys_mount("sysfs", "/sys", "sysfs", 0, 0);
#endif
	read_text("/proc/cmdline", line);
	take_options(&options, line);
	mount_root(&options);
	if (!options.read_only)
		sys_mkdir("/n/dev", 0755);
	sys_mount("/dev", "/n/dev", 0, MS_MOVE, 0);
	sys_umount2("/proc", 0);
#ifdef PARTITIONS
	sys_umount2("/sys", 0);
#endif
	sys_chdir("/n");
	sys_mount(".", "/", 0, MS_MOVE, 0);
	sys_chroot(".");
	if (!options.read_only)
		activate(arguments, environment);
	(void)count;
	run(options.values[INIT], arguments, environment);
}
