/* SPDX-License-Identifier: MIT */
/* What goes over links, in the trace and in the profile. */
#include "trace_text.h"

#include "kernels.h"

#include <CL/cl_vgpu.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BYTES 4096
/* 1 GB/s, 10 us: a transfer of the whole buffer takes 14.096 us. */
#define TWO                                            \
    "VGPU_DEVICES=2*memory=separate,cu=1,mem=1M,link_" \
    "bandwidth=1GB/s,link_delay=10us"

/* --- What the programs do. --- */

struct pair {
    cl_device_id devices[2];
    cl_context context;
    cl_command_queue queues[2];
    cl_kernel kernel;
    cl_mem buffer;
};

/* Both devices, or the first one twice where there is one alone. */
static struct pair pair_open(const struct vgpu_fixture *f, const char *name)
{
    struct pair pair = {.devices = {f->device, f->device}};
    const cl_int one = 1;
    cl_program program;
    cl_uint count = 0;
    cl_int err;

    EXPECT_CL(CL_SUCCESS,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 2, pair.devices, &count));
    if (count < 2)
        pair.devices[1] = pair.devices[0];
    pair.context =
        clCreateContext(NULL, count < 2 ? 1 : 2, pair.devices, NULL, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    for (int i = 0; i < 2; i++)
        pair.queues[i] =
            clCreateCommandQueueWithProperties(pair.context, pair.devices[i], NULL, &err);
    program = clCreateProgramWithBuiltInKernels(pair.context, count < 2 ? 1 : 2,
                                                pair.devices, name, &err);
    EXPECT_CL(CL_SUCCESS, err);
    pair.kernel = clCreateKernel(program, name, &err);
    pair.buffer = clCreateBuffer(pair.context, CL_MEM_READ_WRITE, BYTES, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clSetMemObjectLabelVGPU(pair.buffer, "ball"));
    EXPECT_CL(CL_SUCCESS,
              clSetKernelArg(pair.kernel, 0, sizeof pair.buffer, &pair.buffer));
    if (strcmp(name, "events_add") == 0)
        EXPECT_CL(CL_SUCCESS, clSetKernelArg(pair.kernel, 1, sizeof one, &one));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    return pair;
}

