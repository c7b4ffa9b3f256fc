/* SPDX-License-Identifier: MIT */
/* Contexts. [OpenCL 3.0, 4.4] */
#include "api_test.h"

#include <stdatomic.h>

static cl_int query(const void *context, cl_uint param, size_t size, void *value,
                    size_t *ret)
{
    return clGetContextInfo((cl_context)(uintptr_t)context, param, size, value, ret);
}

static void CL_CALLBACK notify(const char *text, const void *data, size_t size,
                               void *user_data)
{
    (void)text;
    (void)data;
    (void)size;
    (void)user_data;
}

static cl_uint references(cl_context context)
{
    cl_uint count = 0;

    EXPECT_CL(CL_SUCCESS,
              query(context, CL_CONTEXT_REFERENCE_COUNT, sizeof count, &count, NULL));
    return count;
}

VGPU_TEST(clGetContextInfo, follows_the_rules_of_queries)
{
    static const struct api_query rows[] = {
        QUERY(CL_CONTEXT_REFERENCE_COUNT, cl_uint),
        QUERY(CL_CONTEXT_NUM_DEVICES, cl_uint),
        QUERY(CL_CONTEXT_DEVICES, cl_device_id),
        QUERY_ANY_SIZE(CL_CONTEXT_PROPERTIES),
    };

    api_expect_queries(query, f->context, rows, COUNT_OF(rows));
}

VGPU_TEST(clCreateContext, keeps_devices_and_properties)
{
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                (cl_context_properties)f->platform, 0};
    cl_context_properties kept[8];
    cl_device_id device = NULL;
    cl_uint count = 0;
    size_t size;
    cl_int err;
    cl_context context = clCreateContext(properties, 1, &f->device, notify, &count, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS,
              query(context, CL_CONTEXT_NUM_DEVICES, sizeof count, &count, NULL));
    EXPECT_EQ(1, count);
    EXPECT_CL(CL_SUCCESS,
              query(context, CL_CONTEXT_DEVICES, sizeof device, &device, NULL));
    EXPECT_EQ(f->device, device);
    EXPECT_CL(CL_SUCCESS,
              query(context, CL_CONTEXT_PROPERTIES, sizeof kept, kept, &size));
    ASSERT_EQ(sizeof properties, size);
    EXPECT_BYTES(properties, kept, sizeof properties);
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
}

VGPU_TEST(clCreateContext, counts_its_holds)
{
    EXPECT_EQ(1, references(f->context));
    EXPECT_CL(CL_SUCCESS, clRetainContext(f->context));
    EXPECT_EQ(2, references(f->context));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(f->context));
    EXPECT_EQ(1, references(f->context));
}

VGPU_TEST(clCreateContext, takes_a_device_twice_as_one)
{
    const cl_device_id twice[2] = {f->device, f->device};
    cl_uint count = 0;
    cl_int err;
    cl_context context = clCreateContext(NULL, 2, twice, NULL, NULL, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS,
              query(context, CL_CONTEXT_NUM_DEVICES, sizeof count, &count, NULL));
    EXPECT_EQ(1, count);
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
}

