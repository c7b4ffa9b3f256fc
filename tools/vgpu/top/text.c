/* SPDX-License-Identifier: MIT */
/* The processes as text: for each its devices, their units, what moves, and kernels. */
#include "top/show.h"

#include <string.h>

#define DEVICE_BAR 26
#define UNIT_BAR   12
#define UNITS_BARS 8u /* more units than that are shown by a digit each */
#define NAME       24 /* columns of a name, where there is room */
#define NAME_LEAST 10
#define INDENT     10 /* of a list that goes on in the next line */
#define WIDE       92 /* columns of a terminal that has it */

/* In a narrow terminal names give way to figures. */
static int name_columns(const struct top_screen *screen)
{
    const int missing = screen->width > 0 ? WIDE - screen->width : 0;

    return missing <= 0                   ? NAME
           : missing <= NAME - NAME_LEAST ? NAME - missing
                                          : NAME_LEAST;
}

static double per_second(const struct top_figures *figures, uint64_t count)
{
    return (double)count / figures->seconds;
}

static void show_device(const struct top_figures *figures, struct top_screen *screen)
{
    char used[TOP_NUMBER], all[TOP_NUMBER], peak[TOP_NUMBER];
    const int name = name_columns(screen);

    top_line_start(screen);
    top_put(screen, TOP_PLAIN, "  ");
    top_put(screen, TOP_BOLD, "%-*.*s ", name, name,
            top_plain_name(figures->device->name).text);
    top_put_bar(screen, figures->busy, DEVICE_BAR - (NAME - name));
    top_put(screen, TOP_BOLD, " %3.0f %%", figures->busy * 100);
    top_put(screen, TOP_PLAIN, "  memory %s of %s",
            top_bytes(used, (double)figures->total.memory_used),
            top_bytes(all, (double)figures->device->memory_bytes));
    if (figures->total.memory_peak > figures->total.memory_used)
        top_put(screen, TOP_DIM, ", peak %s",
                top_bytes(peak, (double)figures->total.memory_peak));
    top_line_end(screen);
}

/* How busy a unit is, as one character: idle, then 0 to 9 tenths, then all the time. */
static char digit_of(double busy)
{
    return busy < 0.005 ? '.' : busy > 0.995 ? '#' : (char)('0' + (int)(busy * 10));
}

static void show_units(const struct top_figures *figures, struct top_screen *screen)
{
    const bool bars = figures->num_units <= UNITS_BARS;
    const int room = bars ? UNIT_BAR + 10 : 1;

    top_line_start(screen);
    top_put(screen, TOP_DIM, "    units ");
    for (uint32_t i = 0; i < figures->num_units; i++) {
        const double busy = figures->units[i].busy;

        if (screen->width > 0 && i > 0 && screen->column + room > screen->width) {
            top_line_end(screen);
            top_line_start(screen);
            top_put(screen, TOP_PLAIN, "%*s", INDENT, "");
        }
        if (bars) {
            top_put(screen, TOP_PLAIN, "%s%u ", screen->column > INDENT ? "  " : " ", i);
            top_put_bar(screen, busy, UNIT_BAR);
            top_put(screen, TOP_PLAIN, " %3.0f %%", busy * 100);
        } else {
            top_put(screen, busy > 0.9 ? TOP_RED : TOP_PLAIN, "%c", digit_of(busy));
        }
    }
    top_line_end(screen);
}

static void show_work(const struct top_figures *figures, struct top_screen *screen)
{
    const cl_device_counters_vgpu *const recent = &figures->recent;
    char launches[TOP_NUMBER], groups[TOP_NUMBER], items[TOP_NUMBER];

    top_line_start(screen);
    top_put(screen, TOP_DIM, "    work   ");
    top_put(screen, TOP_PLAIN, "launches %s/s, work-groups %s/s, work-items %s/s",
            top_number(launches, per_second(figures, recent->launches)),
            top_number(groups, per_second(figures, recent->work_groups)),
            top_number(items, per_second(figures, recent->work_items)));
    if (figures->total.builds + figures->total.builds_failed > 0)
        top_put(
            screen, TOP_PLAIN, "; builds %llu",
            (unsigned long long)(figures->total.builds + figures->total.builds_failed));
    if (figures->total.commands_failed > 0)
        top_put(screen, TOP_RED, "; failed %llu",
                (unsigned long long)figures->total.commands_failed);
    top_line_end(screen);
}

static void show_bytes(const struct top_figures *figures, struct top_screen *screen)
{
    const struct {
        const char *name;
        uint64_t total, recent;
    } links[] = {
        {"to device", figures->total.bytes_host_to_device,
         figures->recent.bytes_host_to_device},
        {"to host", figures->total.bytes_device_to_host,
         figures->recent.bytes_device_to_host},
        {"between devices", figures->total.bytes_device_to_device,
         figures->recent.bytes_device_to_device},
        {"on device", figures->total.bytes_on_device, figures->recent.bytes_on_device},
    };
    const char *comma = "";

    if (links[0].total + links[1].total + links[2].total + links[3].total == 0)
        return;
    top_line_start(screen);
    top_put(screen, TOP_DIM, "    bytes  ");
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        char rate[TOP_NUMBER];

        if (links[i].total == 0)
            continue;
        top_put(screen, TOP_PLAIN, "%s%s %s/s", comma, links[i].name,
                top_bytes(rate, per_second(figures, links[i].recent)));
        comma = ", ";
    }
    top_line_end(screen);
}

