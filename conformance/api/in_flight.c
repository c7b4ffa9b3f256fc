/* SPDX-License-Identifier: MIT */
/* Many commands in flight: chains, fans, diamonds, and layers that depend on each other.
 */
#include "api_test.h"

#include <stdlib.h>

#define MANY 10000

static const size_t one_item = 1;

struct flight {
    const struct vgpu_fixture *f;
    cl_command_queue queue;
    cl_kernel kernel;
    cl_mem cells;
    cl_int *values;
    size_t count;
    cl_event *events;
};

static bool flight_init(struct flight *flight, const struct vgpu_fixture *f,
                        const char *kernel, size_t cells,
                        cl_command_queue_properties properties)
{
    *flight = (struct flight){.f = f, .count = cells};
    flight->queue = vgpu_test_queue(f, properties);
    flight->kernel = vgpu_test_kernel(f, kernel);
    flight->values = calloc(cells, sizeof *flight->values);
    flight->events = calloc(MANY, sizeof *flight->events);
    if (!flight->queue || !flight->kernel || !flight->values || !flight->events)
        return false;
    flight->cells = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR,
                                     cells * sizeof *flight->values, flight->values);
    EXPECT_CL(CL_SUCCESS,
              clSetKernelArg(flight->kernel, 0, sizeof flight->cells, &flight->cells));
    return flight->cells != NULL;
}

static void flight_read(struct flight *flight)
{
    EXPECT_CL(CL_SUCCESS, clFinish(flight->queue));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(flight->queue, flight->cells, CL_TRUE, 0,
                                              flight->count * sizeof *flight->values,
                                              flight->values, 0, NULL, NULL));
}

static void flight_fini(struct flight *flight)
{
    for (size_t i = 0; i < MANY; i++)
        if (flight->events[i])
            EXPECT_CL(CL_SUCCESS, clReleaseEvent(flight->events[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(flight->cells));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(flight->kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(flight->queue));
    free(flight->events);
    free(flight->values);
}

static void launch(struct flight *flight, cl_uint num_events, const cl_event *list,
                   cl_event *event)
{
    ASSERT_CL(CL_SUCCESS,
              clEnqueueNDRangeKernel(flight->queue, flight->kernel, 1, NULL, &one_item,
                                     NULL, num_events, num_events ? list : NULL, event));
}

/* api_join: out = max(left, right) + 1 */
static void launch_join(struct flight *flight, cl_int out, cl_int left, cl_int right,
                        cl_uint num_events, const cl_event *list, cl_event *event)
{
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(flight->kernel, 1, sizeof out, &out));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(flight->kernel, 2, sizeof left, &left));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(flight->kernel, 3, sizeof right, &right));
    launch(flight, num_events, list, event);
}

VGPU_TEST(in_flight, a_chain_of_10000_kernels_runs_in_order)
{
    cl_event gate = vgpu_test_user_event(f);
    struct flight flight;

    if (!flight_init(&flight, f, "api_step", 2, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE))
        return;
    for (cl_int i = 0; i < MANY; i++) {
        EXPECT_CL(CL_SUCCESS, clSetKernelArg(flight.kernel, 1, sizeof i, &i));
        launch(&flight, 1, i ? &flight.events[i - 1] : &gate, &flight.events[i]);
    }
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    flight_read(&flight);
    EXPECT_EQ(MANY, flight.values[0]);
    EXPECT_EQ(0, flight.values[1]);
    flight_fini(&flight);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(in_flight, an_in_order_queue_of_10000_kernels_needs_no_events)
{
    cl_event gate = vgpu_test_user_event(f);
    struct flight flight;

    if (!flight_init(&flight, f, "api_step", 2, 0))
        return;
    for (cl_int i = 0; i < MANY; i++) {
        EXPECT_CL(CL_SUCCESS, clSetKernelArg(flight.kernel, 1, sizeof i, &i));
        launch(&flight, i == 0, &gate, NULL);
    }
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    flight_read(&flight);
    EXPECT_EQ(MANY, flight.values[0]);
    EXPECT_EQ(0, flight.values[1]);
    flight_fini(&flight);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(in_flight, a_fan_of_10000_starts_with_one_event_and_meets_in_one)
{
    cl_event gate = vgpu_test_user_event(f), met = NULL;
    struct flight flight;

    if (!flight_init(&flight, f, "api_count", 1, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE))
        return;
    for (size_t i = 0; i < MANY; i++)
        launch(&flight, 1, &gate, &flight.events[i]);
    EXPECT_CL(CL_SUCCESS,
              clEnqueueMarkerWithWaitList(flight.queue, MANY, flight.events, &met));
    EXPECT_LT(CL_COMPLETE, vgpu_test_event_status(met));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, &met));
    for (size_t i = 0; i < MANY; i++)
        if (vgpu_test_event_status(flight.events[i]) != CL_COMPLETE) {
            VGPU_FAIL("command %zu had not ended", i);
            break;
        }
    flight_read(&flight);
    EXPECT_EQ(MANY, flight.values[0]);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(met));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    flight_fini(&flight);
}

