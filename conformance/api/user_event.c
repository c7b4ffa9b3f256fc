/* SPDX-License-Identifier: MIT */
/* User events. [OpenCL 3.0, 5.11] */
#include "api_test.h"

#include <pthread.h>

VGPU_TEST(clCreateUserEvent, is_submitted_until_set)
{
    cl_event event = vgpu_test_user_event(f);
    cl_command_queue queue = f->queue;
    cl_command_type type = 0;

    EXPECT_CL(CL_SUBMITTED, vgpu_test_event_status(event));
    EXPECT_CL(CL_SUCCESS,
              clGetEventInfo(event, CL_EVENT_COMMAND_QUEUE, sizeof queue, &queue, NULL));
    EXPECT_EQ(NULL, queue);
    EXPECT_CL(CL_SUCCESS,
              clGetEventInfo(event, CL_EVENT_COMMAND_TYPE, sizeof type, &type, NULL));
    EXPECT_EQ(CL_COMMAND_USER, type);
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(event, CL_COMPLETE));
    EXPECT_CL(CL_COMPLETE, vgpu_test_event_status(event));
    EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, &event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
}

VGPU_TEST(clCreateUserEvent, wants_a_context)
{
    cl_int err;

    EXPECT_TRUE(clCreateUserEvent(NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    EXPECT_TRUE(clCreateUserEvent(NULL, NULL) == NULL);
}

VGPU_TEST(clSetUserEventStatus, takes_complete_or_an_error_once)
{
    static const cl_int refused[] = {CL_QUEUED, CL_SUBMITTED, CL_RUNNING, 4, CL_INT_MAX};
    cl_event event = vgpu_test_user_event(f), failed = vgpu_test_user_event(f);

    for (size_t i = 0; i < COUNT_OF(refused); i++)
        EXPECT_CL(CL_INVALID_VALUE, clSetUserEventStatus(event, refused[i]));
    EXPECT_CL(CL_SUBMITTED, vgpu_test_event_status(event));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(event, CL_COMPLETE));
    EXPECT_CL(CL_INVALID_OPERATION, clSetUserEventStatus(event, CL_COMPLETE));
    EXPECT_CL(CL_INVALID_OPERATION, clSetUserEventStatus(event, -1));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(failed, CL_INT_MIN));
    EXPECT_EQ(CL_INT_MIN, vgpu_test_event_status(failed));
    EXPECT_CL(CL_INVALID_OPERATION, clSetUserEventStatus(failed, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(failed));
}

VGPU_TEST(clSetUserEventStatus, refuses_events_of_commands)
{
    cl_event event = NULL, gate = vgpu_test_user_event(f);

    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &event));
    EXPECT_CL(CL_INVALID_EVENT, clSetUserEventStatus(event, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    api_release_event(event);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

static void *complete(void *event)
{
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(event, CL_COMPLETE));
    return NULL;
}

VGPU_TEST(clSetUserEventStatus, wakes_threads_that_wait)
{
    for (int round = 0; round < 50; round++) {
        cl_event gate = vgpu_test_user_event(f), event = NULL;
        pthread_t thread;

        EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &event));
        ASSERT_EQ(0, pthread_create(&thread, NULL, complete, gate));
        EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, round % 2 ? &gate : &event));
        EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
        pthread_join(thread, NULL);
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    }
}

VGPU_TEST(clSetUserEventStatus, has_no_effect_on_what_does_not_wait_for_it)
{
    cl_event gate = vgpu_test_user_event(f), event = NULL;

    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 0, NULL, &event));
    api_release_event(event);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(cl_user_event, that_never_completes_holds_up_no_release)
{
    struct api_world world;
    cl_context context = api_other_context(f);
    cl_int err;
    cl_event never = clCreateUserEvent(context, &err), event = NULL;
    struct vgpu_fixture other = *f;

    ASSERT_CL(CL_SUCCESS, err);
    other.context = context;
    other.queue = clCreateCommandQueueWithProperties(context, f->device, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    if (!api_world_init(&world, &other, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE))
        return;
    for (size_t i = 0; i < api_num_enqueues; i++) {
        EXPECT_CL(CL_SUCCESS,
                  api_enqueues[i].call(&world, world.queue, 1, &never, &event));
        EXPECT_CL(CL_SUCCESS, api_enqueues[i].call(&world, world.queue, 1, &event, NULL));
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    }
    api_world_fini(&world);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(never));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(other.queue));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
}

/* The process ends while commands wait for ever: it must not hang at exit. What they hold
 * is then left on purpose, which a leak checker would report. */
VGPU_TEST_WITH_ENV(cl_user_event, that_never_completes_does_not_keep_the_process,
                   "VGPU_DEVICES=cu=2;cu=1", "ASAN_OPTIONS=detect_leaks=0")
{
    const size_t global = 64;
    cl_event never = vgpu_test_user_event(f);
    cl_kernel kernel = vgpu_test_kernel(f, "api_nothing");

    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 1, &never, NULL));
    EXPECT_CL(CL_SUCCESS, clFlush(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}
