/* SPDX-License-Identifier: MIT */
/* VGPU_REPORT: when it begins, and what is written at exit. */
#define _GNU_SOURCE
#include "observe/live_report.h"

#include "document.h"
#include "environment.h"
#include "message.h"
#include "observe/check/finding_json.h"
#include "observe/live_parts.h"
#include "observe/profile.h"
#include "observe/profile_json.h"
#include "observe/timeline.h"
#include "observe/whole_path.h"
#include "plain_text.h"
#include "report_file.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_DEVICES  64u
#define PROGRAM_BYTES 512u /* of the command line; the rest is cut */

static char
    *path; /* from the root: programs change their folder; NULL: none is written */
static pid_t owner; /* a child that was forked leaves the report to this process */
static const struct vgpu_device_counters *devices[MOST_DEVICES];
static unsigned num_devices;

/* The report goes without a timeline where there is no memory for one. */
static void switch_on(void)
{
    const int err = vgpu_timeline_keep(VGPU_SPANS_COMMANDS + VGPU_SPANS_GROUPS);

    if (err != 0)
        vgpu_message("the report will have no timeline: %s", strerror(-err));
    vgpu_profile_switch_on();
}

static void init(void)
{
    const char *text = vgpu_environment(VGPU_ENV_REPORT);
    char message[VGPU_REPORT_MESSAGE];

    if (!text || !(path = vgpu_whole_path(text)))
        return;
    if (vgpu_report_check_path(path, message) == 0) {
        owner = getpid();
        switch_on();
        return;
    }
    vgpu_message("VGPU_REPORT: %s", message);
    free(path);
    path = NULL;
}

void vgpu_live_report_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, init);
}

void vgpu_live_report_add_device(const struct vgpu_device_counters *counters)
{
    if (path && num_devices < MOST_DEVICES)
        devices[num_devices++] = counters;
}

/* set_program - the command line, its words parted by spaces. */
static void set_program(json_t *profile)
{
    char text[PROGRAM_BYTES];
    FILE *file = fopen("/proc/self/cmdline", "re");
    const size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;

    if (file)
        fclose(file);
    for (size_t i = 0; i < size; i++)
        if (text[i] == 0)
            text[i] = ' ';
    text[size] = 0;
    if (size > 0 && text[size - 1] == ' ')
        text[size - 1] = 0;
    vgpu_text_clean(text, sizeof text, text);
    json_object_set_new(profile, "program", json_string(text));
    json_object_set_new(profile, "pid", json_integer(getpid()));
}

static void set_when(json_t *profile)
{
    const time_t now = time(NULL);
    struct tm local;
    char text[64];

    if (localtime_r(&now, &local) && strftime(text, sizeof text, "%F %T", &local))
        json_object_set_new(profile, "when", json_string(text));
}

/* gather - all that the observers know now; NULL where memory is short. */
static json_t *gather(void)
{
    struct vgpu_spans *spans = vgpu_spans_create();
    json_t *profile = vgpu_profile_json(), *document = NULL;

    if (spans && profile) {
        set_program(profile);
        set_when(profile);
        json_object_set_new(profile, "findings", vgpu_findings_json());
        json_object_set_new(profile, "checks", vgpu_checks_json());
        json_object_set_new(profile, "transfers",
                            vgpu_live_transfers(devices, num_devices));
        vgpu_live_timeline(spans);
        document = vgpu_report_document(profile, spans);
    }
    json_decref(profile);
    vgpu_spans_destroy(spans);
    return document;
}

/* Behind the handlers of exit() and other destructors, so that the report has what they
 * did; before the end of the checks, which may end the process. */
__attribute__((destructor(102))) static void write_report(void)
{
    char message[VGPU_REPORT_MESSAGE] = "the report was not written: memory is short";
    json_t *document;

    if (!path || getpid() != owner)
        return;
    document = gather();
    if (!document || vgpu_report_save(path, document, message) != 0)
        vgpu_message("%s", message);
    json_decref(document);
}
