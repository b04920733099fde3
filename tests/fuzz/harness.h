/*
 * What the programs of the fuzzers have in common. program.py writes inputs, a size of four bytes in
 * front of each, and reads answers of the same form.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The next input, on the heap with no byte behind its end, so that each step too far is seen; null at the end. */
static char *take_input(size_t *size)
{
	uint32_t number;
	char *bytes;

	if (fread(&number, sizeof(number), 1, stdin) != 1)
		return NULL;
	*size = number;
	bytes = malloc(number);
	if ((bytes == NULL && number > 0) || fread(bytes, 1, number, stdin) != number)
		exit(1);
	/* No memory at all would be the null of the end. */
	return bytes != NULL ? bytes : malloc(1);
}

static void give_answer(const void *bytes, size_t size)
{
	uint32_t number = (uint32_t)size;

	(void)fwrite(&number, sizeof(number), 1, stdout);
	(void)fwrite(bytes, 1, size, stdout);
	(void)fflush(stdout);
}

/* Bytes as a file for what opens it by its name; a file stays until the next one of that number, 0 or 1. */
static inline char *as_file(int number, const char *bytes, size_t size)
{
	static char paths[2][40];
	static int files[2] = { -1, -1 };

	if (files[number] < 0)
		files[number] = memfd_create("input", MFD_CLOEXEC);
	if (files[number] < 0 || ftruncate(files[number], 0) != 0 ||
	    pwrite(files[number], bytes, size, 0) != (ssize_t)size)
		exit(1);
	(void)snprintf(paths[number], sizeof(paths[number]), "/proc/self/fd/%d", files[number]);
	return paths[number];
}

#endif
