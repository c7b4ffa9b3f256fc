/* SPDX-License-Identifier: MIT */
/* `vgpu info`: the platform and its virtual GPUs. */
#include "command.h"

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

static void print_memory(cl_device_id device)
{
    printf(ROW, "global memory");
    print_bytes(number(device, CL_DEVICE_GLOBAL_MEM_SIZE));
    printf(", a buffer at most ");
    print_bytes(number(device, CL_DEVICE_MAX_MEM_ALLOC_SIZE));
    printf("%s\n",
           number(device, CL_DEVICE_HOST_UNIFIED_MEMORY) ? "; shared with the host" : "");
    printf(ROW, "local memory");
    print_bytes(number(device, CL_DEVICE_LOCAL_MEM_SIZE));
    printf(" for each work-group\n" ROW, "constant memory");
    print_bytes(number(device, CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE));
    printf("\n");
}

static void print_limits(cl_device_id device)
{
    size_t sizes[3] = {0};

    clGetDeviceInfo(device, CL_DEVICE_MAX_WORK_ITEM_SIZES, sizeof sizes, sizes, NULL);
    printf(ROW "at most %llu work-items, %zu x %zu x %zu\n", "work-group",
           (unsigned long long)number(device, CL_DEVICE_MAX_WORK_GROUP_SIZE), sizes[0],
           sizes[1], sizes[2]);
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

    printf("\nDevice %u: %s\n", index, name ? name : "");
    printf(ROW "%s\n", "version", version ? version : "");
    print_units(device);
    print_memory(device);
    print_limits(device);
    print_kernels(device);
    free(name);
    free(version);
}

int command_info(int argc, char **argv)
{
    cl_platform_id platform;
    cl_device_id *devices;
    cl_uint count;
    char *name, *version;

    (void)argc;
    (void)argv;
    platform = find_platform();
    devices = platform ? find_devices(platform, &count) : NULL;
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
    return 0;
}
