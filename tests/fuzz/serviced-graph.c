/*
 * graph_read() and graph_nearest() of serviced, for test_serviced.py: a name, a size of one byte in
 * front, and the graph. The answer is "!" and the problem, or the services in their order, and what the
 * name could have been meant for.
 */
#include "graph.h"
#include "harness.h"

static void print_edges(FILE *out, const struct graph *graph, const struct edges *edges)
{
	(void)fputc(' ', out);
	for (size_t i = 0; i < edges->count; i++)
		(void)fprintf(out, "%s%s", i == 0 ? "" : ",", graph->services[edges->to[i]].name);
}

static void print_graph(FILE *out, const struct graph *graph, const char *name)
{
	size_t found[3];
	size_t count = graph_nearest(graph, name, found, 3);

	for (size_t i = 0; i < graph->count; i++) {
		const struct service *service = &graph->services[graph->order[i]];

		(void)fprintf(out, "%s %s %s %u %u", service->name, service->type == ONESHOT ? "oneshot" : "longrun",
			      service->controlled ? "controlled" : "wanted", service->up_ms, service->down_ms);
		print_edges(out, graph, &service->needs);
		print_edges(out, graph, &service->observes);
		print_edges(out, graph, &service->dependents);
		print_edges(out, graph, &service->observers);
		(void)fputc('\n', out);
	}
	for (size_t i = 0; i < count; i++)
		(void)fprintf(out, "?%s\n", graph->services[found[i]].name);
}

int main(void)
{
	char *bytes;
	size_t size;

	while ((bytes = take_input(&size)) != NULL) {
		size_t length = size > 0 ? (uint8_t)bytes[0] : 0;
		size_t rest = size > length ? size - length - 1 : 0;
		/* Bytes, and a NUL behind them. */
		char *name = calloc(1, length + 1);
		char problem[64];
		char *text = NULL;
		size_t text_size = 0;
		FILE *out = open_memstream(&text, &text_size);
		struct graph *graph = graph_read(as_file(0, bytes + size - rest, rest), problem, sizeof(problem));

		if (name == NULL || out == NULL)
			exit(1);
		if (size > length)
			memcpy(name, bytes + 1, length);
		if (graph == NULL)
			(void)fprintf(out, "!%s", problem);
		else
			print_graph(out, graph, name);
		(void)fclose(out);
		give_answer(text, text_size);
		graph_free(graph);
		free(text);
		free(name);
		free(bytes);
	}
	return 0;
}
