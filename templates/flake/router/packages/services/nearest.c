#include "graph.h"

#include <string.h>

/* Edit distance (Levenshtein) with one row of memory. */
static size_t distance(const char *left, const char *right)
{
	size_t row[NAME_MAX_LENGTH + 1];
	size_t width = strlen(right);

	if (width > NAME_MAX_LENGTH)
		width = NAME_MAX_LENGTH;
	for (size_t k = 0; k <= width; k++)
		row[k] = k;
	for (size_t i = 0; left[i] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t k = 1; k <= width; k++) {
			size_t best = diagonal + (left[i] != right[k - 1]);

			if (row[k] + 1 < best)
				best = row[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			diagonal = row[k];
			row[k] = best;
		}
	}
	return row[width];
}

size_t graph_nearest(const struct graph *graph, const char *name, size_t *found, size_t limit)
{
	size_t count = 0;
	size_t scores[8];
	size_t enough = strlen(name) / 3 + 1;

	if (limit > 8)
		limit = 8;
	for (size_t i = 0; i < graph->count; i++) {
		const char *candidate = graph->services[i].name;
		size_t score = distance(name, candidate);
		size_t place;

		/* "dnsmasq" means "lan.dnsmasq", however far apart the two are. */
		if (strlen(name) >= 3 && strstr(candidate, name) != NULL)
			score = 0;
		if (score > enough)
			continue;
		for (place = count; place > 0 && scores[place - 1] > score; place--)
			if (place < limit) {
				scores[place] = scores[place - 1];
				found[place] = found[place - 1];
			}
		if (place < limit) {
			scores[place] = score;
			found[place] = i;
			if (count < limit)
				count++;
		}
	}
	return count;
}
