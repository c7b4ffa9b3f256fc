/* SPDX-License-Identifier: MIT */
/* Contexts. */
#include "object/context.h"

#include "command/command.h"
#include "device.h"
#include "environment.h"
#include "log.h"
#include "message.h"
#include "object/callback.h"
#include "object/name.h"

#include <stdlib.h>
#include <string.h>

/* The list's length with its closing 0; 0 for none. */
static size_t properties_count(const cl_context_properties *properties)
{
    size_t count = 0;

    if (!properties)
        return 0;
    while (properties[count] != 0)
        count += 2;
    return count + 1;
}

static void *copy(const void *from, size_t size)
{
    void *to = malloc(size);

    if (to && size > 0)
        memcpy(to, from, size);
    return to;
}

/* Whether the device has a memory of its own. */
static bool is_separate(cl_device_id device)
{
    return vgpu_device_is_separate(device->device);
}

/* Lists the memories that buffers may be in, where one is not the host's. */
static cl_int list_memories(cl_context context)
{
    struct vgpu_device *shared = NULL;
    bool any = false;

    for (cl_uint i = 0; i < context->num_devices; i++)
        any = any || is_separate(context->devices[i]);
    if (!any)
        return CL_SUCCESS;
    context->memories =
        calloc((size_t)context->num_devices + 1, sizeof *context->memories);
    if (!context->memories)
        return CL_OUT_OF_HOST_MEMORY;
    for (cl_uint i = 0; i < context->num_devices; i++) {
        struct vgpu_device *const device = context->devices[i]->device;

        if (!is_separate(context->devices[i]) && shared)
            continue;
        if (!is_separate(context->devices[i]))
            shared = device;
        context->memories[context->num_memories++] = device;
    }
    context->num_memories++; /* the host's */
    return CL_SUCCESS;
}

unsigned vgpu_context_memory(cl_context context, cl_device_id device)
{
    unsigned shared = 0;

    for (unsigned i = 0; i + 1 < context->num_memories; i++) {
        if (context->memories[i] == device->device)
            return i;
        if (!vgpu_device_is_separate(context->memories[i]))
            shared = i;
    }
    return shared;
}

cl_int vgpu_context_create(const cl_context_properties *properties, cl_uint num_devices,
                           const cl_device_id *devices, vgpu_context_notify *notify,
                           void *notify_data, cl_context *context_out)
{
    const size_t num_properties = properties_count(properties);
    const cl_context context = vgpu_handle_create(VGPU_KIND_context);

    if (!context)
        return CL_OUT_OF_HOST_MEMORY;
    pthread_mutex_init(&context->lock, NULL);
    context->devices = copy(devices, num_devices * sizeof *devices);
    context->num_devices = num_devices;
    context->notify = notify;
    context->notify_data = notify_data;
    if (num_properties > 0)
        context->properties = copy(properties, num_properties * sizeof *properties);
    context->num_properties = num_properties;
    if (!context->devices || (num_properties > 0 && !context->properties) ||
        list_memories(context) != CL_SUCCESS) {
        vgpu_app_release(VGPU_KIND_context, context, CL_INVALID_CONTEXT);
        return CL_OUT_OF_HOST_MEMORY;
    }
    vgpu_log(VGPU_LOG_info, "%s made, of %u %s", vgpu_name_of(context).text, num_devices,
             num_devices == 1 ? "device" : "devices");
    *context_out = context;
    return CL_SUCCESS;
}

cl_int vgpu_context_add_destructor(cl_context context,
                                   void(CL_CALLBACK *function)(cl_context, void *),
                                   void *user_data)
{
    struct vgpu_destructor_callback *callback = malloc(sizeof *callback);

    if (!callback)
        return CL_OUT_OF_HOST_MEMORY;
    callback->context_function = function;
    callback->user_data = user_data;
    pthread_mutex_lock(&context->lock);
    callback->next = context->destructor_callbacks;
    context->destructor_callbacks = callback;
    pthread_mutex_unlock(&context->lock);
    return CL_SUCCESS;
}