VGPU_TEST(clCreateContext, refuses_what_the_spec_refuses)
{
    cl_device_id none = NULL, garbage = (cl_device_id)(uintptr_t)0x10;
    cl_int err = CL_SUCCESS;

    EXPECT_TRUE(clCreateContext(NULL, 0, &f->device, NULL, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateContext(NULL, 1, NULL, NULL, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateContext(NULL, 1, &f->device, NULL, &err, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateContext(NULL, 1, &none, NULL, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_DEVICE, err);
    EXPECT_TRUE(clCreateContext(NULL, 1, &garbage, NULL, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_DEVICE, err);
    EXPECT_TRUE(clCreateContext(NULL, 1, &garbage, NULL, NULL, NULL) == NULL);
}

struct property_case {
    cl_int expected;
    cl_context_properties properties[6];
};

VGPU_TEST(clCreateContext, refuses_bad_properties)
{
    const cl_context_properties platform = (cl_context_properties)f->platform;
    const struct property_case cases[] = {
        {CL_INVALID_PLATFORM, {CL_CONTEXT_PLATFORM, 0, 0}},
        {CL_INVALID_PLATFORM, {CL_CONTEXT_PLATFORM, 0x10, 0}},
        {CL_INVALID_PLATFORM, {CL_CONTEXT_PLATFORM, (cl_context_properties)f->device, 0}},
        {CL_INVALID_PROPERTY, {0x7777, 1, 0}},
        {CL_INVALID_PROPERTY,
         {CL_CONTEXT_PLATFORM, platform, CL_CONTEXT_PLATFORM, platform, 0}},
        {CL_INVALID_PROPERTY, {CL_CONTEXT_INTEROP_USER_SYNC, 17, 0}},
    };
    cl_int err;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_TRUE(clCreateContext(cases[i].properties, 1, &f->device, NULL, NULL,
                                    &err) == NULL);
        EXPECT_CL(cases[i].expected, err);
        EXPECT_TRUE(clCreateContextFromType(cases[i].properties, CL_DEVICE_TYPE_GPU, NULL,
                                            NULL, &err) == NULL);
        EXPECT_CL(cases[i].expected, err);
    }
}

VGPU_TEST(clCreateContext, takes_the_sync_property_and_an_empty_list)
{
    const cl_context_properties sync[] = {CL_CONTEXT_INTEROP_USER_SYNC, CL_FALSE, 0};
    const cl_context_properties empty[] = {0};
    cl_int err;
    cl_context context = clCreateContext(sync, 1, &f->device, NULL, NULL, &err);

    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
    context = clCreateContext(empty, 1, &f->device, NULL, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
}

VGPU_TEST(clCreateContextFromType, holds_all_devices_of_the_type)
{
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                (cl_context_properties)f->platform, 0};
    cl_uint all = 0, count = 0;
    cl_int err;
    cl_context context =
        clCreateContextFromType(properties, CL_DEVICE_TYPE_GPU, NULL, NULL, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_GPU, 0, NULL, &all));
    EXPECT_CL(CL_SUCCESS,
              query(context, CL_CONTEXT_NUM_DEVICES, sizeof count, &count, NULL));
    EXPECT_EQ(all, count);
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
    context = clCreateContextFromType(NULL, CL_DEVICE_TYPE_DEFAULT, NULL, NULL, NULL);
    ASSERT_TRUE(context != NULL);
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
}

VGPU_TEST(clCreateContextFromType, refuses_what_the_spec_refuses)
{
    cl_int err;

    EXPECT_TRUE(clCreateContextFromType(NULL, CL_DEVICE_TYPE_CPU, NULL, NULL, &err) ==
                NULL);
    EXPECT_CL(CL_DEVICE_NOT_FOUND, err);
    EXPECT_TRUE(clCreateContextFromType(NULL, 0, NULL, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_DEVICE_TYPE, err);
    EXPECT_TRUE(
        clCreateContextFromType(NULL, (cl_device_type)1 << 20, NULL, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_DEVICE_TYPE, err);
    EXPECT_TRUE(clCreateContextFromType(NULL, CL_DEVICE_TYPE_GPU, NULL, &err, &err) ==
                NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
}

VGPU_TEST(clReleaseContext, leaves_the_context_to_the_objects_made_in_it)
{
    cl_context context = api_other_context(f);
    const cl_int seven = 7;
    cl_int value = 0, err;
    cl_context answer = NULL;
    cl_command_queue queue =
        clCreateCommandQueueWithProperties(context, f->device, NULL, &err);
    cl_mem buffer;

    ASSERT_CL(CL_SUCCESS, err);
    buffer = clCreateBuffer(context, 0, sizeof value, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(queue, buffer, CL_TRUE, 0, sizeof seven,
                                               &seven, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, sizeof value,
                                              &value, 0, NULL, NULL));
    EXPECT_EQ(7, value);
    EXPECT_CL(CL_SUCCESS,
              clGetMemObjectInfo(buffer, CL_MEM_CONTEXT, sizeof answer, &answer, NULL));
    EXPECT_EQ(context, answer);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}
