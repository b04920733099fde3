/* legacy.so: a provider of OpenSSL 3 (provider(7ossl)) that provides nothing.
 *
 * pppd 2.5 ends unless OpenSSL loads one named "legacy", although only MS-CHAP and its encryption use what the real one
 * has, MD4 and DES. */
#include <stddef.h>

/* OSSL_DISPATCH and OSSL_CORE_HANDLE of openssl/core.h; a zero ends the list. */
struct dispatch {
	int function_id;
	void (*function)(void);
};

int OSSL_provider_init(const void *handle, const struct dispatch *in, const struct dispatch **out, void **context);

int OSSL_provider_init(const void *handle, const struct dispatch *in, const struct dispatch **out, void **context)
{
	static const struct dispatch nothing[] = {{0, NULL}};

	(void)in;
	*out = nothing;
	*context = (void *)(size_t)handle;
	return 1;
}