VGPU_TEST(in_flight, diamonds_run_both_sides_before_they_close)
{
    enum { DIAMONDS = 1000 };
    cl_event gate = vgpu_test_user_event(f);
    struct flight flight;

    if (!flight_init(&flight, f, "api_join", 3 * DIAMONDS + 1,
                     CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE))
        return;
    for (cl_int d = 0; d < DIAMONDS; d++) {
        const cl_int top = 3 * d, left = top + 1, right = top + 2, bottom = top + 3;
        const cl_event *before = d ? &flight.events[top - 1] : &gate;

        launch_join(&flight, left, top, top, 1, before, &flight.events[top]);
        launch_join(&flight, right, top, top, 1, before, &flight.events[left]);
        launch_join(&flight, bottom, left, right, 2, &flight.events[top],
                    &flight.events[right]);
    }
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    flight_read(&flight);
    for (cl_int d = 0; d <= DIAMONDS; d++)
        if (flight.values[3 * d] != 2 * d) {
            VGPU_FAIL("diamond %d closed with %d", d, flight.values[3 * d]);
            break;
        }
    flight_fini(&flight);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(in_flight, layers_of_a_graph_run_one_after_the_other)
{
    enum { WIDTH = 50, LAYERS = MANY / WIDTH };
    size_t wrong = 0;
    struct flight flight;

    if (!flight_init(&flight, f, "api_join", MANY + WIDTH,
                     CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE))
        return;
    for (cl_int layer = 0; layer < LAYERS; layer++)
        for (cl_int i = 0; i < WIDTH; i++) {
            const cl_int at = layer * WIDTH + i, below = layer * WIDTH + (i + 7) % WIDTH;
            cl_event list[2] = {NULL};

            if (layer > 0) {
                list[0] = flight.events[at - WIDTH];
                list[1] = flight.events[below - WIDTH];
            }
            launch_join(&flight, at + WIDTH, at, below, layer > 0 ? 2 : 0, list,
                        &flight.events[at]);
        }
    flight_read(&flight);
    for (cl_int i = 0; i < MANY; i++)
        wrong += flight.values[WIDTH + i] != i / WIDTH + 1;
    EXPECT_EQ(0, wrong);
    flight_fini(&flight);
}

VGPU_TEST(in_flight, every_event_may_be_released_at_once)
{
    cl_event last = vgpu_test_user_event(f), gate = last;
    struct flight flight;

    EXPECT_CL(CL_SUCCESS, clRetainEvent(gate));
    if (!flight_init(&flight, f, "api_step", 2, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE))
        return;
    for (cl_int i = 0; i < MANY; i++) {
        cl_event next = NULL;

        EXPECT_CL(CL_SUCCESS, clSetKernelArg(flight.kernel, 1, sizeof i, &i));
        launch(&flight, 1, &last, &next);
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(last));
        last = next;
    }
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(last));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    flight_read(&flight);
    EXPECT_EQ(MANY, flight.values[0]);
    EXPECT_EQ(0, flight.values[1]);
    flight_fini(&flight);
}
