/* SPDX-License-Identifier: MIT */
/* The profile: whether it is on, where it goes, and the launches it tells of. */
#include "profile.h"

#include "environment.h"
#include "message.h"
#include "profile_json.h"
#include "profile_state.h"
#include "traced_calls.h"
#include "traced_kernel.h"
#include "whole_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool vgpu_profile_on;
struct vgpu_profile_state vgpu_profile_state = {.lock = PTHREAD_MUTEX_INITIALIZER};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static uint64_t sample = 1;
static char *path; /* as found from any folder; NULL: nothing is written */
static pid_t owner;

/* Opens the file, emptied; -1 and errno. Never waits for a reader. */
static int open_file(void)
{
    struct stat status;
    const int file =
        open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);

    if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
        ftruncate(file, 0) != 0) {
        const int err = errno;

        close(file);
        errno = err;
        return -1;
    }
    return file;
}

static void say_unwritable(int err)
{
    vgpu_message("the profile cannot be written to \"%s\" (%s): set VGPU_PROFILE to a "
                 "file in a folder that you may write to",
                 path, strerror(err));
}

static int write_text(int file, const char *text, size_t size)
{
    while (size > 0) {
        const ssize_t done = write(file, text, size);

        if (done < 0 && errno != EINTR)
            return -errno;
        text += done > 0 ? done : 0;
        size -= done > 0 ? (size_t)done : 0;
    }
    return 0;
}

/* At exit, when units may still run. A process that was forked leaves the file to the one
 * it comes from. */
static void write_profile(void)
{
    json_t *json;
    char *text;
    int file, err;

    if (getpid() != owner)
        return;
    json = vgpu_profile_json();
    text = json ? json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(json);
    if (!text) {
        say_unwritable(ENOMEM);
        return;
    }
    file = open_file();
    err = file < 0 ? -errno : write_text(file, text, strlen(text));
    if (err == 0)
        err = write_text(file, "\n", 1);
    if (file >= 0 && close(file) != 0 && err == 0)
        err = -errno;
    if (err)
        say_unwritable(-err);
    free(text);
}

static void read_sample(void)
{
    const char *const text = vgpu_environment(VGPU_ENV_PROFILE_SAMPLE);
    char *end;
    unsigned long long value;

    if (!text)
        return;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno == 0 && *end == '\0' && value > 0 && text[0] >= '0' && text[0] <= '9')
        sample = value;
    else
        vgpu_message("VGPU_PROFILE_SAMPLE=\"%s\" is no number from 1 on: every "
                     "work-group is counted; write, say, VGPU_PROFILE_SAMPLE=16",
                     text);
}

static void init(void)
{
    const char *const text = vgpu_environment(VGPU_ENV_PROFILE);
    int file;

    read_sample();
    if (!text)
        return;
    path = vgpu_whole_path(text);
    if (!path)
        return;
    file = open_file();
    if (file < 0) {
        say_unwritable(errno);
        return;
    }
    close(file);
    owner = getpid();
    if (atexit(write_profile) != 0)
        return;
    vgpu_profile_on = true;
}

void vgpu_profile_init(void)
{
    pthread_once(&once, init);
}

void vgpu_profile_switch_on(void)
{
    vgpu_profile_init();
    vgpu_profile_on = true;
}

uint64_t vgpu_profile_sample(void)
{
    return sample;
}

bool vgpu_traced_wanted(void)
{
    return vgpu_profile_is_on() || vgpu_traced_checker();
}

void vgpu_profile_add_device(const struct vgpu_device *device)
{
    struct vgpu_profile_state *const state = &vgpu_profile_state;
    struct vgpu_profiled_device *devices;

    pthread_mutex_lock(&state->lock);
    devices = realloc(state->devices, (state->num_devices + 1) * sizeof *devices);
    if (devices) {
        state->devices = devices;
        devices[state->num_devices++] =
            (struct vgpu_profiled_device){.spec = device->spec, .device = device};
    }
    pthread_mutex_unlock(&state->lock);
}

void vgpu_profile_remove_device(const struct vgpu_device *device)
{
    struct vgpu_profile_state *const state = &vgpu_profile_state;

    pthread_mutex_lock(&state->lock);
    for (unsigned i = 0; i < state->num_devices; i++)
        if (state->devices[i].device == device) {
            state->devices[i].link = vgpu_link_totals(device);
            state->devices[i].device = NULL;
        }
    pthread_mutex_unlock(&state->lock);
}

