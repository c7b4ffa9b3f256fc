/* SPDX-License-Identifier: MIT */
/* VGPU_BREAK: the work-items in which a debugger shall stop. */
#include "break_point.h"

#include "environment.h"
#include "message.h"
#include "spelling.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct vgpu_break_point points[VGPU_MAX_BREAK_POINTS];
static size_t num_points;

/* The launched kernel whose name is nearest to that of each point. */
static pthread_mutex_t nearest_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    char kernel[VGPU_MAX_BREAK_KERNEL_NAME]; /* guarded by nearest_lock, as the next */
    size_t distance;
} nearest[VGPU_MAX_BREAK_POINTS];

static bool is_name_part(char c, bool is_first)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (!is_first && c >= '0' && c <= '9');
}

static const char *read_name(const char **at, char *name)
{
    size_t length = 0;

    while (is_name_part((*at)[length], length == 0))
        length++;
    if (length == 0)
        return "where a kernel's name should be";
    if (length >= VGPU_MAX_BREAK_KERNEL_NAME)
        return "a kernel's name of more than 255 letters";
    memcpy(name, *at, length);
    name[length] = '\0';
    *at += length;
    return NULL;
}

static const char *read_number(const char **at, unsigned long long most,
                               unsigned long long *number_out)
{
    char *end;

    if (**at < '0' || **at > '9')
        return "where a number should be";
    errno = 0;
    *number_out = strtoull(*at, &end, 10);
    if (errno != 0 || *number_out > most)
        return "a number that is too large";
    *at = end;
    return NULL;
}

static const char *read_ids(const char **at, struct vgpu_break_point *point)
{
    point->work_dim = 0;
    do {
        unsigned long long id;
        const char *wrong;

        if (point->work_dim == 3)
            return "a fourth dimension";
        if (point->work_dim > 0)
            ++*at;
        wrong = read_number(at, SIZE_MAX, &id);
        if (wrong)
            return wrong;
        point->global_id[point->work_dim++] = (size_t)id;
    } while (**at == ',');
    return NULL;
}

static const char *read_line(const char **at, struct vgpu_break_point *point)
{
    unsigned long long line;
    const char *wrong;

    ++*at;
    wrong = read_number(at, UINT_MAX, &line);
    if (!wrong && line == 0)
        wrong = "line 0, where lines count from 1";
    if (!wrong)
        point->line = (unsigned)line;
    return wrong;
}

const char *vgpu_break_point_read(const char *text, struct vgpu_break_point *point_out,
                                  const char **end_out)
{
    const char *at = text, *wrong = read_name(&at, point_out->kernel);
    size_t length;

    memset(point_out->global_id, 0, sizeof point_out->global_id);
    point_out->line = 0;
    if (!wrong && *at != ':')
        wrong = "where ':' and a work-item's global id should be";
    if (!wrong) {
        at++;
        wrong = read_ids(&at, point_out);
    }
    if (!wrong && *at == ':')
        wrong = read_line(&at, point_out);
    if (!wrong && *at != '\0' && *at != ';')
        wrong = "where ',', ':' or the end should be";
    *end_out = at;
    if (wrong)
        return wrong;
    length = (size_t)(at - text);
    if (length >= sizeof point_out->text)
        length = sizeof point_out->text - 1;
    memcpy(point_out->text, text, length);
    point_out->text[length] = '\0';
    return NULL;
}

static void read_points(void)
{
    const char *const text = vgpu_environment(VGPU_ENV_BREAK);
    const char *at = text;

    while (at && *at) {
        const char *wrong;

        if (*at == ';') {
            at++;
            continue;
        }
        if (num_points == VGPU_MAX_BREAK_POINTS) {
            vgpu_message("VGPU_BREAK: only the first %u work-items are taken",
                         VGPU_MAX_BREAK_POINTS);
            return;
        }
        wrong = vgpu_break_point_read(at, &points[num_points], &at);
        if (wrong) {
            vgpu_message("VGPU_BREAK: '%.200s' %s '%.20s' at character %td, %s; a "
                         "work-item is written KERNEL:GLOBAL_ID, as in saxpy:17 or "
                         "transpose:3,5; several are separated by ';'",
                         text, *at ? "has" : "ends with", at, at - text + 1, wrong);
            at += strcspn(at, ";");
            continue;
        }
        num_points++;
    }
}

struct vgpu_break_point *vgpu_break_points(size_t *count_out)
{
    pthread_once(&once, read_points);
    *count_out = num_points;
    return points;
}

bool vgpu_break_is_on(void)
{
    size_t count;

    (void)vgpu_break_points(&count);
    return count > 0;
}

bool vgpu_break_names(const char *kernel)
{
    size_t count;
    const struct vgpu_break_point *point = vgpu_break_points(&count);

    for (size_t i = 0; i < count; i++)
        if (strcmp(point[i].kernel, kernel) == 0)
            return true;
    return false;
}

static void note_nearest(size_t i, const char *kernel)
{
    const size_t d =
        vgpu_spelling_distance(points[i].kernel, strlen(points[i].kernel), kernel);

    pthread_mutex_lock(&nearest_lock);
    if (!nearest[i].kernel[0] || d < nearest[i].distance) {
        nearest[i].distance = d;
        strncpy(nearest[i].kernel, kernel, sizeof nearest[i].kernel - 1);
    }
    pthread_mutex_unlock(&nearest_lock);
}

void vgpu_break_note_launch(const char *kernel)
{
    for (size_t i = 0; i < num_points; i++) {
        if (strcmp(points[i].kernel, kernel) == 0)
            atomic_store(&points[i].is_launched, true);
        else if (!atomic_load(&points[i].is_launched))
            note_nearest(i, kernel);
    }
}

__attribute__((destructor)) static void tell_of_kernels_that_were_not_launched(void)
{
    for (size_t i = 0; i < num_points; i++) {
        const char *const other = nearest[i].kernel;

        if (atomic_load(&points[i].is_launched))
            continue;
        if (*other)
            vgpu_message("VGPU_BREAK: no kernel '%s' was launched; the nearest name "
                         "that was is '%s': write %s%s",
                         points[i].kernel, other, other,
                         points[i].text + strlen(points[i].kernel));
        else
            vgpu_message("VGPU_BREAK: kernel '%s' was not launched, nor was any other",
                         points[i].kernel);
    }
}

/* There is a process that traces this one, as the system says. */
bool vgpu_is_debugged(void)
{
    FILE *status = fopen("/proc/self/status", "re");
    char line[128];
    long tracer = 0;

    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, "TracerPid:", strlen("TracerPid:")) == 0)
            tracer = strtol(line + strlen("TracerPid:"), NULL, 10);
    if (status)
        fclose(status);
    return tracer != 0;
}
