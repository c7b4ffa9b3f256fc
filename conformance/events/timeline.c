/* SPDX-License-Identifier: MIT */
/* The timeline in memory, as a report in the same process gets it. */
#include "observe/timeline.h"

#include "vgpu_test.h"

#include <string.h>

#define KEPT 64

struct seen {
    size_t lanes, slices, commands, groups, arrows, open;
    uint64_t newest; /* command */
    uint64_t last_end;
    struct vgpu_timeline_losses losses;
    bool in_order;
};

static void see_lane(void *context, const struct vgpu_timeline_lane *lane)
{
    struct seen *const seen = context;

    EXPECT_EQ(seen->lanes, lane->id);
    EXPECT_TRUE(lane->name[0] != '\0');
    seen->lanes++;
}

static void see_slice(void *context, const struct vgpu_timeline_slice *slice)
{
    struct seen *const seen = context;

    EXPECT_LT(slice->lane, seen->lanes);
    EXPECT_TRUE(slice->name != NULL);
    if (slice->end == 0) {
        seen->open++;
        return;
    }
    EXPECT_LE(slice->begin, slice->end);
    seen->slices++;
    seen->groups += slice->kind == VGPU_SLICE_GROUPS;
    if (slice->kind != VGPU_SLICE_COMMAND)
        return;
    EXPECT_LE(seen->last_end, slice->end);
    seen->last_end = slice->end;
    seen->commands++;
    seen->newest = slice->command;
}

static void see_arrow(void *context, const struct vgpu_timeline_arrow *arrow)
{
    EXPECT_LE(arrow->from_time, arrow->to_time);
    ((struct seen *)context)->arrows++;
}

static void see_losses(void *context, const struct vgpu_timeline_losses *losses)
{
    ((struct seen *)context)->losses = *losses;
}

static const struct vgpu_timeline_visitor visitor = {see_lane, see_slice, see_arrow,
                                                     see_losses};

static void run_and_look(const struct vgpu_fixture *f)
{
    const size_t global = 64;
    cl_mem x = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 256, NULL);
    cl_kernel kernel = vgpu_test_kernel(f, "events_meet");
    cl_event gate = vgpu_test_user_event(f);
    struct seen seen = {0};

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof x, &x));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                 &global, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, NULL));
    vgpu_timeline_visit(&visitor, &seen);
    EXPECT_EQ(1, seen.commands);
    EXPECT_EQ(1, seen.groups);
    EXPECT_EQ(2, seen.open); /* the user event, and the marker that waits for it */
    EXPECT_EQ(0, seen.arrows);

    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    for (int i = 0; i < 2 * KEPT; i++)
        EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    seen = (struct seen){0};
    vgpu_timeline_visit(&visitor, &seen);
    EXPECT_EQ(KEPT, seen.slices);
    EXPECT_EQ(KEPT, seen.commands);
    EXPECT_EQ(1, seen.arrows);
    EXPECT_EQ(vgpu_trace_command(1, 2 + 2 * KEPT), seen.newest);
    EXPECT_EQ(4 + KEPT, seen.losses.dropped);
    EXPECT_EQ(0, seen.losses.lost);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(x));
}

VGPU_UNIT_TEST_WITH_ENV(vgpu_timeline_visit, gives_the_newest_of_what_was_kept,
                        "VGPU_TRACE")
{
    struct seen seen = {0};

    vgpu_timeline_visit(&visitor, &seen); /* nothing is kept yet */
    ASSERT_EQ(0, vgpu_timeline_keep(KEPT));
    EXPECT_TRUE(vgpu_timeline_keep(KEPT) != 0);
    vgpu_test_with_fixture(run_and_look);
    vgpu_trace_finish();
    vgpu_timeline_visit(&visitor, &seen);
    EXPECT_EQ(KEPT, seen.slices);
    EXPECT_EQ(0, seen.open);
}
