/* Keys of age as text: bech32 (BIP 173), of any length. */
#ifndef BECH32_H
#define BECH32_H

#include <stdbool.h>
#include <stddef.h>

/* A human-readable part in lower case of at most 16 letters, '1', 52 letters for 32 bytes, 6 of the checksum. */
enum { KEY_SIZE = 32, KEY_TEXT_SIZE = 16 + 1 + 52 + 6 + 1 };

/* Writes a key in lower case. */
void bech32_write(const char *part, const unsigned char key[KEY_SIZE], char text[KEY_TEXT_SIZE]);

/* Reads a key in one case; says whether it is one of that part, with the right checksum. */
bool bech32_read(const char *part, const char *text, unsigned char key[KEY_SIZE]);

#endif
