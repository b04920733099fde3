#include "age.h"

#include <bearssl.h>
#include <stdint.h>
#include <string.h>

enum { FILE_KEY = 16, TAG = 16, NONCE = 12, MAC = 32, PAYLOAD_NONCE = 16 };

static const char not_age[] = "is not a file of age, or was cut short";

/* X25519 (RFC 7748): the point becomes its product with the private key. */
static void multiply(const unsigned char private[KEY_SIZE], unsigned char point[KEY_SIZE])
{
	(void)br_ec_c25519_i31.mul(point, KEY_SIZE, private, KEY_SIZE, BR_EC_curve25519);
}

void age_public(const unsigned char private[KEY_SIZE], unsigned char public[KEY_SIZE])
{
	(void)memset(public, 0, KEY_SIZE);
	public[0] = 9;
	multiply(private, public);
}

/* HKDF with SHA-256 (RFC 5869). */
static void derive(const unsigned char *key, size_t key_size, const unsigned char *salt, size_t salt_size,
		   const char *purpose, unsigned char derived[32])
{
	br_hkdf_context context;

	br_hkdf_init(&context, &br_sha256_vtable, salt, salt_size);
	br_hkdf_inject(&context, key, key_size);
	br_hkdf_flip(&context);
	(void)br_hkdf_produce(&context, purpose, strlen(purpose), derived, 32);
}

/* ChaCha20-Poly1305 (RFC 8439) of `size` bytes in place, with the tag behind them; says whether it is right. */
static bool decrypt(const unsigned char key[32], const unsigned char nonce[NONCE], unsigned char *text, size_t size)
{
	unsigned char tag[TAG];
	unsigned differs = 0;

	br_poly1305_ctmul_run(key, nonce, text, size, NULL, 0, tag, br_chacha20_ct_run, 0);
	for (unsigned i = 0; i < TAG; i++)
		differs |= (unsigned)(tag[i] ^ text[size + i]);
	return differs == 0;
}

static int value_of(char letter)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = letter == '\0' ? NULL : strchr(letters, letter);

	return found == NULL ? -1 : (int)(found - letters);
}

/* Base64 (RFC 4648) without padding, into at most `room` bytes; returns how many, or -1. */
static int decode(const char *text, size_t length, unsigned char *bytes, size_t room)
{
	unsigned held = 0;
	unsigned bits = 0;
	size_t got = 0;

	for (size_t i = 0; i < length; i++) {
		int value = value_of(text[i]);

		if (value < 0)
			return -1;
		held = held << 6 | (unsigned)value;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			if (got == room)
				return -1;
			bytes[got++] = (unsigned char)(held >> bits & 255);
		}
	}
	return bits == 6 || (held & ((1U << bits) - 1)) != 0 ? -1 : (int)got;
}

/* Takes the armour off in place (RFC 7468, strict); returns the size of what was in it, or 0. */
static size_t unarmour(unsigned char *file, size_t size)
{
	static const char first[] = "-----BEGIN AGE ENCRYPTED FILE-----";
	static const char last[] = "-----END AGE ENCRYPTED FILE-----";
	char *at = (char *)file;
	char *end = at + size;
	char *into = at;
	int got;

	if (size <= sizeof(first) || memcmp(file, first, sizeof(first) - 1) != 0)
		return size;
	for (at += sizeof(first) - 1; at < end; at++) {
		if (*at == '-')
			break;
		if (*at != '\n' && *at != '\r' && *at != ' ' && *at != '=')
			*into++ = *at;
	}
	if ((size_t)(end - at) < sizeof(last) - 1 || memcmp(at, last, sizeof(last) - 1) != 0)
		return 0;
	/* Three bytes never take the place of the four letters that come next. */
	got = decode((const char *)file, (size_t)(into - (char *)file), file, size);
	return got < 0 ? 0 : (size_t)got;
}

struct lines {
	const char *at;
	const char *end;
};

/* The next line without its end; false if there is no end of it. */
static bool next_line(struct lines *lines, const char **line, size_t *length)
{
	const char *newline = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));

	if (newline == NULL)
		return false;
	*line = lines->at;
	*length = (size_t)(newline - lines->at);
	lines->at = newline + 1;
	return true;
}

