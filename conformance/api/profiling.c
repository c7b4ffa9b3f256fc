/* SPDX-License-Identifier: MIT */
/* Profiling: the times of commands. [OpenCL 3.0, 5.14] */
#include "api_test.h"

static cl_int query(const void *event, cl_uint param, size_t size, void *value,
                    size_t *ret)
{
    return clGetEventProfilingInfo((cl_event)(uintptr_t)event, param, size, value, ret);
}

static const cl_profiling_info moments[] = {
    CL_PROFILING_COMMAND_QUEUED,   CL_PROFILING_COMMAND_SUBMIT,
    CL_PROFILING_COMMAND_START,    CL_PROFILING_COMMAND_END,
    CL_PROFILING_COMMAND_COMPLETE,
};

VGPU_TEST(clGetEventProfilingInfo, follows_the_rules_of_queries)
{
    static const struct api_query rows[] = {
        QUERY(CL_PROFILING_COMMAND_QUEUED, cl_ulong),
        QUERY(CL_PROFILING_COMMAND_SUBMIT, cl_ulong),
        QUERY(CL_PROFILING_COMMAND_START, cl_ulong),
        QUERY(CL_PROFILING_COMMAND_END, cl_ulong),
        QUERY(CL_PROFILING_COMMAND_COMPLETE, cl_ulong),
    };
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_PROFILING_ENABLE);
    cl_event event = NULL;

    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(queue, 0, NULL, &event));
    EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, &event));
    api_expect_queries(query, event, rows, COUNT_OF(rows));
    api_release_event(event);
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

static void expect_times(const struct vgpu_fixture *f,
                         cl_command_queue_properties properties)
{
    struct api_world world;

    if (!api_world_init(&world, f, properties | CL_QUEUE_PROFILING_ENABLE))
        return;
    for (size_t i = 0; i < api_num_enqueues; i++) {
        cl_ulong last = 1, now;
        cl_event event = NULL;

        EXPECT_CL(CL_SUCCESS, api_enqueues[i].call(&world, world.queue, 0, NULL, &event));
        EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, &event));
        for (size_t m = 0; m < COUNT_OF(moments); m++) {
            now = 0;
            EXPECT_CL(CL_SUCCESS, query(event, moments[m], sizeof now, &now, NULL));
            if (now < last)
                VGPU_FAIL("%s: moment %zu is %llu, the one before it %llu",
                          api_enqueues[i].name, m, (unsigned long long)now,
                          (unsigned long long)last);
            last = now;
        }
        api_release_event(event);
    }
    api_world_fini(&world);
}

VGPU_TEST(clGetEventProfilingInfo, gives_every_command_times_that_never_go_back)
{
    expect_times(f, 0);
    expect_times(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
}

VGPU_TEST(clGetEventProfilingInfo, orders_the_commands_of_an_in_order_queue)
{
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_PROFILING_ENABLE);
    cl_kernel kernel = vgpu_test_kernel(f, "api_nothing");
    const size_t global = 1000;
    cl_event events[2] = {NULL};
    cl_ulong end = 1, start = 0;

    for (int i = 0; i < 2; i++)
        EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global,
                                                     NULL, 0, NULL, &events[i]));
    EXPECT_CL(CL_SUCCESS, clFinish(queue));
    EXPECT_CL(CL_SUCCESS,
              query(events[0], CL_PROFILING_COMMAND_END, sizeof end, &end, NULL));
    EXPECT_CL(CL_SUCCESS,
              query(events[1], CL_PROFILING_COMMAND_START, sizeof start, &start, NULL));
    EXPECT_LE(end, start);
    api_release_event(events[0]);
    api_release_event(events[1]);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

VGPU_TEST(clGetEventProfilingInfo,
          has_nothing_without_profiling_before_the_end_or_of_user_events)
{
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_PROFILING_ENABLE);
    cl_event user = vgpu_test_user_event(f), plain = NULL, pending = NULL;
    cl_ulong value;

    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 0, NULL, &plain));
    EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, &plain));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(queue, 1, &user, &pending));
    for (size_t m = 0; m < COUNT_OF(moments); m++) {
        EXPECT_CL(CL_PROFILING_INFO_NOT_AVAILABLE,
                  query(plain, moments[m], sizeof value, &value, NULL));
        EXPECT_CL(CL_PROFILING_INFO_NOT_AVAILABLE,
                  query(pending, moments[m], sizeof value, &value, NULL));
        EXPECT_CL(CL_PROFILING_INFO_NOT_AVAILABLE,
                  query(user, moments[m], sizeof value, &value, NULL));
    }
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(user, CL_COMPLETE));
    EXPECT_CL(CL_PROFILING_INFO_NOT_AVAILABLE,
              query(user, moments[0], sizeof value, &value, NULL));
    api_release_event(pending);
    api_release_event(plain);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(user));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}
