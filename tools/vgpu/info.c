/* SPDX-License-Identifier: MIT */
/* `vgpu info`: the platform and its virtual GPUs. */
#include "command.h"

#include "profiles.h"

#include <CL/cl_vgpu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW    "  %-16s "
#define INDENT 19 /* columns of a ROW */
#define WIDTH  80

static cl_ulong number(cl_device_id device, cl_device_info what)
{
    cl_ulong value = 0; /* little-endian: a shorter answer leaves the upper bytes 0 */

    clGetDeviceInfo(device, what, sizeof value, &value, NULL);
    return value;
}

/* print_bytes - 1536 as "1.5 KiB". */
static void print_bytes(cl_ulong bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB",
                                        "TiB",   "PiB", "EiB"};
    double value = (double)bytes;
    size_t unit = 0;

    for (; value >= 1024; value /= 1024)
        unit++;
    printf(value < 10 && value != (double)(int)value ? "%.1f %s" : "%.0f %s", value,
           units[unit]);
}

/* print_item - the text, on a new line of the row where it does not fit on this one.
 * Returns the column after it. */
static int print_item(const char *text, int column)
{
    if (column > INDENT && column + 1 + (int)strlen(text) >= WIDTH) {
        printf("\n" ROW, "");
        column = INDENT;
    }
    return column + printf("%s%s", column > INDENT ? " " : "", text);
}

/* print_units - their number, then "unit 0 on core 0, unit 1 on core 1, ...". */
static void print_units(cl_device_id device)
{
    const cl_ulong count = number(device, CL_DEVICE_MAX_COMPUTE_UNITS);
    cl_uint *cpus = calloc(count ? count : 1, sizeof *cpus);
    int column = INDENT;

    printf(ROW "%llu", "compute units", (unsigned long long)count);
    if (!cpus || clGetDeviceInfo(device, CL_DEVICE_COMPUTE_UNIT_CPUS_VGPU,
                                 count * sizeof *cpus, cpus, NULL) != CL_SUCCESS) {
        printf("; where they run is not known\n");
        free(cpus);
        return;
    }
    printf("\n" ROW, "");
    for (cl_ulong unit = 0; unit < count; unit++) {
        const char *const comma = unit + 1 < count ? "," : "";
        char text[64];

        if (cpus[unit] == CL_UINT_MAX)
            snprintf(text, sizeof text, "unit %llu not pinned%s",
                     (unsigned long long)unit, comma);
        else
            snprintf(text, sizeof text, "unit %llu on core %u%s",
                     (unsigned long long)unit, cpus[unit], comma);
        column = print_item(text, column);
    }
    printf("\n");
    free(cpus);
}

/* print_nodes - where the machine has several. */
static void print_nodes(cl_device_id device)
{
    cl_uint nodes[256]; /* a compute unit each: there are no more */
    size_t size;

    if (clGetDeviceInfo(device, CL_DEVICE_NUMA_NODES_VGPU, sizeof nodes, nodes, &size) !=
            CL_SUCCESS ||
        size == 0)
        return;
    printf(ROW, size > sizeof *nodes ? "NUMA nodes" : "NUMA node");
    for (size_t i = 0; i < size / sizeof *nodes; i++)
        printf("%s%u", i > 0 ? ", " : "", nodes[i]);
    printf("\n");
}

/* print_figure - the device's value of a profile's key, in the words of `format`. */
static void print_figure(const char *description, const char *key, const char *format)
{
    char line[32];
    const char *value;

    snprintf(line, sizeof line, "\n%s = ", key);
    value = strstr(description, line);
    if (value) {
        char text[80];

        value += strlen(line);
        snprintf(text, sizeof text, "%.*s", (int)strcspn(value, "\n"), value);
        printf(format, text);
    }
}

struct figure {
    const char *key, *format;
};

static void print_figures(const char *description, const char *row,
                          const struct figure *figures)
{
    printf(ROW, row);
    for (; figures->key; figures++)
        print_figure(description, figures->key, figures->format);
    printf("\n");
}

/* print_profile_figures - what no query of OpenCL's tells. */
static void print_profile_figures(const char *description)
{
    static const struct figure speed[] = {{"lanes", "%s float operations a cycle"},
                                          {"clock", " at %s"},
                                          {NULL, NULL}},
                               room[] = {{"unit_sub_groups", "%s sub-groups"},
                                         {"sub_group", " of %s"},
                                         {"unit_work_groups", ", %s work-groups"},
                                         {"unit_work_items", ", %s work-items"},
                                         {NULL, NULL}},
                               memories[] = {{"unit_local", "%s of local memory"},
                                             {"unit_private", ", %s of registers"},
                                             {NULL, NULL}},
                               bandwidth[] = {{"bandwidth", "%s"},
                                              {"latency", " after %s"},
                                              {"cache", "; cache %s"},
                                              {"cache_line", " in lines of %s bytes"},
                                              {NULL, NULL}},
                               link[] = {{"link_bandwidth", "%s"},
                                         {"link_delay", " after %s"},
                                         {"link", ", %s"},
                                         {NULL, NULL}};

    print_figures(description, "each unit", speed);
    print_figures(description, "  holds at most", room);
    print_figures(description, "", memories);
    print_figures(description, "memory's speed", bandwidth);
    if (strstr(description, "\nmemory = separate\n"))
        print_figures(description, "link", link);
}

