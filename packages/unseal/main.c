/* unseal: opens a secret that is sealed for the key of this device. See usage(). */
#include "age.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a sealed file: what age adds, some more recipients, and the armour's third. */
enum { LONGEST_FILE = 3 * LONGEST_SECRET };

static const char private_part[] = "age-secret-key-";
static const char public_part[] = "age";

static int usage(void)
{
	(void)fputs("usage: unseal KEY-FILE SEALED-FILE  prints what is sealed (age, X25519)\n"
		    "       unseal -k KEY-FILE           makes the key if there is none, and prints the public one\n",
		    stderr);
	return 2;
}

static int fail(const char *file, const char *what)
{
	(void)fprintf(stderr, "%s %s\n", file, what);
	return 1;
}

/* Reads at most `size` bytes; -1, or as many as there were. */
static ssize_t read_file(const char *path, void *bytes, size_t size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	size_t all = 0;
	ssize_t got = file < 0 ? -1 : 1;

	while (got > 0 && all < size) {
		got = read(file, (char *)bytes + all, size - all);
		all += got > 0 ? (size_t)got : 0;
	}
	if (file >= 0)
		(void)close(file);
	return got < 0 ? -1 : (ssize_t)all;
}

/* The first line that is a private key: age-keygen(1) writes comments, too. */
static bool read_key(const char *path, unsigned char private[KEY_SIZE])
{
	char text[1024];
	ssize_t size = read_file(path, text, sizeof(text) - 1);

	if (size < 0)
		return false;
	text[size] = '\0';
	for (char *line = strtok(text, "\r\n"); line != NULL; line = strtok(NULL, "\r\n"))
		if (bech32_read(private_part, line, private))
			return true;
	errno = 0;
	return false;
}

/* A power cut leaves the old file or the whole new one. */
static bool make_key(const char *path, unsigned char private[KEY_SIZE])
{
	char made[4096];
	char text[KEY_TEXT_SIZE];
	int file;
	bool whole;

	if (snprintf(made, sizeof(made), "%s.new", path) >= (int)sizeof(made) ||
	    getrandom(private, KEY_SIZE, 0) != KEY_SIZE)
		return false;
	bech32_write(private_part, private, text);
	for (char *at = text; *at != '\0'; at++)
		if (*at >= 'a' && *at <= 'z')
			*at = (char)(*at - 'a' + 'A');
	file = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		return false;
	whole = dprintf(file, "%s\n", text) == (int)strlen(text) + 1 && fsync(file) == 0;
	return close(file) == 0 && whole && rename(made, path) == 0;
}

static int show_key(const char *path)
{
	unsigned char private[KEY_SIZE];
	unsigned char public[KEY_SIZE];
	char text[KEY_TEXT_SIZE];

	if (!read_key(path, private)) {
		if (errno == 0)
			return fail(path, "holds no private key of age");
		if (errno != ENOENT || !make_key(path, private))
			return fail(path, strerror(errno));
	}
	age_public(private, public);
	bech32_write(public_part, public, text);
	return puts(text) < 0 || fflush(stdout) != 0;
}

int main(int count, char **words)
{
	static unsigned char file[LONGEST_FILE];
	static unsigned char secret[SECRET_ROOM];
	unsigned char private[KEY_SIZE];
	const char *wrong;
	ssize_t size;
	size_t length = 0;

	if (count != 3)
		return usage();
	if (strcmp(words[1], "-k") == 0)
		return show_key(words[2]);
	if (!read_key(words[1], private))
		return fail(words[1], errno == 0 ? "holds no private key of age" : strerror(errno));
	size = read_file(words[2], file, sizeof(file));
	if (size < 0)
		return fail(words[2], strerror(errno));
	wrong = age_open(private, file, (size_t)size, secret, &length);
	if (wrong != NULL)
		return fail("the secret", wrong);
	return fwrite(secret, 1, length, stdout) != length || fflush(stdout) != 0;
}
