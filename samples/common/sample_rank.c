/* SPDX-License-Identifier: MIT */
/* MPI ranks with a virtual GPU each. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "sample_rank.h"

#include <CL/cl_vgpu.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 160
#define MAX_UNITS 256

/* Appends to a line, which is cut where it is full. */
static void append(char line[LINE_SIZE], const char *text)
{
    strncat(line, text, LINE_SIZE - 1 - strlen(line));
}

/* "0-3,6" */
static void append_cores(char line[LINE_SIZE], const cpu_set_t *cores)
{
    const char *comma = "";

    for (int first = 0; first < CPU_SETSIZE; first++) {
        int last = first;

        if (!CPU_ISSET(first, cores))
            continue;
        while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, cores))
            last++;
        append(line, first == last ? sample_text("%s%d", comma, first)
                                   : sample_text("%s%d-%d", comma, first, last));
        comma = ",";
        first = last;
    }
}

/* The cores of the device's compute units; false: it is no virtual GPU, and does not
 * tell. */
static bool unit_cores(cl_device_id device, cpu_set_t *cores_out)
{
    cl_uint cores[MAX_UNITS];
    size_t size = 0;

    if (clGetDeviceInfo(device, CL_DEVICE_COMPUTE_UNIT_CPUS_VGPU, sizeof(cores), cores,
                        &size) != CL_SUCCESS)
        return false;
    CPU_ZERO(cores_out);
    for (size_t i = 0; i < size / sizeof(cores[0]); i++) {
        if (cores[i] < CPU_SETSIZE)
            CPU_SET(cores[i], cores_out);
    }
    return true;
}

static void describe(const struct sample_rank *rank, char line[LINE_SIZE])
{
    char name[64] = "";
    cpu_set_t bound, units, both;
    cl_uint num_units = 0;

    CPU_ZERO(&bound);
    if (sched_getaffinity(0, sizeof(bound), &bound) != 0)
        sample_fail("rank %d: the system does not say to which cores it is bound",
                    rank->rank);
    SAMPLE_CHECK(clGetDeviceInfo(rank->device, CL_DEVICE_NAME, sizeof(name), name, NULL));
    SAMPLE_CHECK(clGetDeviceInfo(rank->device, CL_DEVICE_MAX_COMPUTE_UNITS,
                                 sizeof(num_units), &num_units, NULL));
    append(line, sample_text("rank %d, bound to core ", rank->rank));
    append_cores(line, &bound);
    append(line, sample_text(": %s, %u compute unit%s", name, num_units,
                             num_units == 1 ? "" : "s"));
    if (!unit_cores(rank->device, &units))
        return;
    append(line, " on core ");
    append_cores(line, &units);
    CPU_AND(&both, &units, &bound);
    if (!CPU_EQUAL(&both, &units))
        sample_fail("%s: not all of these are its own", line);
}

static void print_all(const struct sample_rank *rank)
{
    char mine[LINE_SIZE] = "";
    char *all = sample_alloc((size_t)rank->count, LINE_SIZE);

    describe(rank, mine);
    MPI_Gather(mine, LINE_SIZE, MPI_CHAR, all, LINE_SIZE, MPI_CHAR, 0, MPI_COMM_WORLD);
    for (int r = 0; rank->rank == 0 && r < rank->count; r++)
        printf("%s\n", all + (size_t)r * LINE_SIZE);
    free(all);
}

static const char where[] =
    "__kernel void tell_address(__global ulong *address, __global const uint *data)\n"
    "{\n"
    "    *address = (ulong)data;\n"
    "}\n";

/* Whether kernels and the host, where the buffer is mapped, see it at the same place. */
static bool maps_in_place(const struct sample_rank *rank)
{
    const size_t one = 1;
    cl_ulong address = 0;
    cl_int err;

    cl_program program = sample_program(rank->context, where);
    cl_kernel kernel = clCreateKernel(program, "tell_address", &err);
    SAMPLE_CHECK(err);
    cl_mem answer = sample_rank_buffer(rank, sizeof(address) / sizeof(cl_uint));
    cl_mem data = sample_rank_buffer(rank, 1024);
    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(answer), &answer));
    SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(data), &data));
    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(rank->queue, kernel, 1, NULL, &one, NULL, 0, NULL, NULL));
    SAMPLE_CHECK(clEnqueueReadBuffer(rank->queue, answer, CL_TRUE, 0, sizeof(address),
                                     &address, 0, NULL, NULL));
    cl_uint *mapped = sample_rank_map(rank, data, CL_MAP_READ, 0, 1024);
    bool in_place = (cl_ulong)(uintptr_t)mapped == address;

    sample_rank_unmap(rank, data, mapped);
    SAMPLE_CHECK(clFinish(rank->queue));
    clReleaseMemObject(data);
    clReleaseMemObject(answer);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    return in_place;
}

void sample_rank_open(struct sample_rank *rank, const struct sample_options *options,
                      const char *source)
{
    int provided = MPI_THREAD_SINGLE;
    cl_int err;

    /* Compute units are threads, which never call MPI. */
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
    if (provided < MPI_THREAD_FUNNELED)
        sample_fail("this MPI library does not go with threads");
    MPI_Comm_rank(MPI_COMM_WORLD, &rank->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &rank->count);

    rank->device = sample_device(options);
    rank->context = clCreateContext(NULL, 1, &rank->device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    rank->queue = clCreateCommandQueue(rank->context, rank->device,
                                       CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    rank->program = sample_program(rank->context, source);
    print_all(rank);
    rank->maps_in_place = maps_in_place(rank);
}

void sample_rank_close(struct sample_rank *rank)
{
    clReleaseProgram(rank->program);
    clReleaseCommandQueue(rank->queue);
    clReleaseContext(rank->context);
    MPI_Finalize();
}

cl_kernel sample_rank_kernel(const struct sample_rank *rank, const char *name)
{
    cl_int err;
    cl_kernel kernel = clCreateKernel(rank->program, name, &err);

    SAMPLE_CHECK(err);
    return kernel;
}

cl_mem sample_rank_buffer(const struct sample_rank *rank, size_t count)
{
    cl_int err;
    cl_mem buffer = clCreateBuffer(rank->context, CL_MEM_READ_WRITE,
                                   count * sizeof(cl_uint), NULL, &err);

    SAMPLE_CHECK(err);
    return buffer;
}

cl_uint *sample_rank_map(const struct sample_rank *rank, cl_mem buffer,
                         cl_map_flags flags, size_t first, size_t count)
{
    cl_int err;

    if (count == 0)
        return NULL;
    cl_uint *mapped =
        clEnqueueMapBuffer(rank->queue, buffer, CL_TRUE, flags, first * sizeof(cl_uint),
                           count * sizeof(cl_uint), 0, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    return mapped;
}

void sample_rank_unmap(const struct sample_rank *rank, cl_mem buffer, cl_uint *mapped)
{
    if (mapped)
        SAMPLE_CHECK(clEnqueueUnmapMemObject(rank->queue, buffer, mapped, 0, NULL, NULL));
}

int sample_rank_report(const struct sample_rank *rank, const char *name, const char *size,
                       double kernel_ms, bool ok)
{
    int mine[] = {ok, rank->maps_in_place}, all[2];

    MPI_Allreduce(mine, all, 2, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (rank->rank != 0)
        return all[0] ? EXIT_SUCCESS : EXIT_FAILURE;
    return sample_report(name, rank->device, size, kernel_ms,
                         sample_text("%d rank%s, mapped %s", rank->count,
                                     rank->count == 1 ? "" : "s",
                                     all[1] ? "in place" : "by copy"),
                         all[0]);
}
