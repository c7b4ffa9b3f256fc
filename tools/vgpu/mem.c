/* SPDX-License-Identifier: MIT */
/* vgpu mem: the buffers of a running process, and what is in them. */
#include "mem.h"
#include "command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_COLUMNS 256u

struct request {
    pid_t process;      /* 0: none was given */
    const char *buffer; /* its number or label; NULL: all are listed */
    const struct mem_type *type;
    uint64_t offset, count; /* elements; count 0: was not given */
    unsigned columns;       /* 0: was not given */
};

static const struct argp_option options[] = {
    {"type", 't', "TYPE", 0,
     "what elements are taken for: char, uchar, short, ushort, int, uint, long, ulong, "
     "half, float, double or hex, which is the default",
     0},
    {"offset", 'o', "N", 0, "the first element to show, counted from 0", 0},
    {"count", 'c', "N", 0, "how many elements to show; 128 if not given", 0},
    {"columns", 'w', "N", 0, "how many of them in a line", 0},
    {0}};

static uint64_t number(struct argp_state *state, const char *what, const char *word,
                       uint64_t least, uint64_t most)
{
    char *end;
    unsigned long long value;

    errno = 0;
    value = strtoull(word, &end, 0);
    if (word[0] < '0' || word[0] > '9' || *end != '\0' || errno != 0 || value < least ||
        value > most)
        argp_error(state, "%s must be a number from %" PRIu64 " to %" PRIu64 ", not '%s'",
                   what, least, most, word);
    return value;
}

static void take_word(struct argp_state *state, struct request *request, char *word)
{
    if (state->arg_num == 0)
        request->process = (pid_t)number(state, "the process", word, 1, INT32_MAX);
    else if (state->arg_num == 1)
        request->buffer = word;
    else
        argp_error(state, "there is an argument too many: '%s'", word);
}

static error_t parse(int key, char *word, struct argp_state *state)
{
    struct request *request = state->input;

    switch (key) {
    case 't':
        request->type = mem_type_find(word);
        if (!request->type)
            argp_error(state, "there is no type '%s'; there are %s", word,
                       mem_type_names());
        return 0;
    case 'o':
        request->offset = number(state, "--offset", word, 0, UINT64_MAX / 16);
        return 0;
    case 'c':
        request->count = number(state, "--count", word, 1, UINT64_MAX / 16);
        return 0;
    case 'w':
        request->columns = (unsigned)number(state, "--columns", word, 1, MOST_COLUMNS);
        return 0;
    case ARGP_KEY_ARG:
        take_word(state, request, word);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* "1.5 MiB", as short as it gets without a loss that matters. */
static void print_size(uint64_t size, char *text, size_t room)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = (double)size;
    size_t unit = 0;

    while (value >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        value /= 1024;
        unit++;
    }
    snprintf(text, room, "%.4g %s", value, units[unit]);
}

static void print_flags(uint64_t flags)
{
    static const struct {
        cl_mem_flags flag;
        const char *name;
    } names[] = {{CL_MEM_READ_WRITE, "read-write"},
                 {CL_MEM_WRITE_ONLY, "write-only"},
                 {CL_MEM_READ_ONLY, "read-only"},
                 {CL_MEM_USE_HOST_PTR, "use-host-ptr"},
                 {CL_MEM_ALLOC_HOST_PTR, "alloc-host-ptr"},
                 {CL_MEM_COPY_HOST_PTR, "copy-host-ptr"},
                 {CL_MEM_HOST_WRITE_ONLY, "host-write-only"},
                 {CL_MEM_HOST_READ_ONLY, "host-read-only"},
                 {CL_MEM_HOST_NO_ACCESS, "host-no-access"}};
    const char *separator = "";

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!(flags & names[i].flag))
            continue;
        printf("%s%s", separator, names[i].name);
        separator = " ";
    }
}

static void print_use(const struct vgpu_inspect_buffer *buffer)
{
    if (buffer->mappings > 0)
        printf(", mapped %" PRIu32 " time%s", buffer->mappings,
               buffer->mappings == 1 ? "" : "s");
    if (buffer->commands > 0)
        printf(", used by %" PRIu32 " command%s now", buffer->commands,
               buffer->commands == 1 ? "" : "s");
    if (buffer->is_released)
        printf(", released but still in use");
}

static void print_buffer(const struct vgpu_inspect_buffer *buffer)
{
    char size[32];

    print_size(buffer->size, size, sizeof size);
    printf("%s: %s", buffer->name, size);
    if (buffer->size >= 1024)
        printf(" (%" PRIu64 " bytes)", buffer->size);
    printf(", ");
    print_flags(buffer->flags);
    printf(", on %s", buffer->devices);
    print_use(buffer);
    putchar('\n');
    if (buffer->parent != 0)
        printf("    part of buffer %" PRIu64 ", from byte %" PRIu64 " on\n",
               buffer->parent, buffer->origin);
    if (*buffer->copies)
        printf("    copies: %s\n", buffer->copies);
    if (*buffer->arguments)
        printf("    argument %s\n", buffer->arguments);
}

