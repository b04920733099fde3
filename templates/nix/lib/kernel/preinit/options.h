/*
 * What the kernel's command line asks of preinit, and which MTD device or partition has a name: the
 * part without system calls, which tests compile for the build machine.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

enum option { ROOT, TYPE, FLAGS, INIT, OPTIONS };

struct options {
	const char *values[OPTIONS];
	unsigned long read_only; /* as MS_RDONLY: 1 or 0 */
};

/* What follows `start` in `text`; null if `text` begins otherwise. */
static const char *after(const char *text, const char *start)
{
	while (*start != '\0')
		if (*text++ != *start++)
			return 0;
	return text;
}

static void take_word(struct options *options, const char *word)
{
	static const char names[OPTIONS][12] = { "root=", "rootfstype=", "rootflags=", "init=" };

	for (int i = 0; i < OPTIONS; i++) {
		const char *value = after(word, names[i]);

		if (value != 0)
			options->values[i] = value;
	}
	if (word[0] == 'r' && (word[1] == 'o' || word[1] == 'w') && word[2] == '\0')
		options->read_only = word[1] == 'o';
}

/*
 * Cut the line into words and take those that are options; of several the last one counts, and none
 * counts after the word "--". The values stay in the line.
 *
 * Blanks between double quotes belong to the word, as in next_arg() of the kernel's lib/cmdline.c.
 * The quotes are dropped wherever they are; the kernel drops only those around the word or value.
 */
static void take_options(struct options *options, char *line)
{
	unsigned char c; /* no byte of a name in UTF-8 is a blank */

	do {
		char *word = line;
		char *end = line;
		unsigned last_blank = ' ';

		while ((c = (unsigned char)*line++) > last_blank) {
			if (c == '"')
				last_blank ^= ' ';
			else
				*end++ = (char)c;
		}
		*end = '\0';
		if (word[0] == '-' && word[1] == '-' && word[2] == '\0')
			return;
		take_word(options, word);
	} while (c != '\0');
}

/*
 * The line of /proc/mtd from the number on ("3: 002e0000 00010000 "rootfs"") of the first device
 * with this name; null if none has it. A name with a line end, which partition tables can have, is none.
 */
static const char *mtd_number(const char *text, const char *name)
{
	const char *line = text;
	int before_name = 1;

	for (; *text != '\0'; text++) {
		if (*text == '\n') {
			line = text + 1;
			before_name = 1;
		} else if (*text == '"' && before_name) {
			const char *end = after(text + 1, name);

			before_name = 0;
			if (end != 0 && end[0] == '"' && end[1] == '\n')
				return after(line, "mtd");
		}
	}
	return 0;
}

#ifdef PARTITIONS
enum { NAME_BYTES = 32 };

/*
 * Copy the name of a block device out of its line of /proc/partitions ("   8        1    1048576 sda1"),
 * and return the next line; null behind the last one. The two lines above the first have none, as
 * one that is too long.
 */
static const char *take_name(const char *line, char *name)
{
	const char *start = line;
	int length = 0;

	for (; *line != '\n'; line++) {
		if (*line == '\0')
			return 0;
		if (*line == ' ')
			start = line + 1;
	}
	if (line - start < NAME_BYTES)
		while (start + length != line) {
			name[length] = start[length];
			length++;
		}
	name[length] = '\0';
	return line + 1;
}

/* Whether the uevent of a block device says that the partition has this name in its table. */
static int has_label(const char *event, const char *label)
{
	for (;;) {
		const char *end = after(event, "PARTNAME=");

		if (end != 0)
			end = after(end, label);
		if (end != 0 && *end == '\n')
			return 1;
		while (*event != '\n')
			if (*event++ == '\0')
				return 0;
		event++;
	}
}
#endif

#endif