/* How many groups a dimension has of a size: whole ones, or one that the edge cuts. */
static uint64_t groups_of(const struct vgpu_launch *launch, unsigned d, bool cut,
                          uint64_t *size_out)
{
    const uint64_t global = launch->global_size[d], local = launch->local_size[d];

    *size_out = cut ? global % local : local;
    return cut ? *size_out != 0 : global / local;
}

static void add_launch(struct vgpu_launch_sums *sums, const struct vgpu_device_spec *spec,
                       const struct vgpu_launch *launch, uint32_t width)
{
    uint64_t largest = 0;

    if (sums->launches == 0)
        sums->spec = *spec;
    sums->buffer_bytes += launch->watched->buffer_bytes;
    sums->is_unbuffered |= launch->watched->buffer_bytes == 0;
    sums->launches++;
    for (unsigned cuts = 0; cuts < 8; cuts++) {
        uint64_t groups = 1, items = 1, size;

        for (unsigned d = 0; d < 3; d++) {
            groups *= groups_of(launch, d, cuts >> d & 1, &size);
            items *= size;
        }
        if (groups == 0)
            continue;
        sums->groups += groups;
        sums->sub_groups += groups * ((items + width - 1) / width);
        sums->work_items += groups * items;
        largest = items > largest ? items : largest;
    }
    if (largest > sums->largest_group)
        sums->largest_group = largest;
    if (launch->local_bytes > sums->most_local_bytes)
        sums->most_local_bytes = launch->local_bytes;
}

/* Lock held. NULL: no memory. */
static struct vgpu_untraced_kernel *find_untraced(const char *name)
{
    struct vgpu_untraced_kernel **link = &vgpu_profile_state.untraced, *kernel;

    while (*link && strcmp((*link)->name, name) != 0)
        link = &(*link)->next;
    if (*link)
        return *link;
    kernel = calloc(1, sizeof *kernel + strlen(name) + 1);
    if (kernel)
        strcpy(kernel->name, name);
    return *link = kernel;
}

void vgpu_profile_launch(const struct vgpu_device_spec *spec,
                         const struct vgpu_launch *launch)
{
    const struct vgpu_traced_code *const traced = vgpu_launch_traced(launch);
    struct vgpu_untraced_kernel *untraced;

    pthread_mutex_lock(&vgpu_profile_state.lock);
    if (traced)
        add_launch(&traced->kernel->sums, spec, launch, traced->kernel->width);
    else if ((untraced = find_untraced(launch->name ? launch->name : "?")))
        add_launch(&untraced->sums, spec, launch, spec->sub_group_size);
    pthread_mutex_unlock(&vgpu_profile_state.lock);
}

void vgpu_profile_untraced(const char *kernel, const char *why)
{
    struct vgpu_untraced_kernel *untraced;

    pthread_mutex_lock(&vgpu_profile_state.lock);
    untraced = find_untraced(kernel);
    if (untraced)
        untraced->why = why;
    pthread_mutex_unlock(&vgpu_profile_state.lock);
}

/* A hash, never a stride: groups that are as far apart as a row of the NDRange is long
 * are alike. [Steele, Lea, Flood, SplitMix, OOPSLA 2014] */
static uint64_t mix(uint64_t value)
{
    value += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

void vgpu_traced_launch_begin(struct vgpu_launch *launch)
{
    static atomic_uint_fast64_t number;
    const struct vgpu_traced_checker *const checker = vgpu_traced_checker();
    struct vgpu_watched *const watched = launch->watched;

    watched->sample = mix(atomic_fetch_add(&number, 1));
    watched->checked =
        checker ? checker->launch_begin(launch, watched->traced->kernel->table) : NULL;
}

void vgpu_traced_launch_end(struct vgpu_launch *launch)
{
    if (launch->watched->checked)
        vgpu_traced_checker()->launch_end(launch->watched->checked);
    launch->watched->checked = NULL;
}

bool vgpu_profile_counts(const struct vgpu_launch *launch, size_t index)
{
    return vgpu_profile_is_on() &&
           (sample == 1 || mix(launch->watched->sample ^ mix(index)) % sample == 0);
}

bool vgpu_traced_group_is_wanted(const struct vgpu_launch *launch, size_t index)
{
    return launch->watched->checked || vgpu_profile_counts(launch, index);
}