/* Both directions of a link add up: more than 100 % are possible. */
static void show_link(const struct top_figures *figures, struct top_screen *screen)
{
    char rate[TOP_NUMBER], total[TOP_NUMBER];

    if (figures->total.link_ns + figures->total.migrations == 0)
        return;
    top_line_start(screen);
    top_put(screen, TOP_DIM, "    link   ");
    top_put(screen, TOP_PLAIN, "%.0f %% of the time as modelled",
            per_second(figures, figures->recent.link_ns) / 1e9 * 100);
    if (figures->total.migrations > 0)
        top_put(screen, TOP_PLAIN, ", migrations %s/s (%s)",
                top_number(rate, per_second(figures, figures->recent.migrations)),
                top_number(total, (double)figures->total.migrations));
    top_line_end(screen);
}

static void show_kernel(const struct top_figures *figures,
                        const struct top_kernel *kernel, struct top_screen *screen)
{
    const double launches = (double)kernel->total.launches;
    const double seconds = (double)kernel->total.busy_ns / 1e9;
    char time[TOP_NUMBER], each[TOP_NUMBER] = "", count[TOP_NUMBER], rate[TOP_NUMBER];
    char groups[TOP_NUMBER], items[TOP_NUMBER];
    const int name = name_columns(screen);

    if (launches > 0)
        top_time(each, seconds / launches);
    top_line_start(screen);
    top_put(screen, TOP_PLAIN, "    %-*.*s %4.0f %% %9s %9s %9s %8s %8s %8s", name, name,
            top_plain_name(kernel->total.name).text, kernel->busy * 100,
            top_time(time, seconds), each, top_number(count, launches),
            top_number(rate, per_second(figures, kernel->recent.launches)),
            kernel->is_kernel ? top_number(groups, (double)kernel->total.work_groups)
                              : "",
            kernel->is_kernel ? top_number(items, (double)kernel->total.work_items) : "");
    top_line_end(screen);
}

static void show_kernels(const struct top_figures *figures, struct top_screen *screen)
{
    if (figures->num_kernels == 0)
        return;
    top_line_start(screen);
    top_put(screen, TOP_DIM, "    %-*s %6s %9s %9s %9s %8s %8s %8s", name_columns(screen),
            "KERNEL", "BUSY", "TIME", "EACH", "LAUNCHES", "/S", "GROUPS", "ITEMS");
    top_line_end(screen);
    for (uint32_t i = 0; i < figures->num_kernels; i++)
        show_kernel(figures, &figures->kernels[i], screen);
}

static void show_process(const struct top_process *process, const struct top_list *before,
                         enum top_order order, struct top_screen *screen)
{
    static struct top_figures figures; /* large */
    char up[TOP_NUMBER];

    top_line_start(screen);
    if (process->segment)
        top_put(screen, TOP_BOLD, "%ld  %s", (long)process->pid,
                top_plain_name(process->segment->program).text);
    else
        top_put(screen, TOP_BOLD, "%ld  its vgpu is of another version than this one",
                (long)process->pid);
    if (process->segment)
        top_put(screen, TOP_DIM, "  up %s", top_time(up, top_seconds_up(process)));
    top_line_end(screen);
    for (uint32_t i = 0; process->segment && i < process->segment->num_devices; i++) {
        top_figures(process, top_find(before, process), i, order, &figures);
        show_device(&figures, screen);
        if (figures.total.busy_ns > 0)
            show_units(&figures, screen);
        if (figures.total.launches + figures.total.builds > 0)
            show_work(&figures, screen);
        show_bytes(&figures, screen);
        show_link(&figures, screen);
        show_kernels(&figures, screen);
    }
    top_line_start(screen);
    top_line_end(screen);
}

static void show_nobody(pid_t only, struct top_screen *screen)
{
    static const char *const lines[] = {
        "No program of yours uses a virtual GPU now.",
        "Start one that speaks OpenCL: it shows here as",
        "soon as it asks for devices. sample_n_body, for",
        "example, keeps one busy for a while with",
        "--size 20000.",
    };

    for (size_t i = 0; only == 0 && i < sizeof lines / sizeof *lines; i++) {
        top_line_start(screen);
        top_put(screen, TOP_PLAIN, "%s", lines[i]);
        top_line_end(screen);
    }
    if (only != 0) {
        top_line_start(screen);
        top_put(screen, TOP_PLAIN,
                "Process %ld uses no virtual GPU, has ended, or is another user's.",
                (long)only);
        top_line_end(screen);
    }
}

void top_show_text(const struct top_list *list, const struct top_list *before,
                   enum top_order order, pid_t only, struct top_screen *screen)
{
    for (size_t i = 0; i < list->count; i++)
        show_process(&list->processes[i], before, order, screen);
    if (list->count == 0)
        show_nobody(only, screen);
}
