/* What hostapd calls of wolfCrypt: ciphers and hashes of WPA2 and WPA3, and the curves of SAE (RFC 5903). */
#define SINGLE_THREADED
#define WOLFCRYPT_ONLY
#define NO_FILESYSTEM
#define NO_WRITEV
#define NO_ERROR_STRINGS
#define NO_RSA
#define NO_DSA
#define NO_CERTS
#define NO_SIG_WRAPPER
#define HAVE_AES_ECB
#define HAVE_AES_KEYWRAP
#define HAVE_ECC
#define HAVE_HASHDRBG
#define WOLFSSL_AES_DIRECT
#define WOLFSSL_CMAC
#define WOLFSSL_SHA384
#define WOLFSSL_SHA512

/* Points and numbers of hostapd's own. Time tells nothing of the password (ECC_TIMING_RESISTANT). */
#define ECC_TIMING_RESISTANT
#define WOLFSSL_CUSTOM_CURVES
#define WOLFSSL_PUBLIC_MP
#define WOLFSSL_SP_MATH_ALL
#define WOLFSSL_SP_SMALL
