/* SPDX-License-Identifier: MIT */
/* Launches, work-groups, work-items, and what is no launch. */
#include "counters_test.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

VGPU_TEST(launches, count_exactly_with_their_groups_and_items)
{
    const cl_device_counters_vgpu before = counters_now(f->device);
    const cl_kernel_counters_vgpu kernel_before =
        counters_of_kernel(f->device, "counted_nothing");
    cl_kernel kernel = vgpu_test_kernel(f, "counted_nothing");
    cl_device_counters_vgpu counters;
    cl_kernel_counters_vgpu of_kernel;

    for (int i = 0; i < 3; i++)
        counters_launch(f, kernel, 1000, 50);
    counters_launch(f, kernel, 1, 1);
    counters = counters_since(f->device, &before);
    EXPECT_EQ(4, counters.launches);
    EXPECT_EQ(3 * 20 + 1, counters.work_groups);
    EXPECT_EQ(3 * 1000 + 1, counters.work_items);
    EXPECT_EQ(0, counters.commands_failed);
    EXPECT_EQ(0, counters.commands_empty);
    of_kernel = counters_of_kernel(f->device, "counted_nothing");
    EXPECT_EQ(4, of_kernel.launches - kernel_before.launches);
    EXPECT_EQ(61, of_kernel.work_groups - kernel_before.work_groups);
    EXPECT_EQ(3001, of_kernel.work_items - kernel_before.work_items);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(launches, count_groups_that_the_edge_cuts_and_their_items_as_they_are)
{
    const cl_device_counters_vgpu before = counters_now(f->device);
    const size_t global[3] = {10, 7, 3}, local[3] = {4, 2, 2};
    cl_kernel kernel = vgpu_test_kernel(f, "counted_nothing");
    cl_device_counters_vgpu counters;

    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 3, NULL, global, local,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    counters = counters_since(f->device, &before);
    EXPECT_EQ(1, counters.launches);
    EXPECT_EQ(3 * 4 * 2, counters.work_groups);
    EXPECT_EQ(10 * 7 * 3, counters.work_items);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(launches, of_no_item_are_empty_commands)
{
    const cl_device_counters_vgpu before = counters_now(f->device);
    const size_t none = 0;
    cl_kernel kernel = vgpu_test_kernel(f, "counted_nothing");
    cl_device_counters_vgpu counters;

    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &none, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    counters = counters_since(f->device, &before);
    EXPECT_EQ(1, counters.commands_empty);
    EXPECT_EQ(0, counters.launches);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(launches, that_do_not_run_are_failed_commands)
{
    const cl_device_counters_vgpu before = counters_now(f->device);
    const size_t one = 1;
    cl_kernel kernel = vgpu_test_kernel(f, "counted_nothing");
    cl_event gate = vgpu_test_user_event(f), end = NULL;
    cl_device_counters_vgpu counters;

    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &one, NULL, 1,
                                                 &gate, &end));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, -5));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(1, &end));
    counters = counters_since(f->device, &before);
    EXPECT_EQ(1, counters.commands_failed);
    EXPECT_EQ(0, counters.launches);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(end));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

static void CL_CALLBACK do_nothing(void *args)
{
    (void)args;
}