static void print_memory(cl_device_id device)
{
    printf(ROW, "global memory");
    print_bytes(number(device, CL_DEVICE_GLOBAL_MEM_SIZE));
    printf(", a buffer at most ");
    print_bytes(number(device, CL_DEVICE_MAX_MEM_ALLOC_SIZE));
    printf("%s\n", number(device, CL_DEVICE_HOST_UNIFIED_MEMORY)
                       ? "; shared with the host"
                       : "; its own");
    printf(ROW, "local memory");
    print_bytes(number(device, CL_DEVICE_LOCAL_MEM_SIZE));
    printf(" for each work-group\n" ROW, "constant memory");
    print_bytes(number(device, CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE));
    printf("\n");
}

static void print_limits(cl_device_id device)
{
    printf(ROW "at most %llu work-items\n", "work-group",
           (unsigned long long)number(device, CL_DEVICE_MAX_WORK_GROUP_SIZE));
    printf(ROW "at most ", "arguments");
    print_bytes(number(device, CL_DEVICE_MAX_PARAMETER_SIZE));
    printf(" a kernel\n");
}

/* print_kernels - the names in `;` lists as lines of words. */
static void print_kernels(cl_device_id device)
{
    char *names = device_text(device, CL_DEVICE_BUILT_IN_KERNELS);
    int column = INDENT;

    printf(ROW "%s", "kernels", names && *names ? "" : "none registered");
    for (char *rest = names, *name; rest && (name = strsep(&rest, ";"));)
        column = print_item(name, column);
    printf("\n");
    free(names);
}

static void print_device(cl_uint index, cl_device_id device)
{
    char *name = device_text(device, CL_DEVICE_NAME);
    char *version = device_text(device, CL_DEVICE_VERSION);
    char *description = device_text(device, CL_DEVICE_DESCRIPTION_VGPU);
    const bool is_known = description && strncmp(description, "# ", 2) == 0;

    printf("\nDevice %u: %s\n", index, name ? name : "");
    printf(ROW "%s\n", "version", version ? version : "");
    if (is_known)
        printf(ROW "%.*s\n", "profile", (int)strcspn(description, "\n") - 2,
               description + 2);
    print_units(device);
    print_nodes(device);
    print_memory(device);
    print_limits(device);
    if (is_known)
        print_profile_figures(description);
    print_kernels(device);
    free(name);
    free(version);
    free(description);
}

static int print_devices(void)
{
    const cl_platform_id platform = find_platform();
    cl_uint count;
    cl_device_id *const devices = platform ? find_devices(platform, &count) : NULL;
    char *name, *version;

    if (!devices)
        return EXIT_FAILURE;
    name = platform_text(platform, CL_PLATFORM_NAME);
    version = platform_text(platform, CL_PLATFORM_VERSION);
    printf("Platform: %s, %s\n", name ? name : "", version ? version : "");
    for (cl_uint i = 0; i < count; i++)
        print_device(i, devices[i]);
    free(name);
    free(version);
    free(devices);
    return EXIT_SUCCESS;
}

static const struct argp_option options[] = {
    {"profile", 'p', "PROFILE", 0,
     "print the profile, to be copied and changed: a name, a file, or with other keys, "
     "as "
     "in teaching,cu=4",
     0},
    {"profiles", 'l', NULL, 0, "list the profiles that vgpu comes with", 0},
    {"keys", 'k', NULL, 0, "list what a profile says", 0},
    {0}};

struct wanted {
    const char *profile;
    int (*list)(void);
};

static error_t parse(int key, char *word, struct argp_state *state)
{
    struct wanted *const wanted = state->input;

    switch (key) {
    case 'p':
        wanted->profile = word;
        return 0;
    case 'l':
        wanted->list = list_profiles;
        return 0;
    case 'k':
        wanted->list = list_keys;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int command_info(int argc, char **argv)
{
    const struct argp argp = {.options = options, .parser = parse};
    struct wanted wanted = {NULL, print_devices};

    read_command_line(&argp, argc, argv, &wanted);
    return wanted.profile ? print_profile(wanted.profile) : wanted.list();
}