/* The destructor callbacks of a context on their way to the callback thread. */
struct farewell {
    cl_context context; /* for reference only: it is gone */
    struct vgpu_destructor_callback *newest;
};

static void call_destructors(void *work)
{
    struct farewell *farewell = work;

    while (farewell->newest) {
        struct vgpu_destructor_callback *callback = farewell->newest;

        farewell->newest = callback->next;
        callback->context_function(farewell->context, callback->user_data);
        free(callback);
    }
}

static void call_destructors_and_free(void *work)
{
    call_destructors(work);
    free(work);
}

/* Before clReleaseContext returns, so that a program may count on it, except where an
 * ended command had the last hold: whoever gives that back has other things to do. */
static void say_farewell(cl_context context)
{
    struct farewell here = {context, context->destructor_callbacks};

    if (here.newest && (vgpu_on_compute_unit() || vgpu_commands_are_reaped_here())) {
        struct farewell *later = malloc(sizeof *later);

        if (later) {
            *later = here;
            if (vgpu_callback_post(call_destructors_and_free, later) == 0)
                return;
            free(later);
        }
    }
    call_destructors(&here);
}

void vgpu_context_destroy(void *object)
{
    const cl_context context = object;

    say_farewell(context);
    free(context->devices);
    free(context->memories);
    free(context->properties);
    pthread_mutex_destroy(&context->lock);
}

bool vgpu_context_has_device(cl_context context, cl_device_id device)
{
    for (cl_uint i = 0; i < context->num_devices; i++)
        if (context->devices[i] == device)
            return true;
    return false;
}

/* A message on its way to a context's notify callback. */
struct notification {
    cl_context context; /* retained */
    char text[];
};

static void notify(void *work)
{
    struct notification *notification = work;
    const cl_context context = notification->context;

    context->notify(notification->text, NULL, 0, context->notify_data);
    free(notification);
    vgpu_release(context);
}

/* For `notify`. NULL: there is nobody to be told, or no memory. */
static struct notification *make_notification(cl_context context, const char *text)
{
    const size_t size = strlen(text) + 1;
    struct notification *const notification =
        context->notify ? malloc(sizeof *notification + size) : NULL;

    if (!notification)
        return NULL;
    notification->context = context;
    memcpy(notification->text, text, size);
    vgpu_retain(context);
    return notification;
}

static void hand_over(cl_context context, const char *text)
{
    struct notification *const notification = make_notification(context, text);

    if (notification && vgpu_callback_post(notify, notification) != 0)
        notify(notification);
}

void vgpu_context_tell(cl_context context, const char *text)
{
    struct notification *const notification = make_notification(context, text);

    if (notification && vgpu_callback_post(notify, notification) != 0) {
        free(notification);
        vgpu_release(context);
    }
}

/* A program that goes on making the same mistake is told of it so often, no more. */
#define MOST_EXPLANATIONS 20u

/* False: nobody was told. */
static bool explain_on_stderr(const char *text)
{
    static atomic_uint count;
    const char *const wanted = vgpu_environment(VGPU_ENV_EXPLAIN);
    unsigned number;

    if (wanted && strcmp(wanted, "0") == 0)
        return false;
    number = atomic_load(&count);
    do {
        if (number == MOST_EXPLANATIONS)
            return false;
    } while (!atomic_compare_exchange_weak(&count, &number, number + 1));
    vgpu_message("%s%s", text,
                 number + 1 == MOST_EXPLANATIONS ? " (no more is told of such errors)"
                                                 : "");
    return true;
}

void vgpu_context_explain(cl_context context, const char *text)
{
    if (context->notify)
        hand_over(context, text);
    if (context->notify || !explain_on_stderr(text))
        vgpu_log(VGPU_LOG_error, "%s", text);
}

void vgpu_context_report(cl_context context, const char *text)
{
    vgpu_message("%s", text);
    hand_over(context, text);
}

cl_int vgpu_context_info(cl_context context, cl_context_info name,
                         const struct vgpu_answer *answer)
{
    switch (name) {
#include "object/context_info.def"
    default:
        return CL_INVALID_VALUE;
    }
}