static int list(const struct request *request, const struct vgpu_inspect_buffer *buffers,
                size_t count)
{
    char program[96], size[32];
    uint64_t bytes = 0;

    for (size_t i = 0; i < count; i++)
        bytes += buffers[i].parent == 0 ? buffers[i].size : 0;
    mem_program_of(request->process, program, sizeof program);
    print_size(bytes, size, sizeof size);
    printf("Process %ld, %s: %zu buffer%s, %s\n", (long)request->process, program, count,
           count == 1 ? "" : "s", size);
    for (size_t i = 0; i < count; i++)
        print_buffer(&buffers[i]);
    return 0;
}

/* The label within the quotes of a name. */
static bool has_label(const struct vgpu_inspect_buffer *buffer, const char *label)
{
    const char *const quote = strchr(buffer->name, '"');
    const size_t length = strlen(label);

    return quote && strncmp(quote + 1, label, length) == 0 &&
           strcmp(quote + 1 + length, "\"") == 0;
}

/* By number, or by a label that only one has. NULL after a message. */
static const struct vgpu_inspect_buffer *find(const char *word,
                                              const struct vgpu_inspect_buffer *buffers,
                                              size_t count)
{
    const struct vgpu_inspect_buffer *found = NULL;
    char *end;
    const unsigned long long which = strtoull(word, &end, 10);
    const bool is_number = *word && *end == '\0';

    for (size_t i = 0; i < count; i++) {
        if (is_number ? buffers[i].number != which : !has_label(&buffers[i], word))
            continue;
        if (found) {
            complain("there are several buffers with the label \"%s\": %s, %s; give the "
                     "number of one",
                     word, found->name, buffers[i].name);
            return NULL;
        }
        found = &buffers[i];
    }
    if (!found)
        complain("the process has no buffer %s%s%s; `vgpu mem PID` lists them",
                 is_number ? "" : "\"", word, is_number ? "" : "\"");
    return found;
}

static int print_rows(int server, const struct vgpu_inspect_buffer *buffer,
                      const struct mem_type *type, unsigned columns, uint64_t first,
                      uint64_t end)
{
    char bytes[VGPU_INSPECT_MOST_BYTES];

    while (first < end) {
        const uint64_t left = end - first;
        const unsigned count = left < columns ? (unsigned)left : columns;
        const uint64_t rows = sizeof bytes / (columns * type->size);
        const uint64_t most = left < rows * columns ? left : rows * columns;
        const size_t got =
            mem_read(server, buffer, first * type->size, most * type->size, bytes) /
            type->size;

        if (got < count)
            return EXIT_FAILURE;
        for (uint64_t i = 0; i < got; i += columns)
            mem_print_row(type, bytes + i * type->size, first + i,
                          got - i < columns ? (unsigned)(got - i) : columns, columns);
        first += got;
    }
    return 0;
}

static int show(int server, const struct request *request,
                const struct vgpu_inspect_buffer *buffer)
{
    const struct mem_type *const type =
        request->type ? request->type : mem_type_find("hex");
    const unsigned columns = request->columns ? request->columns : type->columns;
    const uint64_t elements = buffer->size / type->size;
    uint64_t end = request->count ? request->count : 128;
    int status;

    if (request->offset >= elements)
        return complain("%s has %" PRIu64 " elements of type %s, so there are none from "
                        "%" PRIu64 " on",
                        buffer->name, elements, type->name, request->offset);
    print_buffer(buffer);
    end = end < elements - request->offset ? request->offset + end : elements;
    status = print_rows(server, buffer, type, columns, request->offset, end);
    if (status == 0 && end < elements && request->count == 0)
        printf("    ... %" PRIu64 " more; --count and --offset show them\n",
               elements - end);
    return status;
}

static int look(int server, const struct request *request)
{
    struct vgpu_inspect_buffer *buffers;
    const struct vgpu_inspect_buffer *buffer;
    size_t count;
    int status = EXIT_FAILURE;

    if (!mem_list(server, &buffers, &count))
        return EXIT_FAILURE;
    if (!request->buffer) {
        status = list(request, buffers, count);
    } else {
        buffer = find(request->buffer, buffers, count);
        if (buffer)
            status = show(server, request, buffer);
    }
    free(buffers);
    return status;
}

int command_mem(int argc, char **argv)
{
    const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[PROCESS [BUFFER]]",
        .doc = "Shows the buffers of a running process or, where BUFFER is the number or "
               "label of one, what is in it. Without arguments: which processes have "
               "any."};
    struct request request = {.process = 0};
    int server, status;

    read_command_line(&argp, argc, argv, &request);
    if (request.process == 0) {
        if (mem_processes() == 0)
            puts("No process has buffers now.");
        return 0;
    }
    server = mem_connect(request.process);
    if (server < 0)
        return EXIT_FAILURE;
    status = look(server, &request);
    close(server);
    return status;
}
