/* SPDX-License-Identifier: MIT */
/* Buffers: flags, host pointers, queries. [OpenCL 3.0, 5.2.1 and 5.5] */
#include "api_test.h"

#include <stdlib.h>

static cl_int query(const void *mem, cl_uint param, size_t size, void *value, size_t *ret)
{
    return clGetMemObjectInfo((cl_mem)(uintptr_t)mem, param, size, value, ret);
}

VGPU_TEST(clGetMemObjectInfo, follows_the_rules_of_queries)
{
    static const struct api_query rows[] = {
        QUERY(CL_MEM_TYPE, cl_mem_object_type),
        QUERY(CL_MEM_FLAGS, cl_mem_flags),
        QUERY(CL_MEM_SIZE, size_t),
        QUERY(CL_MEM_HOST_PTR, void *),
        QUERY(CL_MEM_MAP_COUNT, cl_uint),
        QUERY(CL_MEM_REFERENCE_COUNT, cl_uint),
        QUERY(CL_MEM_CONTEXT, cl_context),
        QUERY(CL_MEM_ASSOCIATED_MEMOBJECT, cl_mem),
        QUERY(CL_MEM_OFFSET, size_t),
        QUERY(CL_MEM_USES_SVM_POINTER, cl_bool),
        QUERY_ANY_SIZE(CL_MEM_PROPERTIES),
    };
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);

    api_expect_queries(query, buffer, rows, COUNT_OF(rows));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

static cl_ulong number(cl_mem mem, cl_uint param)
{
    cl_ulong value = 0;

    EXPECT_CL(CL_SUCCESS, clGetMemObjectInfo(mem, param, sizeof value, &value, NULL));
    return value;
}

VGPU_TEST(clCreateBuffer, is_a_buffer_of_its_context)
{
    cl_mem buffer = vgpu_test_buffer(f, 0, 100, NULL);

    EXPECT_EQ(CL_MEM_OBJECT_BUFFER, number(buffer, CL_MEM_TYPE));
    EXPECT_EQ(CL_MEM_READ_WRITE, number(buffer, CL_MEM_FLAGS) & CL_MEM_READ_WRITE);
    EXPECT_EQ(100, number(buffer, CL_MEM_SIZE));
    EXPECT_EQ(0, number(buffer, CL_MEM_HOST_PTR));
    EXPECT_EQ(0, number(buffer, CL_MEM_MAP_COUNT));
    EXPECT_EQ(1, number(buffer, CL_MEM_REFERENCE_COUNT));
    EXPECT_EQ(f->context, (void *)(uintptr_t)number(buffer, CL_MEM_CONTEXT));
    EXPECT_EQ(0, number(buffer, CL_MEM_ASSOCIATED_MEMOBJECT));
    EXPECT_EQ(0, number(buffer, CL_MEM_OFFSET));
    EXPECT_EQ(CL_FALSE, number(buffer, CL_MEM_USES_SVM_POINTER));
    EXPECT_CL(CL_SUCCESS, clRetainMemObject(buffer));
    EXPECT_EQ(2, number(buffer, CL_MEM_REFERENCE_COUNT));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clCreateBuffer, takes_and_reports_each_flag)
{
    static const cl_mem_flags access[] = {CL_MEM_READ_WRITE, CL_MEM_READ_ONLY,
                                          CL_MEM_WRITE_ONLY};
    static const cl_mem_flags host[] = {0, CL_MEM_HOST_READ_ONLY, CL_MEM_HOST_WRITE_ONLY,
                                        CL_MEM_HOST_NO_ACCESS};
    static const cl_mem_flags place[] = {0, CL_MEM_USE_HOST_PTR, CL_MEM_COPY_HOST_PTR,
                                         CL_MEM_ALLOC_HOST_PTR,
                                         CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR};
    _Alignas(128) char memory[128] = {0};

    for (size_t i = 0; i < COUNT_OF(access) * COUNT_OF(host) * COUNT_OF(place); i++) {
        const cl_mem_flags flags = access[i % COUNT_OF(access)] |
                                   host[i / COUNT_OF(access) % COUNT_OF(host)] |
                                   place[i / COUNT_OF(access) / COUNT_OF(host)];
        const bool takes_memory = flags & (CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR);
        cl_mem buffer =
            vgpu_test_buffer(f, flags, sizeof memory, takes_memory ? memory : NULL);

        ASSERT_TRUE(buffer != NULL);
        EXPECT_EQ(flags, number(buffer, CL_MEM_FLAGS));
        EXPECT_EQ(flags & CL_MEM_USE_HOST_PTR ? memory : NULL,
                  (void *)(uintptr_t)number(buffer, CL_MEM_HOST_PTR));
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    }
}

VGPU_TEST(clCreateBuffer, refuses_flags_that_exclude_each_other_or_are_unknown)
{
    static const cl_mem_flags bad[] = {
        CL_MEM_READ_WRITE | CL_MEM_READ_ONLY,
        CL_MEM_READ_WRITE | CL_MEM_WRITE_ONLY,
        CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY,
        CL_MEM_USE_HOST_PTR | CL_MEM_ALLOC_HOST_PTR,
        CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR,
        CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_WRITE_ONLY,
        CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS,
        CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_NO_ACCESS,
        (cl_mem_flags)1 << 40,
        (cl_mem_flags)1 << 6,
    };
    char memory[64] = {0};
    cl_int err;

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const bool takes_memory = bad[i] & (CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR);

        EXPECT_TRUE(clCreateBuffer(f->context, bad[i], 64, takes_memory ? memory : NULL,
                                   &err) == NULL);
        EXPECT_CL(CL_INVALID_VALUE, err);
    }
}

