/* SPDX-License-Identifier: MIT */
/* Teams of devices: the context, the queues, memory. */
#include "sample_team.h"

#define MAX_DEVICES 64

cl_uint sample_team_devices(const struct sample_options *options, cl_device_id *devices,
                            cl_uint capacity)
{
    cl_device_id all[MAX_DEVICES];
    cl_platform_id platform, other;
    cl_uint count = sample_devices(all, MAX_DEVICES), chosen = 1;

    devices[0] = sample_device(options);
    SAMPLE_CHECK(clGetDeviceInfo(devices[0], CL_DEVICE_PLATFORM, sizeof(platform),
                                 &platform, NULL));
    for (cl_uint i = 0; i < count && chosen < capacity; i++) {
        SAMPLE_CHECK(
            clGetDeviceInfo(all[i], CL_DEVICE_PLATFORM, sizeof(other), &other, NULL));
        if (all[i] != devices[0] && other == platform)
            devices[chosen++] = all[i];
    }
    return chosen;
}

void sample_team_open(struct sample_team *team, const struct sample_options *options,
                      cl_uint at_most)
{
    cl_int err;

    team->count = sample_team_devices(
        options, team->devices, at_most < SAMPLE_TEAM_MAX ? at_most : SAMPLE_TEAM_MAX);
    team->context = clCreateContext(NULL, team->count, team->devices, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    for (cl_uint d = 0; d < team->count; d++) {
        team->queues[d] = clCreateCommandQueue(team->context, team->devices[d],
                                               CL_QUEUE_PROFILING_ENABLE, &err);
        SAMPLE_CHECK(err);
    }
}

void sample_team_close(struct sample_team *team)
{
    for (cl_uint d = 0; d < team->count; d++)
        SAMPLE_CHECK(clReleaseCommandQueue(team->queues[d]));
    SAMPLE_CHECK(clReleaseContext(team->context));
}

cl_mem sample_team_buffer(const struct sample_team *team, size_t count,
                          size_t element_size)
{
    cl_int err;
    cl_mem buffer = clCreateBuffer(team->context, CL_MEM_READ_WRITE, count * element_size,
                                   NULL, &err);

    SAMPLE_CHECK(err);
    return buffer;
}

void sample_team_finish(const struct sample_team *team)
{
    for (cl_uint d = 0; d < team->count; d++)
        SAMPLE_CHECK(clFlush(team->queues[d]));
    for (cl_uint d = 0; d < team->count; d++)
        SAMPLE_CHECK(clFinish(team->queues[d]));
}
