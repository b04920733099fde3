/* Files of age, version 1 (age-encryption.org/v1), for X25519 keys, with one chunk of content. */
#ifndef AGE_H
#define AGE_H

#include "bech32.h"

/* With room for what is behind it. */
enum { LONGEST_SECRET = 4096, SECRET_ROOM = LONGEST_SECRET + 16 };

/* The public key of a private one. */
void age_public(const unsigned char private[KEY_SIZE], unsigned char public[KEY_SIZE]);

/* Opens a file, armoured or not, in place: `secret` gets the content and `length` its bytes. Returns what is wrong,
 * or NULL. */
const char *age_open(const unsigned char private[KEY_SIZE], unsigned char *file, size_t size,
		     unsigned char secret[SECRET_ROOM], size_t *length);

#endif
