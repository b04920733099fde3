/* radio-capabilities IFNAME BAND: prints what the radio of an interface can do in a band, "2.4" or "5", as lines for
 * hostapd.conf: what it says that it has is switched on. Widths are left to the configuration, which knows the channel.
 *
 * The words and bits: IEEE 802.11-2020 9.4.2.55.2 (HT), 9.4.2.157.2 (VHT), 802.11ax-2021 9.4.2.248.3 (HE); the names are
 * those of hostapd.conf. */
#include "request.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/nl80211.h>

/* Bytes of the HE PHY capabilities. */
enum { HE_PHY_SIZE = 11 };

struct radio {
	unsigned int band;	/* enum nl80211_band */
	bool found, ht, vht, he;
	uint16_t ht_bits;
	uint32_t vht_bits;
	unsigned char he_phy[HE_PHY_SIZE];
};

struct name {
	uint32_t mask, value;
	const char *name;
};

static const struct name ht_names[] = {
	{ 0x0001, 0x0001, "LDPC" },
	{ 0x0020, 0x0020, "SHORT-GI-20" },
	{ 0x0040, 0x0040, "SHORT-GI-40" },
	{ 0x0080, 0x0080, "TX-STBC" },
	{ 0x0300, 0x0100, "RX-STBC1" },
	{ 0x0300, 0x0200, "RX-STBC12" },
	{ 0x0300, 0x0300, "RX-STBC123" },
	{ 0x0800, 0x0800, "MAX-AMSDU-7935" },
};

static const struct name vht_names[] = {
	{ 0x3, 0x1, "MAX-MPDU-7991" },
	{ 0x3, 0x2, "MAX-MPDU-11454" },
	{ 0x10, 0x10, "RXLDPC" },
	{ 0x20, 0x20, "SHORT-GI-80" },
	{ 0x40, 0x40, "SHORT-GI-160" },
	{ 0x80, 0x80, "TX-STBC-2BY1" },
	{ 0x700, 0x100, "RX-STBC-1" },
	{ 0x700, 0x200, "RX-STBC-12" },
	{ 0x700, 0x300, "RX-STBC-123" },
	{ 0x700, 0x400, "RX-STBC-1234" },
	{ 0x800, 0x800, "SU-BEAMFORMER" },
	{ 0x1000, 0x1000, "SU-BEAMFORMEE" },
	{ 0xe000, 0x2000, "BF-ANTENNA-2" },
	{ 0xe000, 0x4000, "BF-ANTENNA-3" },
	{ 0xe000, 0x6000, "BF-ANTENNA-4" },
	{ 0x70000, 0x10000, "SOUNDING-DIMENSION-2" },
	{ 0x70000, 0x20000, "SOUNDING-DIMENSION-3" },
	{ 0x70000, 0x30000, "SOUNDING-DIMENSION-4" },
	{ 0x80000, 0x80000, "MU-BEAMFORMER" },
	{ 0x3800000, 0x800000, "MAX-A-MPDU-LEN-EXP1" },
	{ 0x3800000, 0x1000000, "MAX-A-MPDU-LEN-EXP2" },
	{ 0x3800000, 0x1800000, "MAX-A-MPDU-LEN-EXP3" },
	{ 0x3800000, 0x2000000, "MAX-A-MPDU-LEN-EXP4" },
	{ 0x3800000, 0x2800000, "MAX-A-MPDU-LEN-EXP5" },
	{ 0x3800000, 0x3000000, "MAX-A-MPDU-LEN-EXP6" },
	{ 0x3800000, 0x3800000, "MAX-A-MPDU-LEN-EXP7" },
	{ 0x10000000, 0x10000000, "RX-ANTENNA-PATTERN" },
	{ 0x20000000, 0x20000000, "TX-ANTENNA-PATTERN" },
};

static const struct {
	size_t byte;
	unsigned char bit;
	const char *setting;
} he_settings[] = {
	{ 3, 0x80, "he_su_beamformer" },
	{ 4, 0x01, "he_su_beamformee" },
	{ 4, 0x02, "he_mu_beamformer" },
};

static bool find(const char *attributes, size_t size, uint16_t wanted, const char **value, size_t *value_size)
{
	uint16_t type;

	while (next_attribute(&attributes, &size, &type, value, value_size))
		if (type == wanted)
			return true;
	return false;
}

/* Of one or more kinds of interface: for access points? */
static void take_kind(struct radio *radio, const char *attributes, size_t size)
{
	const char *kinds, *value;
	size_t kinds_size, value_size;

	if (!find(attributes, size, NL80211_BAND_IFTYPE_ATTR_IFTYPES, &kinds, &kinds_size)
	    || !find(kinds, kinds_size, NL80211_IFTYPE_AP, &value, &value_size)
	    || !find(attributes, size, NL80211_BAND_IFTYPE_ATTR_HE_CAP_PHY, &value, &value_size)
	    || value_size < HE_PHY_SIZE)
		return;
	radio->he = true;
	memcpy(radio->he_phy, value, HE_PHY_SIZE);
}

