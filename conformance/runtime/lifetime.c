/* SPDX-License-Identifier: MIT */
/* That objects go when the application and the commands in flight have let go of them. */
#include "command/command.h"
#include "object/handle.h"
#include "vgpu_test.h"

#include <sched.h>
#include <string.h>

static void CL_CALLBACK do_nothing(void *args)
{
    (void)args;
}

static void CL_CALLBACK ignore(cl_event event, cl_int status, void *user_data)
{
    (void)event;
    (void)status;
    (void)user_data;
}

struct count {
    size_t of[VGPU_KIND_COUNT];
};

static struct count count_all(void)
{
    struct count count;

    for (int kind = 0; kind < VGPU_KIND_COUNT; kind++)
        count.of[kind] = vgpu_handle_count(kind);
    return count;
}

/* Commands end on compute units, which let go of them a moment later. */
static void expect_count(const struct count *expected)
{
    struct count now = count_all();

    for (long tries = 0; tries < 1000000 && memcmp(&now, expected, sizeof now) != 0;
         tries++) {
        vgpu_commands_reap();
        sched_yield();
        now = count_all();
    }
    for (int kind = 0; kind < VGPU_KIND_COUNT; kind++)
        EXPECT_EQ(expected->of[kind], now.of[kind]);
}

/* Some of every command, none of whose events are waited for, on a queue that is released
 * at once. */
static void use_everything(const struct vgpu_fixture *f,
                           cl_command_queue_properties flags, bool fails)
{
    static const cl_queue_properties none = 0;
    const cl_queue_properties properties[] = {CL_QUEUE_PROPERTIES, flags, none};
    const cl_buffer_region region = {128, 128};
    static char host[4096]; /* outlives the commands */
    cl_int err;
    cl_command_queue queue =
        clCreateCommandQueueWithProperties(f->context, f->device, properties, &err);
    cl_mem buffer = clCreateBuffer(f->context, 0, 4096, NULL, &err);
    cl_mem part =
        clCreateSubBuffer(buffer, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &err);
    cl_event gate = clCreateUserEvent(f->context, &err), last;
    void *mapped;

    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(queue, buffer, CL_FALSE, 0, sizeof host,
                                               host, 1, &gate, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueFillBuffer(queue, part, host, 4, 0, 128, 1, &gate, NULL));
    mapped = clEnqueueMapBuffer(queue, part, CL_FALSE, CL_MAP_READ, 0, 64, 1, &gate, NULL,
                                &err);
    EXPECT_CL(CL_SUCCESS, clEnqueueUnmapMemObject(queue, part, mapped, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueMigrateMemObjects(queue, 1, &part, 0, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNativeKernel(queue, do_nothing, NULL, 0, 0, NULL, NULL,
                                                0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(queue, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueBarrierWithWaitList(queue, 1, &gate, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueCopyBuffer(queue, buffer, part, 0, 0, 64, 0, NULL, &last));
    EXPECT_CL(CL_SUCCESS, clSetEventCallback(last, CL_COMPLETE, ignore, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(last));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(part));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, fails ? -1 : CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(lifetime, in_order_commands_let_go_of_all_they_held)
{
    const struct count before = count_all();

    use_everything(f, 0, false);
    expect_count(&before);
}

VGPU_TEST(lifetime, out_of_order_commands_let_go_of_all_they_held)
{
    const struct count before = count_all();

    use_everything(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, false);
    expect_count(&before);
}

VGPU_TEST(lifetime, failed_commands_let_go_of_all_they_held)
{
    const struct count before = count_all();

    use_everything(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, true);
    use_everything(f, 0, true);
    expect_count(&before);
}

VGPU_TEST(lifetime, a_user_event_that_is_dropped_frees_those_that_wait_for_it)
{
    const struct count before = count_all();
    cl_int err;
    cl_event gate = clCreateUserEvent(f->context, &err), marker;

    ASSERT_CL(CL_SUCCESS, err);
    ASSERT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &marker));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(1, &marker));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(marker));
    /* the fixture's queue remembers its newest command */
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_LE(vgpu_handle_count(VGPU_KIND_event), before.of[VGPU_KIND_event] + 1);
}

VGPU_TEST(lifetime, refused_commands_leave_nothing_behind)
{
    const struct count before = count_all();
    cl_int err;
    cl_mem buffer = clCreateBuffer(f->context, 0, 64, NULL, &err);
    char host[64];

    EXPECT_CL(CL_INVALID_EVENT_WAIT_LIST,
              clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, 64, host, 1, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(f->queue, buffer, host, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    expect_count(&before);
}
