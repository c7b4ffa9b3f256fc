/* SPDX-License-Identifier: MIT */
/* Buffers go to the devices that need them, when they do, and only what is stale. */
#include "memory_test.h"

#include <stdlib.h>
#include <string.h>

#define COUNT 20000
#define TWO   "VGPU_DEVICES=2*memory=separate,cu=1,mem=1M"

static const size_t bytes = COUNT * sizeof(cl_int);

static cl_int *values(cl_int first)
{
    cl_int *numbers = malloc(bytes);

    for (cl_int i = 0; numbers && i < COUNT; i++)
        numbers[i] = first + i;
    return numbers;
}

/* The whole buffer, read with device i's queue, holds `first` and what follows. */
static void expect_values(const struct all_devices *all, cl_uint i, cl_mem buffer,
                          cl_int first)
{
    cl_int *expected = values(first), *actual = values(0);

    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(all->queue[i], buffer, CL_TRUE, 0, bytes,
                                              actual, 0, NULL, NULL));
    EXPECT_BYTES(expected, actual, bytes);
    free(expected);
    free(actual);
}

static void write_values(const struct all_devices *all, cl_uint i, cl_mem buffer,
                         cl_int first)
{
    cl_int *numbers = values(first);

    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(all->queue[i], buffer, CL_TRUE, 0, bytes,
                                               numbers, 0, NULL, NULL));
    free(numbers);
}

VGPU_UNIT_TEST_WITH_ENV(migration, brings_a_buffer_to_the_device_that_needs_it, TWO)
{
    struct all_devices all;
    cl_mem buffer;

    ASSERT_TRUE(devices_open(&all));
    buffer = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    EXPECT_EQ(0, devices_counted(&all, 0).memory_used); /* nobody needs it yet */
    write_values(&all, 0, buffer, 7);
    EXPECT_EQ(bytes, devices_counted(&all, 0).memory_used);
    EXPECT_EQ(0, devices_counted(&all, 1).memory_used);
    ASSERT_CL(CL_SUCCESS, devices_add(&all, 1, buffer, COUNT, 3));
    EXPECT_EQ(bytes, devices_counted(&all, 1).memory_used);
    EXPECT_EQ(bytes, devices_counted(&all, 1).bytes_migrate);
    EXPECT_EQ(bytes, devices_counted(&all, 1).bytes_device_to_device);
    EXPECT_EQ(1, devices_counted(&all, 1).migrations);
    EXPECT_EQ(10000 + bytes / 16, devices_counted(&all, 1).link_ns); /* both delays */
    ASSERT_CL(CL_SUCCESS, devices_add(&all, 1, buffer, COUNT, 3));   /* it is there */
    EXPECT_EQ(bytes, devices_migrated(&all));
    expect_values(&all, 1, buffer, 13);
    ASSERT_CL(CL_SUCCESS, devices_add(&all, 0, buffer, COUNT, 1)); /* and back */
    EXPECT_EQ(2 * bytes, devices_migrated(&all));
    expect_values(&all, 0, buffer, 14);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_EQ(0, devices_counted(&all, 0).memory_used);
    EXPECT_EQ(0, devices_counted(&all, 1).memory_used);
    devices_close(&all);
}

VGPU_UNIT_TEST_WITH_ENV(migration, costs_nothing_where_memory_is_unified,
                        "VGPU_DEVICES=2*cu=1,mem=1M")
{
    struct all_devices all;
    cl_mem buffer;

    ASSERT_TRUE(devices_open(&all));
    buffer = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    write_values(&all, 0, buffer, 7);
    ASSERT_CL(CL_SUCCESS, devices_add(&all, 1, buffer, COUNT, 3));
    ASSERT_CL(CL_SUCCESS, devices_add(&all, 0, buffer, COUNT, 3));
    expect_values(&all, 1, buffer, 13);
    EXPECT_EQ(0, devices_migrated(&all));
    EXPECT_EQ(bytes, devices_counted(&all, 0).memory_used);
    EXPECT_EQ(0, devices_counted(&all, 1).memory_used);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}

VGPU_UNIT_TEST_WITH_ENV(migration, leaves_what_is_only_read_current_on_both_devices, TWO)
{
    struct all_devices all;
    cl_mem from, to;

    ASSERT_TRUE(devices_open(&all));
    from = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    to = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    write_values(&all, 0, from, 0);
    for (int turn = 0; turn < 3; turn++)
        for (cl_uint i = 0; i < 2; i++)
            ASSERT_CL(CL_SUCCESS, devices_scale(&all, i, to, from, COUNT, 1));
    expect_values(&all, 0, to, 0);
    /* `from` went once; `to`, which each may write a part of, each time but the first */
    EXPECT_EQ(bytes + 5 * bytes, devices_migrated(&all));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(from));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(to));
    devices_close(&all);
}

