/* SPDX-License-Identifier: MIT */
/* The watchdog: what runs too long is stopped, what does not goes on. */
#include "vgpu_test.h"

#include "faults_test.h"

#include <locale.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

static void expect_stopped(const struct vgpu_fixture *f, const char *name, size_t global)
{
    const cl_kernel kernel = vgpu_test_kernel(f, name);
    const cl_mem data = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 4096, NULL);
    cl_int status;
    const char *text =
        fault_message(f, kernel, data, FAULT_LOOP, 70, global, 64, &status);

    EXPECT_CL(CL_OUT_OF_RESOURCES, status);
    EXPECT_CONTAINS(text, name);
    EXPECT_CONTAINS(text, "work-group (1, 0, 0)");
    EXPECT_CONTAINS(text, "the watchdog stopped it after 0.");
    EXPECT_CONTAINS(text, "VGPU_WATCHDOG");
    EXPECT_CL(CL_COMPLETE, fault_run(f, kernel, data, FAULT_NONE, -1, 1024, 64));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
}

VGPU_TEST_WITH_ENV(watchdog, stops_endless_loops, "VGPU_WATCHDOG=0.05",
                   "VGPU_DEVICES=cu=2")
{
    NEEDS_SIGNALS;
    for (int i = 0; i < 3; i++) {
        expect_stopped(f, "plain_fault", 1024);
        expect_stopped(f, "barrier_fault", 1024);
        expect_stopped(f, "group_fault", 128);
    }
}

VGPU_TEST_WITH_ENV(watchdog, stops_loops_that_meet_barriers, "VGPU_WATCHDOG=0.05",
                   "VGPU_DEVICES=cu=2")
{
    const cl_kernel kernel = vgpu_test_kernel(f, "barrier_loop");
    const cl_mem data = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 4096, NULL);
    const size_t global = 256, local = 64;
    cl_event event;

    NEEDS_SIGNALS;
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof data, &data));
    for (int i = 0; i < 5; i++) {
        vgpu_test_stderr_start();
        EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                     &local, 0, NULL, &event));
        EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
                  clWaitForEvents(1, &event));
        EXPECT_CONTAINS(vgpu_test_stderr_stop(), "barrier_loop");
        EXPECT_CL(CL_OUT_OF_RESOURCES, vgpu_test_event_status(event));
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
}

VGPU_TEST_WITH_ENV(watchdog, stops_no_kernel_where_the_c_library_holds_a_lock,
                   "VGPU_WATCHDOG=0.02", "VGPU_DEVICES=cu=1")
{
    const cl_kernel kernel = vgpu_test_kernel(f, "print_loop");
    const cl_mem data = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 64, NULL);
    const size_t one = 1;
    bool is_free = true;

    NEEDS_SIGNALS;
    fault_stream = fopen("/dev/null", "w");
    ASSERT_TRUE(fault_stream != NULL);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof data, &data));
    for (int i = 0; i < 20 && is_free; i++) {
        cl_event event;

        vgpu_test_stderr_start();
        EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &one,
                                                     &one, 0, NULL, &event));
        clWaitForEvents(1, &event);
        EXPECT_CONTAINS(vgpu_test_stderr_stop(), "the watchdog stopped it");
        EXPECT_CL(CL_OUT_OF_RESOURCES, vgpu_test_event_status(event));
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
        is_free = ftrylockfile(fault_stream) == 0;
        if (is_free)
            funlockfile(fault_stream);
    }
    EXPECT_TRUE(is_free);
    if (is_free)
        fclose(fault_stream); /* else this would wait for good */
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
}

VGPU_TEST_WITH_ENV(watchdog, leaves_kernels_that_end_in_time_alone, "VGPU_WATCHDOG=100",
                   "VGPU_DEVICES=cu=2;cu=1")
{
    const cl_kernel kernel = vgpu_test_kernel(f, "plain_fault");
    const cl_mem data = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 4096, NULL);

    for (int i = 0; i < 500; i++)
        EXPECT_CL(CL_COMPLETE,
                  fault_run(f, kernel, data, FAULT_NONE, -1, i % 2 ? 1024 : 64, 64));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
}