static void take_band(struct radio *radio, const char *attributes, size_t size)
{
	const char *value, *inner;
	size_t value_size, inner_size;
	uint16_t type;

	radio->found = true;
	while (next_attribute(&attributes, &size, &type, &value, &value_size)) {
		if (type == NL80211_BAND_ATTR_HT_CAPA && value_size >= sizeof(radio->ht_bits)) {
			radio->ht = true;
			memcpy(&radio->ht_bits, value, sizeof(radio->ht_bits));
		} else if (type == NL80211_BAND_ATTR_VHT_CAPA && value_size >= sizeof(radio->vht_bits)) {
			radio->vht = true;
			memcpy(&radio->vht_bits, value, sizeof(radio->vht_bits));
		} else if (type == NL80211_BAND_ATTR_IFTYPE_DATA) {
			while (next_attribute(&value, &value_size, &type, &inner, &inner_size))
				take_kind(radio, inner, inner_size);
		}
	}
}

/* The kernel tells of a radio in several messages, each with a part of it. */
static void take_radio(void *context, const char *attributes, size_t size)
{
	struct radio *radio = context;
	const char *bands, *value;
	size_t bands_size, value_size;
	uint16_t type;

	if (!find(attributes, size, NL80211_ATTR_WIPHY_BANDS, &bands, &bands_size))
		return;
	while (next_attribute(&bands, &bands_size, &type, &value, &value_size))
		if (type == radio->band)
			take_band(radio, value, value_size);
}

static void take_family(void *context, const char *attributes, size_t size)
{
	const char *value;
	size_t value_size;

	if (find(attributes, size, CTRL_ATTR_FAMILY_ID, &value, &value_size) && value_size == sizeof(uint16_t))
		memcpy(context, value, sizeof(uint16_t));
}

static bool ask(struct radio *radio, unsigned int interface)
{
	struct genlmsghdr family = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 };
	struct genlmsghdr radios = { .cmd = NL80211_CMD_GET_WIPHY };
	struct request request;
	struct netlink kernel;
	uint16_t number = 0;

	if (!netlink_open(&kernel, NETLINK_GENERIC))
		return false;
	request_begin(&request, GENL_ID_CTRL, NLM_F_ACK, &family, sizeof(family));
	(void)request_add_text(&request, CTRL_ATTR_FAMILY_NAME, NL80211_GENL_NAME);
	if (!netlink_ask(&kernel, &request, take_family, &number))
		return false;
	request_begin(&request, number, NLM_F_DUMP, &radios, sizeof(radios));
	(void)request_add(&request, NL80211_ATTR_SPLIT_WIPHY_DUMP, NULL, 0);
	(void)request_add_number(&request, NL80211_ATTR_IFINDEX, interface);
	return netlink_ask(&kernel, &request, take_radio, radio);
}

static void print_names(const char *setting, uint32_t bits, const struct name *names, size_t count)
{
	size_t i;

	(void)printf("%s=", setting);
	for (i = 0; i < count; i++)
		if ((bits & names[i].mask) == names[i].value)
			(void)printf("[%s]", names[i].name);
	(void)puts("");
}

static void print(const struct radio *radio)
{
	size_t i;

	if (radio->ht) {
		(void)puts("ieee80211n=1");
		print_names("ht_capab", radio->ht_bits, ht_names, sizeof(ht_names) / sizeof(*ht_names));
	}
	/* Some drivers have VHT at 2.4 GHz, which is nobody's standard. */
	if (radio->vht && radio->band == NL80211_BAND_5GHZ) {
		(void)puts("ieee80211ac=1");
		print_names("vht_capab", radio->vht_bits, vht_names, sizeof(vht_names) / sizeof(*vht_names));
	}
	if (radio->he) {
		(void)puts("ieee80211ax=1");
		for (i = 0; i < sizeof(he_settings) / sizeof(*he_settings); i++)
			if (radio->he_phy[he_settings[i].byte] & he_settings[i].bit)
				(void)printf("%s=1\n", he_settings[i].setting);
	}
}

int main(int count, char **arguments)
{
	struct radio radio = { .band = NL80211_BAND_2GHZ };
	unsigned int interface;

	if (count != 3 || (strcmp(arguments[2], "2.4") != 0 && strcmp(arguments[2], "5") != 0)) {
		(void)fputs("usage: radio-capabilities IFNAME 2.4|5\n", stderr);
		return 2;
	}
	if (arguments[2][0] == '5')
		radio.band = NL80211_BAND_5GHZ;
	interface = if_nametoindex(arguments[1]);
	if (interface == 0 || !ask(&radio, interface)) {
		(void)fprintf(stderr, "radio-capabilities: %s: %s\n", arguments[1], strerror(errno));
		return 1;
	}
	if (!radio.found) {
		(void)fprintf(stderr, "radio-capabilities: %s has no band at %s GHz\n", arguments[1], arguments[2]);
		return 1;
	}
	print(&radio);
	return fflush(stdout) == 0 ? 0 : 1;
}
