/* SPDX-License-Identifier: MIT */
/* Transfers over a link that keeps time: link=paced. */
#include "memory_test.h"

#include <errno.h>
#include <semaphore.h>
#include <time.h>

#define BYTES 100000

/* Profiled time of a command since `begin`, ns. */
static cl_ulong time_since(cl_profiling_info begin, cl_event event)
{
    cl_ulong start = 0, end = 0;

    EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, &event));
    EXPECT_CL(CL_SUCCESS,
              clGetEventProfilingInfo(event, begin, sizeof start, &start, NULL));
    EXPECT_CL(CL_SUCCESS, clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_END,
                                                  sizeof end, &end, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    return end - start;
}

static cl_ulong duration(cl_event event)
{
    return time_since(CL_PROFILING_COMMAND_SUBMIT, event);
}

/* 20 MB/s: 5 ms for the bytes, and 1 ms of delay. */
VGPU_UNIT_TEST_WITH_ENV(paced_link, takes_as_long_as_its_profile_says,
                        "VGPU_DEVICES=2*memory=separate,cu=1,link=paced,"
                        "link_bandwidth=20MB/s,link_delay=1ms")
{
    const cl_queue_properties profiles[] = {CL_QUEUE_PROPERTIES,
                                            CL_QUEUE_PROFILING_ENABLE, 0};
    static char host[BYTES];
    struct all_devices all;
    cl_command_queue queue;
    cl_event event;
    cl_mem buffer;
    cl_int err;

    ASSERT_TRUE(devices_open(&all));
    queue =
        clCreateCommandQueueWithProperties(all.context, all.device[0], profiles, &err);
    ASSERT_CL(CL_SUCCESS, err);
    buffer = devices_buffer(&all, CL_MEM_READ_WRITE, BYTES, NULL);
    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(queue, buffer, CL_FALSE, 0, BYTES, host, 0,
                                               NULL, &event));
    EXPECT_GE(duration(event), 6000000);
    EXPECT_CL(CL_SUCCESS,
              clEnqueueReadBuffer(queue, buffer, CL_FALSE, 0, 10, host, 0, NULL, &event));
    EXPECT_GE(duration(event), 1000000);
    clEnqueueMapBuffer(queue, buffer, CL_FALSE, CL_MAP_READ, 0, BYTES, 0, NULL, &event,
                       &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_GE(duration(event), 6000000);
    /* over both devices' links */
    EXPECT_CL(CL_SUCCESS, devices_add(&all, 1, buffer, BYTES / 4, 1));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueMigrateMemObjects(queue, 1, &buffer, 0, 0, NULL, &event));
    EXPECT_GE(time_since(CL_PROFILING_COMMAND_START, event), 7000000);
    /* within the device nothing uses a link: it ends, that is all */
    EXPECT_CL(CL_SUCCESS,
              clEnqueueFillBuffer(queue, buffer, "x", 1, 0, BYTES, 0, NULL, &event));
    duration(event);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
    devices_close(&all);
}

VGPU_UNIT_TEST_WITH_ENV(paced_link, is_used_by_what_buffers_are_made_with,
                        "VGPU_DEVICES=memory=separate,link=paced,link_bandwidth=20MB/s,"
                        "link_delay=1ms")
{
    static char host[BYTES];
    struct all_devices all;
    struct timespec begin, end;
    cl_mem buffer;

    ASSERT_TRUE(devices_open(&all));
    clock_gettime(CLOCK_MONOTONIC, &begin);
    buffer = devices_buffer(&all, CL_MEM_COPY_HOST_PTR, BYTES, host);
    clock_gettime(CLOCK_MONOTONIC, &end);
    EXPECT_GE((end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec,
              6000000);
    EXPECT_EQ(BYTES, devices_counted(&all, 0).bytes_host_to_device);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}

static void CL_CALLBACK on_gone(cl_context context, void *gone)
{
    (void)context;
    sem_post(gone);
}

/* The write ends where nobody waits for it, and nothing follows. */
VGPU_UNIT_TEST_WITH_ENV(paced_link, lets_go_of_what_the_last_command_used,
                        "VGPU_DEVICES=memory=separate,cu=1,link=paced,"
                        "link_bandwidth=20MB/s,link_delay=1ms")
{
    static char host[BYTES];
    struct timespec until;
    struct all_devices all;
    cl_mem buffer;
    sem_t gone;
    int result;

    ASSERT_TRUE(devices_open(&all));
    sem_init(&gone, 0, 0);
    EXPECT_CL(CL_SUCCESS, clSetContextDestructorCallback(all.context, on_gone, &gone));
    buffer = devices_buffer(&all, CL_MEM_READ_WRITE, BYTES, NULL);
    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(all.queue[0], buffer, CL_FALSE, 0, BYTES,
                                               host, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 60; /* far beyond the 6 ms that it takes */
    while ((result = sem_timedwait(&gone, &until)) != 0 && errno == EINTR)
        continue;
    EXPECT_EQ(0, result);
    sem_destroy(&gone);
}
