/* SPDX-License-Identifier: MIT */
/* Commands that fail, and what waits for them. [OpenCL 3.0, 5.11] */
#include "api_test.h"

#include <string.h>

VGPU_TEST(failed_event, ends_every_command_that_waits_for_it)
{
    struct api_world world;

    if (!api_world_init(&world, f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE))
        return;
    for (size_t i = 0; i < api_num_enqueues; i++) {
        cl_event gate = vgpu_test_user_event(f), event = NULL;

        EXPECT_CL(CL_SUCCESS,
                  api_enqueues[i].call(&world, world.queue, 1, &gate, &event));
        EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, -42));
        EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
                  clWaitForEvents(1, &event));
        if (vgpu_test_event_status(event) >= 0)
            VGPU_FAIL("%s: ended well", api_enqueues[i].name);
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    }
    api_world_fini(&world);
}

VGPU_TEST(failed_event, keeps_the_work_of_its_dependents_undone)
{
    const cl_int nine = 9;
    cl_int value = 0;
    cl_event gate = vgpu_test_user_event(f);
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof value, &value);

    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, buffer, &nine, sizeof nine, 0,
                                              sizeof nine, 1, &gate, NULL));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, -1));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof value,
                                              &value, 0, NULL, NULL));
    EXPECT_EQ(0, value);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(failed_event, is_passed_along_a_chain)
{
    enum { LENGTH = 100 };
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    cl_event gate = vgpu_test_user_event(f), chain[LENGTH] = {NULL};

    for (size_t i = 0; i < LENGTH; i++)
        EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(
                                  queue, 1, i ? &chain[i - 1] : &gate, &chain[i]));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, -3));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              clWaitForEvents(1, &chain[LENGTH - 1]));
    for (size_t i = 0; i < LENGTH; i++) {
        EXPECT_GT(0, vgpu_test_event_status(chain[i]));
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(chain[i]));
    }
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

VGPU_TEST(failed_event, does_not_stop_later_commands_of_an_in_order_queue)
{
    cl_event gate = vgpu_test_user_event(f), failed = NULL, later = NULL;

    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &failed));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 0, NULL, &later));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, -9));
    api_release_event(later);
    EXPECT_GT(0, vgpu_test_event_status(failed));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(failed));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(failed_event, spoils_a_list_in_which_the_others_end_well)
{
    cl_event gates[3], event = NULL;

    for (int i = 0; i < 3; i++)
        gates[i] = vgpu_test_user_event(f);
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 3, gates, &event));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gates[1], -1));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gates[0], CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gates[2], CL_COMPLETE));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(1, &event));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(3, gates));
    EXPECT_GT(0, vgpu_test_event_status(event));
    for (int i = 0; i < 3; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(gates[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
}

VGPU_TEST(failed_event, ends_commands_enqueued_after_it_failed)
{
    cl_event gate = vgpu_test_user_event(f), event = NULL;

    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, -1));
    EXPECT_CL(CL_SUCCESS, clEnqueueBarrierWithWaitList(f->queue, 1, &gate, &event));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(1, &event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 0, NULL, &event));
    api_release_event(event);
}

VGPU_TEST(kernel_that_fails, is_reported_and_ends_its_dependents_only)
{
    const size_t global = 8;
    cl_int values[8] = {0};
    cl_event failed = NULL, dependent = NULL, later = NULL;
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof values, values);
    cl_kernel kernel = vgpu_test_kernel(f, "api_uneven_barrier");
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    vgpu_test_stderr_start();
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &global,
                                                 0, NULL, &failed));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(queue, 1, &failed, &dependent));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 0, NULL, &later));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(1, &failed));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              clWaitForEvents(1, &dependent));
    EXPECT_CL(CL_SUCCESS, clFinish(queue));
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), "api_uneven_barrier");
    EXPECT_GT(0, vgpu_test_event_status(failed));
    api_release_event(later);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(dependent));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(failed));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}
