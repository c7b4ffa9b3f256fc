/* SPDX-License-Identifier: MIT */
/* Events: what every command gives, wait lists, waiting, status. [OpenCL 3.0, 5.11] */
#include "api_test.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <string.h>

static cl_int query(const void *event, cl_uint param, size_t size, void *value,
                    size_t *ret)
{
    return clGetEventInfo((cl_event)(uintptr_t)event, param, size, value, ret);
}

static const struct api_query event_queries[] = {
    QUERY(CL_EVENT_COMMAND_QUEUE, cl_command_queue),
    QUERY(CL_EVENT_CONTEXT, cl_context),
    QUERY(CL_EVENT_COMMAND_TYPE, cl_command_type),
    QUERY(CL_EVENT_COMMAND_EXECUTION_STATUS, cl_int),
    QUERY(CL_EVENT_REFERENCE_COUNT, cl_uint),
};

VGPU_TEST(clGetEventInfo, follows_the_rules_of_queries)
{
    cl_event event = NULL;

    ASSERT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 0, NULL, &event));
    api_expect_queries(query, event, event_queries, COUNT_OF(event_queries));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    event = vgpu_test_user_event(f);
    api_expect_queries(query, event, event_queries, COUNT_OF(event_queries));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
}

static void expect_identity(cl_event event, cl_context context, cl_command_queue queue,
                            cl_command_type type)
{
    cl_command_queue its_queue = NULL;
    cl_context its_context = NULL;
    cl_command_type its_type = 0;
    cl_uint count = 0;

    EXPECT_CL(CL_SUCCESS,
              query(event, CL_EVENT_COMMAND_QUEUE, sizeof its_queue, &its_queue, NULL));
    EXPECT_EQ(queue, its_queue);
    EXPECT_CL(CL_SUCCESS,
              query(event, CL_EVENT_CONTEXT, sizeof its_context, &its_context, NULL));
    EXPECT_EQ(context, its_context);
    EXPECT_CL(CL_SUCCESS,
              query(event, CL_EVENT_COMMAND_TYPE, sizeof its_type, &its_type, NULL));
    EXPECT_EQ(type, its_type);
    EXPECT_CL(CL_SUCCESS,
              query(event, CL_EVENT_REFERENCE_COUNT, sizeof count, &count, NULL));
    EXPECT_EQ(1, count);
}

static void every_command_ends(const struct vgpu_fixture *f,
                               cl_command_queue_properties properties)
{
    struct api_world world;

    if (!api_world_init(&world, f, properties))
        return;
    for (size_t i = 0; i < api_num_enqueues; i++) {
        cl_event event = NULL;
        const cl_int err = api_enqueues[i].call(&world, world.queue, 0, NULL, &event);

        if (err != CL_SUCCESS || !event) {
            VGPU_FAIL("%s: %s", api_enqueues[i].name, vgpu_test_cl_name(err));
            continue;
        }
        expect_identity(event, f->context, world.queue, api_enqueues[i].type);
        EXPECT_CL(CL_SUCCESS, api_enqueues[i].call(&world, world.queue, 0, NULL, NULL));
        api_release_event(event);
    }
    EXPECT_CL(CL_SUCCESS, clFinish(world.queue));
    api_world_fini(&world);
}

VGPU_TEST(cl_event, comes_from_every_command_in_order)
{
    every_command_ends(f, 0);
}

VGPU_TEST(cl_event, comes_from_every_command_out_of_order)
{
    every_command_ends(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
}

VGPU_TEST(cl_event, holds_every_command_back_until_its_wait_list_is_complete)
{
    struct api_world world;

    if (!api_world_init(&world, f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE))
        return;
    for (size_t i = 0; i < api_num_enqueues; i++) {
        cl_event gates[2] = {vgpu_test_user_event(f), vgpu_test_user_event(f)},
                 event = NULL;

        EXPECT_CL(CL_SUCCESS,
                  api_enqueues[i].call(&world, world.queue, 2, gates, &event));
        EXPECT_LT(CL_COMPLETE, vgpu_test_event_status(event));
        EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gates[1], CL_COMPLETE));
        EXPECT_CL(CL_SUCCESS, clFlush(world.queue));
        EXPECT_LT(CL_RUNNING, vgpu_test_event_status(event));
        EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gates[0], CL_COMPLETE));
        api_release_event(event);
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(gates[0]));
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(gates[1]));
    }
    api_world_fini(&world);
}