/* The file key, from what is for this private key: the line `-> X25519 SHARE` and the one after it. */
static bool unwrap(const unsigned char private[KEY_SIZE], const unsigned char public[KEY_SIZE], const char *share_text,
		   size_t share_length, const char *body, size_t body_length, unsigned char file_key[FILE_KEY])
{
	static const unsigned char zero_nonce[NONCE];
	unsigned char salt[2 * KEY_SIZE];
	unsigned char shared[KEY_SIZE];
	unsigned char wrapping[32];
	unsigned char wrapped[FILE_KEY + TAG];
	unsigned any = 0;

	if (decode(share_text, share_length, salt, KEY_SIZE) != KEY_SIZE ||
	    decode(body, body_length, wrapped, sizeof(wrapped)) != (int)sizeof(wrapped))
		return false;
	(void)memcpy(shared, salt, KEY_SIZE);
	multiply(private, shared);
	for (unsigned i = 0; i < KEY_SIZE; i++)
		any |= shared[i];
	(void)memcpy(salt + KEY_SIZE, public, KEY_SIZE);
	derive(shared, sizeof(shared), salt, sizeof(salt), "age-encryption.org/v1/X25519", wrapping);
	if (any == 0 || !decrypt(wrapping, zero_nonce, wrapped, FILE_KEY))
		return false;
	(void)memcpy(file_key, wrapped, FILE_KEY);
	return true;
}

static bool is_authentic(const unsigned char file_key[FILE_KEY], const char *header, size_t length, const char *mac,
			 size_t mac_length)
{
	unsigned char key[32];
	unsigned char right[MAC];
	unsigned char given[MAC];
	br_hmac_key_context keyed;
	br_hmac_context context;
	unsigned differs = 0;

	if (decode(mac, mac_length, given, sizeof(given)) != MAC)
		return false;
	derive(file_key, FILE_KEY, NULL, 0, "header", key);
	br_hmac_key_init(&keyed, &br_sha256_vtable, key, sizeof(key));
	br_hmac_init(&context, &keyed, 0);
	br_hmac_update(&context, header, length);
	(void)br_hmac_out(&context, right);
	for (unsigned i = 0; i < MAC; i++)
		differs |= (unsigned)(right[i] ^ given[i]);
	return differs == 0;
}

const char *age_open(const unsigned char private[KEY_SIZE], unsigned char *file, size_t size,
		     unsigned char secret[SECRET_ROOM], size_t *length)
{
	static const char version[] = "age-encryption.org/v1";
	static const char stanza[] = "-> X25519 ";
	static const char rule[] = "--- ";
	static const unsigned char last_nonce[NONCE] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
	unsigned char public[KEY_SIZE];
	unsigned char file_key[FILE_KEY];
	unsigned char key[32];
	struct lines lines;
	const char *line;
	size_t line_length;
	size_t rest;
	bool found = false;

	size = unarmour(file, size);
	lines.at = (const char *)file;
	lines.end = lines.at + size;
	if (!next_line(&lines, &line, &line_length) || line_length != sizeof(version) - 1 ||
	    memcmp(line, version, line_length) != 0)
		return not_age;
	age_public(private, public);
	for (;;) {
		const char *share;
		size_t share_length;

		if (!next_line(&lines, &line, &line_length))
			return not_age;
		if (line_length > sizeof(rule) - 1 && memcmp(line, rule, sizeof(rule) - 1) == 0)
			break;
		if (line_length <= sizeof(stanza) - 1 || memcmp(line, stanza, sizeof(stanza) - 1) != 0)
			continue; /* of another kind, or the text of one: none of these begins with "->" or "---" */
		share = line + sizeof(stanza) - 1;
		share_length = line_length - (sizeof(stanza) - 1);
		if (!next_line(&lines, &line, &line_length))
			return not_age;
		found = found || unwrap(private, public, share, share_length, line, line_length, file_key);
	}
	if (!found)
		return "is sealed for another key";
	if (!is_authentic(file_key, (const char *)file, (size_t)(line + 3 - (const char *)file), line + sizeof(rule) - 1,
			  line_length - (sizeof(rule) - 1)))
		return "was changed after it was sealed";
	rest = (size_t)(lines.end - lines.at);
	if (rest < PAYLOAD_NONCE + TAG)
		return not_age;
	if (rest > PAYLOAD_NONCE + LONGEST_SECRET + TAG)
		return "is too long for a secret";
	*length = rest - PAYLOAD_NONCE - TAG;
	derive(file_key, FILE_KEY, (const unsigned char *)lines.at, PAYLOAD_NONCE, "payload", key);
	(void)memcpy(secret, lines.at + PAYLOAD_NONCE, rest - PAYLOAD_NONCE);
	if (!decrypt(key, last_nonce, secret, *length))
		return "was changed after it was sealed";
	return NULL;
}