static void pair_close(struct pair *pair)
{
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(pair->buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(pair->kernel));
    for (int i = 0; i < 2; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(pair->queues[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(pair->context));
}

static void pair_add(const struct pair *pair, int i)
{
    const size_t global = BYTES / sizeof(cl_int);

    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(pair->queues[i], pair->kernel, 1, NULL,
                                                 &global, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(pair->queues[i]));
}

/* Writes, adds on either device in turn, maps, unmaps and reads. */
VGPU_TEST(program, that_throws_a_buffer_to_and_fro)
{
    static cl_int host[BYTES / sizeof(cl_int)];
    struct pair pair = pair_open(f, "events_add");
    cl_int err, *mapped;

    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(pair.queues[0], pair.buffer, CL_TRUE, 0,
                                               BYTES, host, 0, NULL, NULL));
    for (int turn = 0; turn < 10; turn++)
        for (int i = 1; i >= 0; i--)
            pair_add(&pair, i);
    mapped =
        clEnqueueMapBuffer(pair.queues[0], pair.buffer, CL_TRUE,
                           CL_MAP_READ | CL_MAP_WRITE, 0, BYTES, 0, NULL, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_EQ(20, mapped[1]);
    mapped[1] = 7;
    EXPECT_CL(CL_SUCCESS, clEnqueueUnmapMemObject(pair.queues[0], pair.buffer, mapped, 0,
                                                  NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(pair.queues[0], pair.buffer, CL_TRUE, 0,
                                              BYTES, host, 0, NULL, NULL));
    EXPECT_EQ(7, host[1]);
    pair_close(&pair);
}

VGPU_TEST(program, that_makes_a_buffer_with_contents)
{
    static char host[BYTES];
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, BYTES, host);

    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

/* A kernel on one device, and a fill of what it writes on the other: while the kernel is
 * under way, or once it has ended. */
static void write_twice(const struct vgpu_fixture *f, bool is_ordered)
{
    struct pair pair = pair_open(f, "events_hold");
    const size_t one = 1;
    const cl_int zero = 0;
    cl_event first;

    atomic_store(&events_hold_state, is_ordered ? 0 : 1);
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(pair.queues[0], pair.kernel, 1, NULL,
                                                 &one, &one, 0, NULL, &first));
    EXPECT_CL(CL_SUCCESS, clFlush(pair.queues[0]));
    while (atomic_load(&events_hold_state) == 1)
        ; /* it comes there in any case */
    EXPECT_CL(CL_SUCCESS,
              clEnqueueFillBuffer(pair.queues[1], pair.buffer, &zero, sizeof zero, 0,
                                  BYTES, is_ordered, is_ordered ? &first : NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(pair.queues[1]));
    atomic_store(&events_hold_state, 0);
    EXPECT_CL(CL_SUCCESS, clFinish(pair.queues[0]));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(first));
    pair_close(&pair);
}

VGPU_TEST(program, that_writes_a_buffer_on_both_devices_at_once)
{
    write_twice(f, false);
}

VGPU_TEST(program, that_writes_a_buffer_on_both_devices_in_turn)
{
    write_twice(f, true);
}

/* --- What is seen of them. --- */

static double number(const json_t *slice, const char *name)
{
    return json_number_value(trace_arg(slice, name));
}

static const char *text(const json_t *slice, const char *name)
{
    const char *const found = json_string_value(trace_arg(slice, name));

    return found ? found : "";
}

/* The file has what several threads tell, in no strict order. */
static const json_t *earliest(const json_t *events, const char *lane, const char *name)
{
    const json_t *found = NULL;
    size_t index;
    json_t *event;

    json_array_foreach (events, index, event)
        if (strcmp(trace_text(event, "cat"), "link") == 0 &&
            strcmp(trace_text(event, "name"), name) == 0 &&
            strcmp(trace_lane(events, event), lane) == 0 &&
            (!found || trace_number(event, "ts") < trace_number(found, "ts")))
            found = event;
    return found;
}

VGPU_UNIT_TEST(VGPU_TRACE, has_what_went_over_links_as_modelled)
{
    static const char *const transfers[] = {"write buffer", "map buffer",
                                            "unmap mem object", "read buffer"};
    struct traced traced = traced_run("that_throws_a_buffer_to_and_fro", TWO);
    const json_t *const move = earliest(traced.events, "link out", "migrate");

    EXPECT_EQ(0, traced.process.status);
    trace_expect_sound(traced.events);
    EXPECT_EQ(2 * 20, trace_count(traced.events, "X", "link", "migrate"));
    for (int i = 0; i < 4; i++)
        EXPECT_EQ(1, trace_count(traced.events, "X", "link", transfers[i]));
    ASSERT_TRUE(move != NULL);
    EXPECT_STREQ("link out", trace_lane(traced.events, move));
    EXPECT_STREQ("buffer 1 \"ball\"", text(move, "buffer"));
    EXPECT_STREQ("device 0", text(move, "from"));
    EXPECT_STREQ("device 1", text(move, "to"));
    EXPECT_STREQ("events_add", text(move, "needed by"));
    EXPECT_STREQ("1 of queue 3", text(move, "command"));
    EXPECT_EQ(BYTES, (long)number(move, "bytes"));
    EXPECT_NEAR(4.096, trace_number(move, "dur"), 1e-6);
    EXPECT_NEAR(20, number(move, "delay us"), 1e-6); /* of both links */
    EXPECT_NEAR(24.096 + number(move, "waited us"), number(move, "modelled us"), 1e-6);
    EXPECT_TRUE(number(move, "real us") > 0);
    traced_fini(&traced);
}

VGPU_UNIT_TEST(VGPU_TRACE, has_no_links_where_memory_is_the_hosts)
{
    struct traced traced =
        traced_run("that_throws_a_buffer_to_and_fro", "VGPU_DEVICES=2*cu=1,mem=1M");

    trace_expect_sound(traced.events);
    EXPECT_EQ(0, trace_count(traced.events, "X", "link", NULL));
    traced_fini(&traced);
}

VGPU_UNIT_TEST(VGPU_TRACE, has_the_contents_that_a_buffer_is_made_with)
{
    struct traced traced =
        traced_run("that_makes_a_buffer_with_contents",
                   "VGPU_DEVICES=memory=separate,cu=1,link_bandwidth=1GB/s");
    const json_t *const slice = trace_find(traced.events, "X", "link", "create buffer");

    ASSERT_TRUE(slice != NULL);
    EXPECT_STREQ("link in", trace_lane(traced.events, slice));
    EXPECT_STREQ("the host", text(slice, "from"));
    EXPECT_NEAR(4.096, trace_number(slice, "dur"), 1e-6);
    traced_fini(&traced);
}

/* The profile of that program; NULL after a failure. */
static json_t *profile_of(const char *program)
{
    char path[128], variable[160];
    const char *const environment[] = {variable, TWO, NULL};
    struct vgpu_test_process process;
    json_error_t error;
    json_t *profile;

    snprintf(path, sizeof path, "/tmp/vgpu-links-%ld.json", (long)getpid());
    snprintf(variable, sizeof variable, "VGPU_PROFILE=%s", path);
    process = vgpu_test_spawn_self(program, environment);
    EXPECT_EQ(0, process.status);
    vgpu_test_process_fini(&process);
    profile = json_load_file(path, 0, &error);
    if (!profile)
        VGPU_FAIL("the profile is no JSON: %s", error.text);
    unlink(path);
    return profile;
}

static void expect_direction(const json_t *link, const char *name, long transfers,
                             long migrations, long delay_ns)
{
    const json_t *const way = json_object_get(link, name);

    EXPECT_EQ(transfers, json_integer_value(json_object_get(way, "transfers")));
    EXPECT_EQ(transfers * BYTES, json_integer_value(json_object_get(way, "bytes")));
    EXPECT_EQ(migrations, json_integer_value(json_object_get(way, "migrations")));
    EXPECT_EQ(migrations * BYTES,
              json_integer_value(json_object_get(way, "bytes_migrated")));
    EXPECT_EQ(transfers * BYTES + delay_ns,
              json_integer_value(json_object_get(way, "modelled_ns")) -
                  json_integer_value(json_object_get(way, "waited_ns")));
    EXPECT_TRUE(json_integer_value(json_object_get(way, "real_ns")) > 0);
}

VGPU_UNIT_TEST(VGPU_PROFILE, has_the_links_of_devices_and_what_migrated)
{
    json_t *const profile = profile_of("program.that_throws_a_buffer_to_and_fro");
    const json_t *const link =
        json_object_get(json_array_get(json_object_get(profile, "devices"), 0), "link");
    const json_t *const ball = json_array_get(json_object_get(profile, "migrations"), 0);

    EXPECT_EQ(1000000000, json_integer_value(json_object_get(link, "bandwidth")));
    EXPECT_EQ(10000, json_integer_value(json_object_get(link, "delay_ns")));
    EXPECT_TRUE(json_is_false(json_object_get(link, "paced")));
    /* a write and an unmap; a map and a read; the rest over both links */
    expect_direction(link, "to_device", 12, 10, 2 * 10000 + 10 * 20000);
    expect_direction(link, "from_device", 12, 10, 2 * 10000 + 10 * 20000);
    EXPECT_STREQ("buffer 1 \"ball\"", json_string_value(json_object_get(ball, "buffer")));
    EXPECT_EQ(20, json_integer_value(json_object_get(ball, "pieces")));
    EXPECT_EQ(19, json_integer_value(json_object_get(ball, "returns")));
    EXPECT_EQ(20 * BYTES, json_integer_value(json_object_get(ball, "bytes")));
    json_decref(profile);
}

static void expect_warning(const char *program, bool is_expected)
{
    const char *const environment[] = {"VGPU_LOG=warning", TWO, NULL};
    struct vgpu_test_process process = vgpu_test_spawn_self(program, environment);

    EXPECT_EQ(0, process.status);
    if (is_expected)
        EXPECT_CONTAINS(process.err,
                        "warning: buffer 1 \"ball\": command 1 of queue 2, on device 0, "
                        "and command 1 of queue 3, on device 1, may both write it at the "
                        "same time");
    else
        EXPECT_STREQ("", process.err);
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(VGPU_LOG, warns_of_commands_that_write_a_buffer_on_two_devices_at_once)
{
    expect_warning("program.that_writes_a_buffer_on_both_devices_at_once", true);
    expect_warning("program.that_writes_a_buffer_on_both_devices_in_turn", false);
    expect_warning("program.that_throws_a_buffer_to_and_fro", false);
}