/* Runs on one device while `then` runs on the other. */
static void with_one_at_work(const struct vgpu_fixture *f,
                             void (*then)(const struct vgpu_fixture *))
{
    const cl_kernel meet = vgpu_test_kernel(f, "meet");
    const size_t global = 2, local = 1; /* with one unit, the first waits for good */
    _Alignas(4096) static cl_int count[1024];
    const cl_mem counter = vgpu_test_buffer(f, CL_MEM_USE_HOST_PTR, sizeof count, count);
    cl_event event;

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(meet, 0, sizeof counter, &counter));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, meet, 1, NULL, &global, &local,
                                                 0, NULL, &event));
    EXPECT_CL(CL_SUCCESS, clFlush(f->queue));
    while (__atomic_load_n(count, __ATOMIC_SEQ_CST) == 0)
        sched_yield();
    then(f);
    __atomic_store_n(count, 2, __ATOMIC_SEQ_CST);
    EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, &event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(counter));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(meet));
}

static void expect_stopped_on_the_other(const struct vgpu_fixture *f)
{
    struct vgpu_fixture other = *f;
    cl_device_id devices[2];
    cl_int err;

    ASSERT_CL(CL_SUCCESS,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 2, devices, NULL));
    other.device = devices[1];
    other.context = clCreateContext(NULL, 1, &other.device, NULL, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    other.queue =
        clCreateCommandQueueWithProperties(other.context, other.device, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    expect_stopped(&other, "plain_fault", 1024);
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(other.queue));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(other.context));
}

/* The watchdog would sleep for days. */
VGPU_TEST_WITH_ENV(watchdog, looks_after_devices_that_start_later,
                   "VGPU_DEVICES=cu=1,watchdog=1000000s;cu=1,watchdog=50ms")
{
    NEEDS_SIGNALS;
    with_one_at_work(f, expect_stopped_on_the_other);
}

VGPU_TEST_WITH_ENV(watchdog, is_off_where_it_is_told_0, "VGPU_WATCHDOG=0")
{
    const cl_kernel kernel = vgpu_test_kernel(f, "plain_fault");
    const cl_mem data = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 4096, NULL);

    EXPECT_CL(CL_COMPLETE, fault_run(f, kernel, data, FAULT_NONE, -1, 1024, 64));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
}

VGPU_UNIT_TEST(VGPU_WATCHDOG, that_is_no_number_is_told_of)
{
    static const char *const words[] = {"soon", "-1", "1s", "nan", "1e99", "inf"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char setting[64] = "VGPU_WATCHDOG=";
        const char *const environment[] = {setting, "VGPU_TEST_CHILD", NULL};
        struct vgpu_test_process process;

        strcat(setting, words[i]);
        process = vgpu_test_spawn_self("VGPU_WATCHDOG.is_read", environment);
        EXPECT_EQ(0, process.status);
        EXPECT_CONTAINS(process.err, setting + strlen("VGPU_WATCHDOG="));
        EXPECT_CONTAINS(process.err, "is no number of seconds");
        vgpu_test_process_fini(&process);
    }
}

static void expect_stopped_in_c(const struct vgpu_fixture *f)
{
    setlocale(LC_NUMERIC, "C"); /* for the message */
    expect_stopped(f, "plain_fault", 1024);
}

VGPU_UNIT_TEST_WITH_ENV(VGPU_WATCHDOG, has_a_point_in_every_locale, "VGPU_WATCHDOG=0.05",
                        "VGPU_DEVICES=cu=1")
{
    NEEDS_SIGNALS;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
        VGPU_SKIP("there is no locale here that writes 0,05");
    vgpu_test_with_fixture(expect_stopped_in_c);
}

VGPU_TEST(VGPU_WATCHDOG, is_read)
{
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
}
