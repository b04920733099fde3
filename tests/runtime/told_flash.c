/* A flash that is a file: one erase block of TOLD_ERASE_BLOCK bytes. An erasure makes all bits ones, and is counted by the
 * size of the file TOLD_ERASURES; a write makes none a one. With TOLD_WORN nothing can be erased. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/ioctl.h>

#include <mtd/mtd-user.h>

enum { MOST = 4096 };

static bool put(int device, const void *content, size_t size)
{
	return lseek(device, 0, SEEK_SET) == 0 && write(device, content, size) == (ssize_t)size;
}

static bool erase(int device, const struct erase_info_user *erased)
{
	int log = open(getenv("TOLD_ERASURES"), O_WRONLY | O_APPEND);
	uint8_t ones[MOST];
	bool counted = write(log, "x", 1) == 1;

	(void)close(log);
	memset(ones, 0xff, sizeof(ones));
	return counted && erased->start == 0 && put(device, ones, erased->length);
}

int told_ioctl(int device, unsigned long request, ...)
{
	va_list arguments;
	void *argument;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if (request == MEMGETINFO) {
		struct mtd_info_user flash = { .erasesize = (uint32_t)atoi(getenv("TOLD_ERASE_BLOCK")) };

		memcpy(argument, &flash, sizeof(flash));
		return 0;
	}
	if (request == MEMERASE && getenv("TOLD_WORN") == NULL && erase(device, argument))
		return 0;
	errno = EIO;
	return -1;
}

ssize_t told_pwrite(int device, const void *content, size_t size, off_t offset)
{
	const uint8_t *bytes = content;
	uint8_t there[MOST];

	if (size > MOST || pread(device, there, size, offset) != (ssize_t)size)
		return -1;
	for (size_t i = 0; i < size; i++)
		there[i] &= bytes[i];
	return put(device, there, size) ? (ssize_t)size : -1;
}
