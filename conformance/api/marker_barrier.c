/* SPDX-License-Identifier: MIT */
/* Markers and barriers. [OpenCL 3.0, 5.12] */
#include "api_test.h"

VGPU_TEST(clEnqueueMarkerWithWaitList, waits_for_all_before_it_without_a_list)
{
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    cl_event gates[2] = {vgpu_test_user_event(f), vgpu_test_user_event(f)}, marker = NULL;

    for (int i = 0; i < 2; i++)
        EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(queue, 1, &gates[i], NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(queue, 0, NULL, &marker));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gates[1], CL_COMPLETE));
    EXPECT_LT(CL_COMPLETE, vgpu_test_event_status(marker));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gates[0], CL_COMPLETE));
    api_release_event(marker);
    for (int i = 0; i < 2; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(gates[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

VGPU_TEST(clEnqueueMarkerWithWaitList, does_not_hold_later_commands)
{
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    cl_event gate = vgpu_test_user_event(f), marker = NULL, later = NULL;
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    const cl_int zero = 0;

    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(queue, 1, &gate, &marker));
    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(queue, buffer, &zero, sizeof zero, 0, 64, 0,
                                              NULL, &later));
    api_release_event(later);
    EXPECT_LT(CL_COMPLETE, vgpu_test_event_status(marker));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    api_release_event(marker);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

static void holds_later_commands(const struct vgpu_fixture *f, bool with_list)
{
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    cl_event gate = vgpu_test_user_event(f), barrier = NULL, later = NULL;
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    const cl_int zero = 0;

    if (!with_list)
        EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(queue, 1, &gate, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueBarrierWithWaitList(
                              queue, with_list, with_list ? &gate : NULL, &barrier));
    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(queue, buffer, &zero, sizeof zero, 0, 64, 0,
                                              NULL, &later));
    EXPECT_CL(CL_SUCCESS, clFlush(queue));
    EXPECT_LT(CL_COMPLETE, vgpu_test_event_status(barrier));
    EXPECT_LT(CL_RUNNING, vgpu_test_event_status(later));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    api_release_event(later);
    api_release_event(barrier);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

VGPU_TEST(clEnqueueBarrierWithWaitList, holds_later_commands_until_all_before_it_ended)
{
    holds_later_commands(f, false);
}

VGPU_TEST(clEnqueueBarrierWithWaitList, holds_later_commands_until_its_list_is_complete)
{
    holds_later_commands(f, true);
}

VGPU_TEST(clEnqueueMarker, is_a_marker_with_an_event)
{
    cl_event event = NULL;
    cl_command_type type = 0;

    EXPECT_CL(CL_SUCCESS, clEnqueueMarker(f->queue, &event));
    EXPECT_CL(CL_SUCCESS,
              clGetEventInfo(event, CL_EVENT_COMMAND_TYPE, sizeof type, &type, NULL));
    EXPECT_EQ(CL_COMMAND_MARKER, type);
    api_release_event(event);
    EXPECT_CL(CL_INVALID_VALUE, clEnqueueMarker(f->queue, NULL));
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE, clEnqueueMarker(NULL, &event));
}

VGPU_TEST(clEnqueueBarrier, orders_an_out_of_order_queue)
{
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    cl_int cell[2] = {0, 0};
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof cell, cell);
    cl_kernel kernel = vgpu_test_kernel(f, "api_step");
    const size_t global = 1;

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    for (cl_int i = 0; i < 500; i++) {
        EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof i, &i));
        EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global,
                                                     NULL, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clEnqueueBarrier(queue));
    }
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, sizeof cell,
                                              cell, 0, NULL, NULL));
    EXPECT_EQ(500, cell[0]);
    EXPECT_EQ(0, cell[1]);
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE, clEnqueueBarrier(NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

VGPU_TEST(clEnqueueWaitForEvents, holds_later_commands_and_refuses_bad_lists)
{
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    cl_event gate = vgpu_test_user_event(f), later = NULL, none = NULL;
    cl_int err;

    EXPECT_CL(CL_INVALID_VALUE, clEnqueueWaitForEvents(queue, 0, &gate));
    EXPECT_CL(CL_INVALID_VALUE, clEnqueueWaitForEvents(queue, 1, NULL));
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE, clEnqueueWaitForEvents(NULL, 1, &gate));
    err = clEnqueueWaitForEvents(queue, 1, &none);
    EXPECT_TRUE(err == CL_INVALID_EVENT || err == CL_INVALID_EVENT_WAIT_LIST);
    EXPECT_CL(CL_SUCCESS, clEnqueueWaitForEvents(queue, 1, &gate));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(queue, 0, NULL, &later));
    EXPECT_LT(CL_COMPLETE, vgpu_test_event_status(later));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    api_release_event(later);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}
