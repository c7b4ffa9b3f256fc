/* SPDX-License-Identifier: MIT */
/* Command queues. [OpenCL 3.0, 5.1] */
#include "api_test.h"

static cl_int query(const void *queue, cl_uint param, size_t size, void *value,
                    size_t *ret)
{
    return clGetCommandQueueInfo((cl_command_queue)(uintptr_t)queue, param, size, value,
                                 ret);
}

VGPU_TEST(clGetCommandQueueInfo, follows_the_rules_of_queries)
{
    static const struct api_query rows[] = {
        QUERY(CL_QUEUE_CONTEXT, cl_context),
        QUERY(CL_QUEUE_DEVICE, cl_device_id),
        QUERY(CL_QUEUE_REFERENCE_COUNT, cl_uint),
        QUERY(CL_QUEUE_PROPERTIES, cl_command_queue_properties),
        QUERY_ANY_SIZE(CL_QUEUE_PROPERTIES_ARRAY),
        QUERY(CL_QUEUE_DEVICE_DEFAULT, cl_command_queue),
    };

    api_expect_queries(query, f->queue, rows, COUNT_OF(rows));
}

VGPU_TEST(clGetCommandQueueInfo, refuses_the_size_of_a_queue_that_is_not_on_a_device)
{
    cl_uint size;

    EXPECT_CL(CL_INVALID_COMMAND_QUEUE,
              query(f->queue, CL_QUEUE_SIZE, sizeof size, &size, NULL));
}

VGPU_TEST(clGetCommandQueueInfo, answers_with_what_the_queue_was_made_of)
{
    cl_context context = NULL;
    cl_device_id device = NULL;
    cl_command_queue default_queue = f->queue;
    cl_uint count = 0;

    EXPECT_CL(CL_SUCCESS,
              query(f->queue, CL_QUEUE_CONTEXT, sizeof context, &context, NULL));
    EXPECT_EQ(f->context, context);
    EXPECT_CL(CL_SUCCESS, query(f->queue, CL_QUEUE_DEVICE, sizeof device, &device, NULL));
    EXPECT_EQ(f->device, device);
    EXPECT_CL(CL_SUCCESS,
              query(f->queue, CL_QUEUE_REFERENCE_COUNT, sizeof count, &count, NULL));
    EXPECT_EQ(1, count);
    EXPECT_CL(CL_SUCCESS, clRetainCommandQueue(f->queue));
    EXPECT_CL(CL_SUCCESS,
              query(f->queue, CL_QUEUE_REFERENCE_COUNT, sizeof count, &count, NULL));
    EXPECT_EQ(2, count);
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(f->queue));
    EXPECT_CL(CL_SUCCESS, query(f->queue, CL_QUEUE_DEVICE_DEFAULT, sizeof default_queue,
                                &default_queue, NULL));
    EXPECT_EQ(NULL, default_queue);
}

VGPU_TEST(clCreateCommandQueueWithProperties, keeps_each_combination_of_properties)
{
    const cl_command_queue_properties all =
        CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE | CL_QUEUE_PROFILING_ENABLE;

    for (cl_command_queue_properties wanted = 0; wanted <= all; wanted++) {
        const cl_queue_properties list[] = {CL_QUEUE_PROPERTIES, wanted, 0};
        cl_queue_properties kept[8];
        cl_command_queue_properties flags = ~(cl_command_queue_properties)0;
        size_t size = 0;
        cl_int err;
        cl_command_queue queue =
            clCreateCommandQueueWithProperties(f->context, f->device, list, &err);

        ASSERT_CL(CL_SUCCESS, err);
        EXPECT_CL(CL_SUCCESS,
                  query(queue, CL_QUEUE_PROPERTIES, sizeof flags, &flags, NULL));
        EXPECT_EQ(wanted, flags);
        EXPECT_CL(CL_SUCCESS,
                  query(queue, CL_QUEUE_PROPERTIES_ARRAY, sizeof kept, kept, &size));
        ASSERT_EQ(sizeof list, size);
        EXPECT_BYTES(list, kept, size);
        EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
    }
}

