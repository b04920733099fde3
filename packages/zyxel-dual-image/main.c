/* zyxel-dual-image: says in flash which of the two places for a firmware a boot loader of Zyxel's is to start, and that
 * the image there is good. See usage(). */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/ioctl.h>

#include <mtd/mtd-user.h>

/* The first byte has the states of both images, bits 2 and 3 that of the first and bits 6 and 7 that of the second:
 * none, new, valid, invalid. The lowest bit of the second byte is the image to start. The rest is the loader's. */
enum { STATES = 0, ACTIVE = 1, LEAST_BYTES = 2 };
enum { FIRST_SHIFT = 2, SECOND_SHIFT = 6, STATE_BITS = 3, VALID = 2, ACTIVE_BIT = 1 };

static int usage(void)
{
	(void)fputs("usage: zyxel-dual-image DEVICE IMAGE\n"
		    "       DEVICE is the MTD device of the partition `bootconfig`, IMAGE 0 or 1\n", stderr);
	return 2;
}

static int fail(const char *device, const char *what)
{
	(void)fprintf(stderr, "zyxel-dual-image: %s: %s: %s\n", device, what, strerror(errno));
	return 1;
}

/* Sets both bytes; false if they were so. */
static bool mark(uint8_t *block, int image)
{
	int shift = image == 0 ? FIRST_SHIFT : SECOND_SHIFT;
	uint8_t states = (uint8_t)((block[STATES] & ~(STATE_BITS << shift)) | (VALID << shift));
	uint8_t active = (uint8_t)((block[ACTIVE] & ~ACTIVE_BIT) | image);
	bool changed = block[STATES] != states || block[ACTIVE] != active;

	block[STATES] = states;
	block[ACTIVE] = active;
	return changed;
}

static bool whole(ssize_t done, size_t size)
{
	if (done >= 0 && (size_t)done != size)
		errno = EIO;
	return done >= 0 && (size_t)done == size;
}

/* Writes the first erase block of a device; false with errno set, and what failed. */
static bool write_block(int device, const uint8_t *block, uint8_t *found, uint32_t size, const char **what)
{
	struct erase_info_user first = { .start = 0, .length = size };

	*what = "erase";
	if (ioctl(device, MEMERASE, &first) != 0)
		return false;
	*what = "write";
	if (!whole(pwrite(device, block, size, 0), size))
		return false;
	*what = "read back";
	if (!whole(pread(device, found, size, 0), size))
		return false;
	errno = EIO;
	return memcmp(block, found, size) == 0;
}

int main(int count, char **words)
{
	struct mtd_info_user flash;
	const char *what = "open";
	bool done;
	uint8_t *block;
	int device;

	if (count != 3 || (strcmp(words[2], "0") != 0 && strcmp(words[2], "1") != 0))
		return usage();
	device = open(words[1], O_RDWR | O_CLOEXEC);
	if (device < 0)
		return fail(words[1], what);
	if (ioctl(device, MEMGETINFO, &flash) != 0)
		return fail(words[1], "not flash");
	if (flash.erasesize < LEAST_BYTES) {
		errno = EINVAL;
		return fail(words[1], "erase block");
	}
	/* What is in the block, and what was read back. */
	block = calloc(2, flash.erasesize);
	if (block == NULL)
		return fail(words[1], "memory");
	what = "read";
	done = whole(pread(device, block, flash.erasesize, 0), flash.erasesize);
	/* Each erasure wears the flash, and is a moment without what the boot loader reads. */
	if (done && mark(block, words[2][0] - '0'))
		done = write_block(device, block, block + flash.erasesize, flash.erasesize, &what);
	free(block);
	return done ? 0 : fail(words[1], what);
}
