#include "bech32.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

static const char letters[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static uint32_t polymod(uint32_t sum, unsigned value)
{
	static const uint32_t generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = ((sum & 0x1ffffff) << 5) ^ value;
	for (unsigned bit = 0; bit < 5; bit++)
		if ((top >> bit & 1) != 0)
			sum ^= generator[bit];
	return sum;
}

static uint32_t checksum_of(const char *part)
{
	uint32_t sum = 1;

	for (const char *at = part; *at != '\0'; at++)
		sum = polymod(sum, (unsigned)(unsigned char)*at >> 5);
	sum = polymod(sum, 0);
	for (const char *at = part; *at != '\0'; at++)
		sum = polymod(sum, (unsigned)(unsigned char)*at & 31);
	return sum;
}

void bech32_write(const char *part, const unsigned char key[KEY_SIZE], char text[KEY_TEXT_SIZE])
{
	uint32_t sum = checksum_of(part);
	char *out = text;
	unsigned held = 0;
	unsigned bits = 0;

	(void)strcpy(out, part);
	out += strlen(part);
	*out++ = '1';
	for (unsigned i = 0; i < KEY_SIZE || bits > 0;) {
		unsigned value;

		if (bits < 5 && i < KEY_SIZE) {
			held = held << 8 | key[i++];
			bits += 8;
			continue;
		}
		value = (bits >= 5 ? held >> (bits - 5) : held << (5 - bits)) & 31;
		bits -= bits >= 5 ? 5 : bits;
		sum = polymod(sum, value);
		*out++ = letters[value];
	}
	for (unsigned i = 0; i < 6; i++)
		sum = polymod(sum, 0);
	sum ^= 1;
	for (unsigned i = 0; i < 6; i++)
		*out++ = letters[sum >> (25 - 5 * i) & 31];
	*out = '\0';
}

bool bech32_read(const char *part, const char *text, unsigned char key[KEY_SIZE])
{
	size_t length = strlen(part);
	uint32_t sum = checksum_of(part);
	bool upper = false;
	bool lower = false;
	unsigned held = 0;
	unsigned bits = 0;
	size_t got = 0;

	if (strlen(text) != length + 1 + 52 + 6 || text[length] != '1')
		return false;
	for (size_t i = 0; text[i] != '\0'; i++) {
		char letter = (char)tolower((unsigned char)text[i]);
		const char *found;

		upper = upper || isupper((unsigned char)text[i]);
		lower = lower || islower((unsigned char)text[i]);
		if (i < length && letter != part[i])
			return false;
		if (i <= length)
			continue;
		found = strchr(letters, letter);
		if (found == NULL)
			return false;
		sum = polymod(sum, (unsigned)(found - letters));
		if (i >= length + 1 + 52)
			continue;
		held = held << 5 | (unsigned)(found - letters);
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			key[got++] = (unsigned char)(held >> bits & 255);
		}
	}
	return sum == 1 && !(upper && lower) && got == KEY_SIZE && (held & ((1U << bits) - 1)) == 0;
}