static cl_mem part_of(cl_mem buffer, size_t origin, size_t size)
{
    const cl_buffer_region region = {origin, size};
    cl_int err;
    cl_mem part =
        clCreateSubBuffer(buffer, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &err);

    EXPECT_CL(CL_SUCCESS, err);
    return part;
}

VGPU_UNIT_TEST_WITH_ENV(migration, moves_only_the_stale_part_of_a_buffer, TWO)
{
    const size_t half = 312 * 128; /* about; where a part may begin */
    struct all_devices all;
    cl_mem buffer, parts[2];

    ASSERT_TRUE(devices_open(&all));
    buffer = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    parts[0] = part_of(buffer, 0, half);
    parts[1] = part_of(buffer, half, bytes - half);
    write_values(&all, 0, buffer, 0);
    for (int turn = 0; turn < 5; turn++)
        for (cl_uint i = 0; i < 2; i++)
            ASSERT_CL(CL_SUCCESS,
                      devices_add(&all, i, parts[i],
                                  (i == 0 ? half : bytes - half) / sizeof(cl_int), 1));
    EXPECT_EQ(bytes - half, devices_migrated(&all)); /* each keeps its own */
    ASSERT_CL(CL_SUCCESS, devices_add(&all, 0, buffer, COUNT, 0));
    EXPECT_EQ(2 * (bytes - half), devices_migrated(&all));
    expect_values(&all, 0, buffer, 5);
    for (int i = 0; i < 2; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(parts[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}

VGPU_UNIT_TEST_WITH_ENV(migration, is_not_needed_to_read_what_another_device_has, TWO)
{
    struct all_devices all;
    cl_mem from, to;

    ASSERT_TRUE(devices_open(&all));
    from = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    to = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    write_values(&all, 0, from, 3);
    expect_values(&all, 1, from, 3);
    EXPECT_EQ(0, devices_counted(&all, 1).memory_used);
    ASSERT_CL(CL_SUCCESS,
              clEnqueueCopyBuffer(all.queue[1], from, to, 0, 0, bytes, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(all.queue[1]));
    EXPECT_EQ(bytes, devices_counted(&all, 1).memory_used); /* of `to` alone */
    EXPECT_EQ(bytes, devices_counted(&all, 1).bytes_device_to_device);
    EXPECT_EQ(bytes, devices_counted(&all, 1).bytes_copy);
    EXPECT_EQ(0, devices_migrated(&all));
    expect_values(&all, 1, to, 3);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(from));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(to));
    devices_close(&all);
}

VGPU_UNIT_TEST_WITH_ENV(migration, leaves_alone_what_nobody_has_written, TWO)
{
    struct all_devices all;
    cl_mem buffer;

    ASSERT_TRUE(devices_open(&all));
    buffer = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    ASSERT_CL(CL_SUCCESS,
              clEnqueueMigrateMemObjects(all.queue[0], 1, &buffer, 0, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(all.queue[0]));
    EXPECT_EQ(bytes, devices_counted(&all, 0).memory_used); /* it has its place */
    EXPECT_EQ(0, devices_migrated(&all));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}

VGPU_UNIT_TEST_WITH_ENV(migration, happens_when_it_is_asked_for, TWO)
{
    struct all_devices all;
    cl_mem buffer;

    ASSERT_TRUE(devices_open(&all));
    buffer = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    write_values(&all, 0, buffer, 3);
    ASSERT_CL(CL_SUCCESS,
              clEnqueueMigrateMemObjects(all.queue[1], 1, &buffer, 0, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(all.queue[1]));
    EXPECT_EQ(bytes, devices_counted(&all, 1).bytes_migrate);
    ASSERT_CL(CL_SUCCESS, devices_add(&all, 1, buffer, COUNT, 1));
    EXPECT_EQ(bytes, devices_migrated(&all)); /* it was there */
    ASSERT_CL(CL_SUCCESS,
              clEnqueueMigrateMemObjects(all.queue[1], 1, &buffer,
                                         CL_MIGRATE_MEM_OBJECT_HOST, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(all.queue[1]));
    EXPECT_EQ(bytes, devices_counted(&all, 1).bytes_device_to_host);
    ASSERT_CL(CL_SUCCESS, clEnqueueMigrateMemObjects(
                              all.queue[0], 1, &buffer,
                              CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED, 0, NULL, NULL));
    write_values(&all, 0, buffer, 9);
    EXPECT_EQ(2 * bytes, devices_migrated(&all));
    expect_values(&all, 0, buffer, 9);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}

VGPU_UNIT_TEST_WITH_ENV(migration, fails_where_the_device_has_no_room,
                        "VGPU_DEVICES=memory=separate,cu=1,mem=1M;"
                        "memory=separate,cu=1,mem=64K")
{
    struct all_devices all;
    cl_mem buffer;
    cl_int number = 0;

    ASSERT_TRUE(devices_open(&all));
    buffer = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    write_values(&all, 0, buffer, 3);
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE, devices_add(&all, 1, buffer, COUNT, 1));
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE,
              clEnqueueWriteBuffer(all.queue[1], buffer, CL_TRUE, 0, sizeof number,
                                   &number, 0, NULL, NULL));
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE,
              clEnqueueMigrateMemObjects(all.queue[1], 1, &buffer, 0, 0, NULL, NULL));
    ASSERT_CL(CL_SUCCESS, devices_add(&all, 0, buffer, COUNT, 1));
    expect_values(&all, 0, buffer, 4);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}

VGPU_UNIT_TEST_WITH_ENV(migration, of_one_buffer_for_several_devices_at_once_takes_turns,
                        "VGPU_DEVICES=4*memory=separate,cu=1")
{
    enum { LARGE = 3 << 20 };
    struct all_devices all;
    cl_mem buffer, copies[4];
    cl_event gate;
    cl_int err, *host = malloc(LARGE * sizeof *host);

    ASSERT_TRUE(devices_open(&all));
    gate = clCreateUserEvent(all.context, &err);
    for (int i = 0; i < LARGE; i++)
        host[i] = i;
    buffer = devices_buffer(&all, CL_MEM_COPY_HOST_PTR, LARGE * sizeof *host, host);
    for (int round = 0; round < 2; round++)
        for (cl_uint i = 0; i < 4; i++)
            ASSERT_CL(CL_SUCCESS, clEnqueueMigrateMemObjects(all.queue[i], 1, &buffer, 0,
                                                             1, &gate, NULL));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    for (cl_uint i = 0; i < 4; i++) {
        EXPECT_CL(CL_SUCCESS, clFinish(all.queue[i]));
        EXPECT_EQ(LARGE * sizeof *host, devices_counted(&all, i).bytes_migrate);
        EXPECT_EQ(LARGE * sizeof *host, devices_counted(&all, i).bytes_host_to_device);
    }
    for (cl_uint i = 0; i < 4; i++) {
        copies[i] = devices_buffer(&all, CL_MEM_READ_WRITE, LARGE * sizeof *host, NULL);
        ASSERT_CL(CL_SUCCESS, devices_scale(&all, i, copies[i], buffer, LARGE, 2));
    }
    for (cl_uint i = 0; i < 4; i++) {
        memset(host, 0, LARGE * sizeof *host);
        EXPECT_CL(CL_SUCCESS,
                  clEnqueueReadBuffer(all.queue[i], copies[i], CL_TRUE, 0,
                                      LARGE * sizeof *host, host, 0, NULL, NULL));
        for (int k = 0; k < LARGE; k++)
            ASSERT_EQ(2 * k, host[k]);
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(copies[i]));
    }
    free(host);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}

/* So many that looking for each from the start would be seen. */
#define PIECES 60000u
#define PIECE  16u

/* Device i fills every second piece with its number, from piece i on. */
static void fill_pieces(const struct all_devices *all, cl_mem buffer, cl_uint i)
{
    const cl_uchar number = (cl_uchar)(i + 1);

    for (size_t piece = i; piece < PIECES; piece += 2)
        ASSERT_CL(CL_SUCCESS, clEnqueueFillBuffer(all->queue[i], buffer, &number, 1,
                                                  piece * PIECE, PIECE, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(all->queue[i]));
}

VGPU_UNIT_TEST_WITH_ENV(migration, brings_each_of_very_many_pieces_once, TWO)
{
    cl_uchar *const actual = malloc(PIECES * PIECE);
    struct all_devices all;
    size_t wrong = 0;
    cl_mem buffer;

    ASSERT_TRUE(devices_open(&all));
    ASSERT_TRUE(actual != NULL);
    buffer = devices_buffer(&all, CL_MEM_READ_WRITE, PIECES * PIECE, NULL);
    fill_pieces(&all, buffer, 0);
    fill_pieces(&all, buffer, 1);
    devices_forget(&all);
    EXPECT_CL(CL_SUCCESS,
              clEnqueueMigrateMemObjects(all.queue[0], 1, &buffer, 0, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(all.queue[0]));
    EXPECT_EQ(PIECES / 2, devices_counted(&all, 0).migrations);
    EXPECT_EQ(PIECES / 2 * PIECE, devices_counted(&all, 0).bytes_migrate);
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(all.queue[0], buffer, CL_TRUE, 0,
                                              PIECES * PIECE, actual, 0, NULL, NULL));
    for (size_t at = 0; at < PIECES * PIECE; at++)
        wrong += actual[at] != 1 + at / PIECE % 2;
    EXPECT_EQ(0, wrong);
    free(actual);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}