VGPU_TEST(clCreateCommandQueueWithProperties,
          has_no_properties_to_list_where_none_were_given)
{
    cl_command_queue_properties flags = 1;
    size_t size = 1;

    EXPECT_CL(CL_SUCCESS, query(f->queue, CL_QUEUE_PROPERTIES_ARRAY, 0, NULL, &size));
    EXPECT_EQ(0, size);
    EXPECT_CL(CL_SUCCESS,
              query(f->queue, CL_QUEUE_PROPERTIES, sizeof flags, &flags, NULL));
    EXPECT_EQ(0, flags);
}

struct property_case {
    cl_int expected;
    cl_queue_properties properties[8];
};

VGPU_TEST(clCreateCommandQueueWithProperties, refuses_bad_properties)
{
    static const struct property_case cases[] = {
        {CL_INVALID_VALUE, {0x7777, 1, 0}},
        {CL_INVALID_VALUE, {CL_QUEUE_PROPERTIES, 1u << 20, 0}},
        {CL_INVALID_QUEUE_PROPERTIES,
         {CL_QUEUE_PROPERTIES,
          CL_QUEUE_ON_DEVICE | CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, 0}},
        {CL_INVALID_QUEUE_PROPERTIES,
         {CL_QUEUE_PROPERTIES,
          CL_QUEUE_ON_DEVICE | CL_QUEUE_ON_DEVICE_DEFAULT |
              CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE,
          CL_QUEUE_SIZE, 1024, 0}},
    };
    cl_int err;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_TRUE(clCreateCommandQueueWithProperties(
                        f->context, f->device, cases[i].properties, &err) == NULL);
        EXPECT_CL(cases[i].expected, err);
    }
}

VGPU_TEST(clCreateCommandQueueWithProperties, refuses_devices_that_are_none)
{
    cl_int err;

    EXPECT_TRUE(clCreateCommandQueueWithProperties(f->context, NULL, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_DEVICE, err);
    EXPECT_TRUE(clCreateCommandQueueWithProperties(f->context, (cl_device_id)f->queue,
                                                   NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_DEVICE, err);
    EXPECT_TRUE(clCreateCommandQueueWithProperties(NULL, f->device, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(clCreateCommandQueue, takes_flags_and_refuses_bad_ones)
{
    cl_command_queue_properties flags = 0;
    cl_int err;
    cl_command_queue queue =
        clCreateCommandQueue(f->context, f->device, CL_QUEUE_PROFILING_ENABLE, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, query(queue, CL_QUEUE_PROPERTIES, sizeof flags, &flags, NULL));
    EXPECT_EQ(CL_QUEUE_PROFILING_ENABLE, flags);
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
    EXPECT_TRUE(clCreateCommandQueue(f->context, f->device, 1u << 20, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateCommandQueue(f->context, NULL, 0, &err) == NULL);
    EXPECT_CL(CL_INVALID_DEVICE, err);
    EXPECT_TRUE(clCreateCommandQueue(NULL, f->device, 0, &err) == NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(clSetCommandQueueProperty, is_refused)
{
    cl_command_queue_properties old = 0;

    EXPECT_CL(
        CL_INVALID_OPERATION,
        clSetCommandQueueProperty(f->queue, CL_QUEUE_PROFILING_ENABLE, CL_TRUE, &old));
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE,
              clSetCommandQueueProperty(NULL, CL_QUEUE_PROFILING_ENABLE, CL_TRUE, &old));
}

VGPU_TEST(clReleaseCommandQueue, lets_commands_in_flight_end)
{
    const cl_int nine = 9;
    cl_int value = 0;
    cl_command_queue queue = vgpu_test_queue(f, 0);
    cl_mem buffer = vgpu_test_buffer(f, 0, sizeof nine, NULL);
    cl_event gate = vgpu_test_user_event(f), written = NULL;

    ASSERT_CL(CL_SUCCESS, clEnqueueFillBuffer(queue, buffer, &nine, sizeof nine, 0,
                                              sizeof nine, 1, &gate, &written));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE, clFinish(queue));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, &written));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof value,
                                              &value, 0, NULL, NULL));
    EXPECT_EQ(9, value);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(written));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}