VGPU_TEST(event_wait_list, is_refused_where_count_and_list_do_not_agree)
{
    struct api_world world;
    cl_event gate = vgpu_test_user_event(f);

    if (!api_world_init(&world, f, 0))
        return;
    for (size_t i = 0; i < api_num_enqueues; i++) {
        cl_event event = NULL;
        cl_int no_list = api_enqueues[i].call(&world, world.queue, 1, NULL, &event);
        cl_int no_count = api_enqueues[i].call(&world, world.queue, 0, &gate, &event);

        if (no_list != CL_INVALID_EVENT_WAIT_LIST ||
            no_count != CL_INVALID_EVENT_WAIT_LIST)
            VGPU_FAIL("%s: %s, %s", api_enqueues[i].name, vgpu_test_cl_name(no_list),
                      vgpu_test_cl_name(no_count));
        EXPECT_TRUE(event == NULL);
    }
    api_world_fini(&world);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(event_wait_list, is_refused_with_anything_but_events_in_it)
{
    struct api_world world;
    void *garbage[API_NUM_GARBAGE + 3];
    cl_event released = vgpu_test_user_event(f), good = vgpu_test_user_event(f);

    if (!api_world_init(&world, f, 0))
        return;
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(released));
    api_garbage(garbage, &world, &world.host);
    garbage[API_NUM_GARBAGE] = NULL;
    garbage[API_NUM_GARBAGE + 1] = f->queue;
    garbage[API_NUM_GARBAGE + 2] = released;
    for (size_t i = 0; i < api_num_enqueues; i++)
        for (size_t k = 0; k < COUNT_OF(garbage); k++) {
            const cl_event list[2] = {good, garbage[k]};
            cl_int err = api_enqueues[i].call(&world, world.queue, 2, list, NULL);

            if (err != CL_INVALID_EVENT_WAIT_LIST)
                VGPU_FAIL("%s, garbage %zu: %s", api_enqueues[i].name, k,
                          vgpu_test_cl_name(err));
        }
    api_world_fini(&world);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(good));
}

VGPU_TEST(event_wait_list, is_refused_with_events_of_another_context)
{
    struct api_world world;
    cl_context other = api_other_context(f);
    cl_int err;
    cl_event foreign = clCreateUserEvent(other, &err);

    ASSERT_CL(CL_SUCCESS, err);
    if (!api_world_init(&world, f, 0))
        return;
    for (size_t i = 0; i < api_num_enqueues; i++) {
        err = api_enqueues[i].call(&world, world.queue, 1, &foreign, NULL);
        if (err != CL_INVALID_CONTEXT)
            VGPU_FAIL("%s: %s", api_enqueues[i].name, vgpu_test_cl_name(err));
    }
    api_world_fini(&world);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(foreign));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(other));
}

VGPU_TEST(event_wait_list, may_name_an_event_twice_and_ended_ones)
{
    cl_event gate = vgpu_test_user_event(f), ended = vgpu_test_user_event(f),
             event = NULL;
    const cl_event list[4] = {gate, ended, gate, ended};

    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(ended, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 4, list, &event));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    api_release_event(event);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(ended));
}

VGPU_TEST(event_wait_list, may_have_its_events_released_while_they_are_waited_for)
{
    cl_event first = NULL, second = NULL, gate = vgpu_test_user_event(f);

    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &first));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &first, &second));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(first));
    EXPECT_CL(CL_INVALID_EVENT, clReleaseEvent(first));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    api_release_event(second);
}

/* As nobody can rely on, and everybody expects. */
VGPU_TEST(event_wait_list,
          starts_those_that_wait_in_the_order_in_which_they_were_enqueued)
{
    enum { WAITERS = 8 };
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE |
                                                    CL_QUEUE_PROFILING_ENABLE);
    cl_event gate = vgpu_test_user_event(f), waiters[WAITERS];
    cl_ulong last = 0;

    for (int i = 0; i < WAITERS; i++)
        ASSERT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(queue, 1, &gate, &waiters[i]));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clWaitForEvents(WAITERS, waiters));
    for (int i = 0; i < WAITERS; i++) {
        cl_ulong start = 0;

        EXPECT_CL(CL_SUCCESS,
                  clGetEventProfilingInfo(waiters[i], CL_PROFILING_COMMAND_START,
                                          sizeof start, &start, NULL));
        EXPECT_LE(last, start);
        last = start;
        api_release_event(waiters[i]);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

VGPU_TEST(clWaitForEvents, refuses_what_the_spec_refuses)
{
    cl_context other = api_other_context(f);
    cl_event own = vgpu_test_user_event(f), mixed[2], bad[2] = {own, NULL};
    cl_int err;

    mixed[0] = own;
    mixed[1] = clCreateUserEvent(other, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(own, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(mixed[1], CL_COMPLETE));
    EXPECT_CL(CL_INVALID_VALUE, clWaitForEvents(0, &own));
    EXPECT_CL(CL_INVALID_VALUE, clWaitForEvents(0, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clWaitForEvents(1, NULL));
    EXPECT_CL(CL_INVALID_EVENT, clWaitForEvents(2, bad));
    EXPECT_CL(CL_INVALID_CONTEXT, clWaitForEvents(2, mixed));
    EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, &own));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(mixed[1]));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(own));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(other));
}