VGPU_TEST(launches, of_native_kernels_and_markers_count_as_commands)
{
    const cl_device_counters_vgpu before = counters_now(f->device);
    cl_device_counters_vgpu counters;

    EXPECT_CL(CL_SUCCESS, clEnqueueNativeKernel(f->queue, do_nothing, NULL, 0, 0, NULL,
                                                NULL, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueBarrierWithWaitList(f->queue, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    counters = counters_since(f->device, &before);
    EXPECT_EQ(1, counters.commands_native);
    EXPECT_LE(2, counters.commands_marker); /* clFinish may have its own */
    EXPECT_EQ(0, counters.launches);
    EXPECT_EQ(0, counters.work_items);
}

/* Of all launches, which unit ran which group is the device's affair; their sum is not.
 */
VGPU_TEST(compute_units, have_counted_all_work_groups_between_them)
{
    cl_compute_unit_counters_vgpu units[256];
    cl_uint count = 0;
    size_t size = 0;
    cl_ulong before = 0, after = 0;
    cl_kernel kernel = vgpu_test_kernel(f, "counted_nothing");

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_MAX_COMPUTE_UNITS,
                                          sizeof count, &count, NULL));
    EXPECT_CL(CL_SUCCESS,
              clGetDeviceCountersVGPU(f->device, CL_COUNTERS_COMPUTE_UNITS_VGPU,
                                      sizeof units, units, &size));
    ASSERT_EQ(count, size / sizeof *units);
    for (cl_uint i = 0; i < count; i++)
        before += units[i].work_groups;
    for (int i = 0; i < 10; i++)
        counters_launch(f, kernel, 4096, 16);
    EXPECT_CL(CL_SUCCESS,
              clGetDeviceCountersVGPU(f->device, CL_COUNTERS_COMPUTE_UNITS_VGPU,
                                      sizeof units, units, &size));
    for (cl_uint i = 0; i < count; i++)
        after += units[i].work_groups;
    EXPECT_EQ(10 * 256, after - before);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

/* One unit is busy for as long as the host lets it: its time passes while it runs. */
static void CL_CALLBACK wait_until_told(void *args)
{
    atomic_int *const *told = args;

    while (!atomic_load(*told)) {
    }
}

VGPU_TEST_WITH_ENV(compute_units, count_the_time_of_work_that_goes_on,
                   "VGPU_DEVICES=cu=1")
{
    atomic_int told = 0;
    atomic_int *args = &told;
    cl_ulong first;

    EXPECT_CL(CL_SUCCESS,
              clEnqueueNativeKernel(f->queue, wait_until_told, &args, sizeof args, 0,
                                    NULL, NULL, 0, NULL, NULL));
    do
        first = counters_now(f->device).busy_ns;
    while (first == 0);
    while (counters_now(f->device).busy_ns < first + 1000) {
    }
    EXPECT_EQ(0, counters_now(f->device).commands_native);
    atomic_store(&told, 1);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_EQ(1, counters_now(f->device).commands_native);
}

static void group_of_nothing(const struct vgpu_group *group, void *const args[])
{
    (void)group;
    (void)args;
}

static void launch_new_kernel(const struct vgpu_fixture *f, int number)
{
    char name[32], text[64];
    cl_kernel kernel;

    snprintf(name, sizeof name, "counted_%d", number);
    snprintf(text, sizeof text, "__kernel void %s(int x)", name);
    ASSERT_CL(CL_SUCCESS, clRegisterKernelVGPU(text, VGPU_KIND_OF_KERNEL_GROUP,
                                               group_of_nothing, NULL));
    kernel = vgpu_test_kernel(f, name);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof number, &number));
    counters_launch(f, kernel, 6, 3);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST_WITH_ENV(kernels, that_come_too_late_for_a_row_count_together,
                   "VGPU_DEVICES=cu=2")
{
    enum { KERNELS = 150, ROWS = 125 };
    cl_kernel_counters_vgpu rows[ROWS + 1];
    size_t size = 0;

    for (int i = 0; i < KERNELS; i++)
        launch_new_kernel(f, i);
    EXPECT_CL(CL_SUCCESS, clGetDeviceCountersVGPU(f->device, CL_COUNTERS_KERNELS_VGPU,
                                                  sizeof rows, rows, &size));
    EXPECT_EQ(sizeof rows, size);
    EXPECT_EQ(KERNELS - ROWS, counters_of_kernel(f->device, "(other kernels)").launches);
    EXPECT_EQ(1, counters_of_kernel(f->device, "counted_124").launches);
    EXPECT_EQ(0, counters_of_kernel(f->device, "counted_125").launches);
    EXPECT_EQ(KERNELS, counters_now(f->device).launches);
    EXPECT_EQ(2 * KERNELS, counters_now(f->device).work_groups);
}