VGPU_TEST(clCreateBuffer, refuses_host_pointers_that_do_not_fit_the_flags)
{
    char memory[64] = {0};
    cl_int err;

    EXPECT_TRUE(clCreateBuffer(f->context, CL_MEM_USE_HOST_PTR, 64, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_HOST_PTR, err);
    EXPECT_TRUE(clCreateBuffer(f->context, CL_MEM_COPY_HOST_PTR, 64, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_HOST_PTR, err);
    EXPECT_TRUE(clCreateBuffer(f->context, 0, 64, memory, &err) == NULL);
    EXPECT_CL(CL_INVALID_HOST_PTR, err);
    EXPECT_TRUE(clCreateBuffer(f->context, CL_MEM_ALLOC_HOST_PTR, 64, memory, &err) ==
                NULL);
    EXPECT_CL(CL_INVALID_HOST_PTR, err);
}

VGPU_TEST(clCreateBuffer, refuses_sizes_out_of_range)
{
    cl_ulong largest = 0;
    cl_int err;

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_MAX_MEM_ALLOC_SIZE,
                                          sizeof largest, &largest, NULL));
    EXPECT_TRUE(clCreateBuffer(f->context, 0, 0, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_BUFFER_SIZE, err);
    EXPECT_TRUE(clCreateBuffer(f->context, 0, (size_t)largest + 1, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_BUFFER_SIZE, err);
    EXPECT_TRUE(clCreateBuffer(f->context, 0, SIZE_MAX, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_BUFFER_SIZE, err);
    EXPECT_TRUE(clCreateBuffer(f->context, 0, SIZE_MAX - 64, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateBuffer(NULL, 0, 64, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(clCreateBuffer, copies_host_memory_at_once)
{
    cl_int values[4] = {1, 2, 3, 4}, read[4] = {0};
    const cl_int expected[4] = {1, 2, 3, 4};
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof values, values);

    values[0] = 99;
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof read,
                                              read, 0, NULL, NULL));
    EXPECT_BYTES(expected, read, sizeof read);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clCreateBuffer, works_on_host_memory_of_any_alignment)
{
    char *memory = calloc(1, 4096);
    const size_t global = 16;

    for (size_t shift = 4; memory && shift <= 64; shift += 20) {
        cl_int *ints = (cl_int *)(void *)(memory + shift), *mapped;
        cl_mem buffer = vgpu_test_buffer(f, CL_MEM_USE_HOST_PTR, 64, ints);
        cl_kernel kernel = vgpu_test_kernel(f, "api_add_one");
        cl_int err;

        ints[3] = 41;
        EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
        EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                     NULL, 0, NULL, NULL));
        mapped = clEnqueueMapBuffer(f->queue, buffer, CL_TRUE, CL_MAP_READ, 0, 64, 0,
                                    NULL, NULL, &err);
        EXPECT_CL(CL_SUCCESS, err);
        EXPECT_EQ(ints, mapped);
        EXPECT_EQ(42, ints[3]);
        EXPECT_CL(CL_SUCCESS,
                  clEnqueueUnmapMemObject(f->queue, buffer, mapped, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
        EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
        ints[3] = 0;
    }
    free(memory);
}

VGPU_TEST(clCreateBufferWithProperties, takes_an_empty_list_and_refuses_others)
{
    const cl_mem_properties empty[] = {0}, unknown[] = {0x7777, 1, 0};
    cl_mem_properties kept[4];
    size_t size = 99;
    cl_int err;
    cl_mem buffer = clCreateBufferWithProperties(f->context, empty, 0, 64, NULL, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, query(buffer, CL_MEM_PROPERTIES, sizeof kept, kept, &size));
    ASSERT_EQ(sizeof empty, size);
    EXPECT_EQ(0, kept[0]);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    buffer = clCreateBufferWithProperties(f->context, NULL, 0, 64, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, query(buffer, CL_MEM_PROPERTIES, 0, NULL, &size));
    EXPECT_EQ(0, size);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_TRUE(clCreateBufferWithProperties(f->context, unknown, 0, 64, NULL, &err) ==
                NULL);
    EXPECT_CL(CL_INVALID_PROPERTY, err);
    EXPECT_TRUE(clCreateBufferWithProperties(NULL, NULL, 0, 64, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    EXPECT_TRUE(clCreateBufferWithProperties(f->context, NULL, 0, 0, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_BUFFER_SIZE, err);
}

VGPU_TEST(clReleaseMemObject, refuses_over_release_while_a_command_holds_it)
{
    const cl_int zero = 0;
    cl_event gate = vgpu_test_user_event(f);
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);

    ASSERT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, buffer, &zero, sizeof zero, 0, 64,
                                              1, &gate, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_INVALID_MEM_OBJECT, clReleaseMemObject(buffer));
    EXPECT_CL(CL_INVALID_MEM_OBJECT, clRetainMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(clEnqueueMigrateMemObjects, refuses_what_the_spec_refuses)
{
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL), none = NULL;
    cl_context other = api_other_context(f);
    cl_int err;
    cl_mem foreign = clCreateBuffer(other, 0, 64, NULL, &err);

    EXPECT_CL(CL_SUCCESS,
              clEnqueueMigrateMemObjects(f->queue, 1, &buffer, 0, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueMigrateMemObjects(f->queue, 1, &buffer,
                                         CL_MIGRATE_MEM_OBJECT_HOST |
                                             CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED,
                                         0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueMigrateMemObjects(f->queue, 0, &buffer, 0, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueMigrateMemObjects(f->queue, 1, NULL, 0, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueMigrateMemObjects(f->queue, 1, &buffer, 1u << 10, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_MEM_OBJECT,
              clEnqueueMigrateMemObjects(f->queue, 1, &none, 0, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_CONTEXT,
              clEnqueueMigrateMemObjects(f->queue, 1, &foreign, 0, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(foreign));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(other));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}