struct waiter {
    pthread_t thread;
    sem_t begins;
    cl_event event;
    cl_int result;
};

static void *wait_for_event(void *argument)
{
    struct waiter *waiter = argument;

    sem_post(&waiter->begins);
    waiter->result = clWaitForEvents(1, &waiter->event);
    return NULL;
}

/* The next command gets the event's place, and does not end: who looks at it would wait
 * for ever. */
VGPU_TEST(clWaitForEvents, returns_where_the_event_is_released_meanwhile)
{
    for (int i = 0; i < 200; i++) {
        cl_event gate = vgpu_test_user_event(f), next_gate = vgpu_test_user_event(f);
        struct waiter waiter = {.result = -1};

        sem_init(&waiter.begins, 0, 0);
        EXPECT_CL(CL_SUCCESS,
                  clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &waiter.event));
        ASSERT_EQ(0, pthread_create(&waiter.thread, NULL, wait_for_event, &waiter));
        sem_wait(&waiter.begins);
        for (int yields = 0; yields < i % 20; yields++)
            sched_yield();
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(waiter.event));
        EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &next_gate, NULL));
        EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
        for (int next = 0; next < 4; next++)
            EXPECT_CL(CL_SUCCESS,
                      clEnqueueMarkerWithWaitList(f->queue, 1, &next_gate, NULL));
        pthread_join(waiter.thread, NULL);
        EXPECT_TRUE(waiter.result == CL_SUCCESS || waiter.result == CL_INVALID_EVENT);
        EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(next_gate, CL_COMPLETE));
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(next_gate));
        sem_destroy(&waiter.begins);
    }
}

VGPU_TEST(clWaitForEvents, waits_for_all)
{
    enum { COUNT = 50 };
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    cl_event events[COUNT] = {NULL};

    for (size_t i = 0; i < COUNT; i++)
        EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(
                                  queue, i > 0, i > 0 ? events : NULL, &events[i]));
    EXPECT_CL(CL_SUCCESS, clWaitForEvents(COUNT, events));
    for (size_t i = 0; i < COUNT; i++) {
        EXPECT_CL(CL_COMPLETE, vgpu_test_event_status(events[i]));
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(events[i]));
    }
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

VGPU_TEST(cl_event, is_running_while_its_kernel_runs)
{
    const size_t global = 1;
    int *flag, stopped = 0;
    cl_int err;
    cl_event event = NULL;
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_ALLOC_HOST_PTR, 2 * sizeof *flag, NULL);
    cl_kernel kernel = vgpu_test_kernel(f, "api_wait");

    flag = clEnqueueMapBuffer(f->queue, buffer, CL_TRUE, CL_MAP_WRITE_INVALIDATE_REGION,
                              0, 2 * sizeof *flag, 0, NULL, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    flag[0] = flag[1] = 0;
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    ASSERT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, &event));
    EXPECT_CL(CL_SUCCESS, clFlush(f->queue));
    while (!stopped)
        stopped = __atomic_load_n(&flag[1], __ATOMIC_SEQ_CST) || sched_yield() != 0;
    EXPECT_CL(CL_RUNNING, vgpu_test_event_status(event));
    __atomic_store_n(&flag[0], 1, __ATOMIC_SEQ_CST);
    api_release_event(event);
    EXPECT_CL(CL_SUCCESS, clEnqueueUnmapMemObject(f->queue, buffer, flag, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(cl_event, counts_its_holds)
{
    cl_event event = vgpu_test_user_event(f);
    cl_uint count = 0;

    EXPECT_CL(CL_SUCCESS, clRetainEvent(event));
    EXPECT_CL(CL_SUCCESS,
              query(event, CL_EVENT_REFERENCE_COUNT, sizeof count, &count, NULL));
    EXPECT_EQ(2, count);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_INVALID_EVENT, clReleaseEvent(event));
    EXPECT_CL(CL_INVALID_EVENT, clWaitForEvents(1, &event));
}
