/* SPDX-License-Identifier: MIT */
/* Flush and finish. [OpenCL 3.0, 5.15] */
#include "api_test.h"

#include <pthread.h>

VGPU_TEST(clFinish, returns_at_once_on_an_empty_queue)
{
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clFlush(f->queue));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE, clFinish(NULL));
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE, clFlush(NULL));
}

static void finishes_everything(const struct vgpu_fixture *f,
                                cl_command_queue_properties properties)
{
    struct api_world world;
    cl_event events[64] = {NULL};

    if (!api_world_init(&world, f, properties))
        return;
    for (size_t i = 0; i < api_num_enqueues; i++)
        EXPECT_CL(CL_SUCCESS,
                  api_enqueues[i].call(&world, world.queue, 0, NULL, &events[i]));
    EXPECT_CL(CL_SUCCESS, clFinish(world.queue));
    for (size_t i = 0; i < api_num_enqueues; i++) {
        EXPECT_CL(CL_COMPLETE, vgpu_test_event_status(events[i]));
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(events[i]));
    }
    api_world_fini(&world);
}

VGPU_TEST(clFinish, returns_when_every_command_has_ended)
{
    finishes_everything(f, 0);
    finishes_everything(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    finishes_everything(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE |
                               CL_QUEUE_PROFILING_ENABLE);
}

static void *complete(void *event)
{
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(event, CL_COMPLETE));
    return NULL;
}

VGPU_TEST(clFinish, waits_for_commands_that_wait_for_another_thread)
{
    cl_event gate = vgpu_test_user_event(f), event = NULL;
    pthread_t thread;

    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &event));
    ASSERT_EQ(0, pthread_create(&thread, NULL, complete, gate));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_COMPLETE, vgpu_test_event_status(event));
    pthread_join(thread, NULL);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(clFinish, succeeds_though_a_command_failed)
{
    cl_event gate = vgpu_test_user_event(f), event = NULL;

    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &event));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, -5));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_GT(0, vgpu_test_event_status(event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}
