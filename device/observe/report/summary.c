/* SPDX-License-Identifier: MIT */
/* Tells a report's document on a terminal. */
#include "summary.h"

#include "figures.h"
#include "sentence.h"
#include "terminal.h"

#include <math.h>
#include <string.h>

#define NAME_WIDTH     24
#define SHOWN_KERNELS  20
#define SHOWN_ADVICE   5
#define SHOWN_FINDINGS 10

static void head(const struct vgpu_terminal *terminal, const char *title)
{
    fputc('\n', terminal->out);
    vgpu_terminal_style(terminal, VGPU_STYLE_BOLD);
    fputs(title, terminal->out);
    vgpu_terminal_style(terminal, VGPU_STYLE_PLAIN);
    fputc('\n', terminal->out);
}

static void say_more(const struct vgpu_terminal *terminal, size_t count, size_t shown)
{
    if (count > shown)
        fprintf(terminal->out,
                "  and %zu more; the page has all (--report=report.html)\n",
                count - shown);
}

static void print_title(const struct vgpu_terminal *terminal, const json_t *document)
{
    vgpu_terminal_style(terminal, VGPU_STYLE_BOLD);
    fputs("vgpu: ", terminal->out);
    vgpu_terminal_style(terminal, VGPU_STYLE_PLAIN);
    vgpu_terminal_text(terminal, vgpu_json_text(document, "program"), 60);
    fputc('\n', terminal->out);
}

static struct vgpu_number absent(void)
{
    return (struct vgpu_number){"-"};
}

static struct vgpu_number launches_cell(const struct vgpu_kernel_figures *f)
{
    return vgpu_count_of(f->launches);
}

static struct vgpu_number simt_cell(const struct vgpu_kernel_figures *f)
{
    const double efficiency = f->total.simt_efficiency;

    return efficiency > 0 ? vgpu_percent_of(efficiency) : absent();
}

static struct vgpu_number sectors(const struct vgpu_access_figures *access)
{
    return access->requests > 0 ? vgpu_number_of(access->sectors_per_request) : absent();
}

static struct vgpu_number read_cell(const struct vgpu_kernel_figures *f)
{
    return sectors(&f->total.access[VGPU_ACCESS_GLOBAL_LOAD]);
}

static struct vgpu_number write_cell(const struct vgpu_kernel_figures *f)
{
    return sectors(&f->total.access[VGPU_ACCESS_GLOBAL_STORE]);
}

static struct vgpu_number bank_cell(const struct vgpu_kernel_figures *f)
{
    const struct vgpu_access_figures *load = &f->total.access[VGPU_ACCESS_LOCAL_LOAD];
    const struct vgpu_access_figures *store = &f->total.access[VGPU_ACCESS_LOCAL_STORE];

    if (load->requests + store->requests <= 0)
        return absent();
    return vgpu_number_of(store->conflict > load->conflict ? store->conflict
                                                           : load->conflict);
}

static struct vgpu_number occupancy_cell(const struct vgpu_kernel_figures *f)
{
    return f->occupancy > 0 ? vgpu_percent_of(f->occupancy) : absent();
}

/* The table of kernels: a column for each figure. */
static const struct column {
    const char *head;
    int width;
    struct vgpu_number (*cell)(const struct vgpu_kernel_figures *f);
} columns[] = {
    {"launches", 9, launches_cell}, {"SIMT", 8, simt_cell},
    {"read", 7, read_cell},         {"write", 7, write_cell},
    {"banks", 7, bank_cell},        {"occup.", 8, occupancy_cell},
};

static void print_kernel(const struct vgpu_terminal *terminal, const json_t *document,
                         const json_t *kernel)
{
    struct vgpu_kernel_figures figures;

    if (vgpu_kernel_figures_init(&figures, document, kernel) != 0)
        return;
    fputs("  ", terminal->out);
    vgpu_terminal_cell(terminal, figures.name, NAME_WIDTH);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        fprintf(terminal->out, "%*s", columns[i].width, columns[i].cell(&figures).text);
    if (!figures.traced)
        fputs("  *", terminal->out);
    fputc('\n', terminal->out);
    vgpu_kernel_figures_fini(&figures);
}

/* What a sub-group's 4-byte words take side by side; where devices differ, of 32. */
static double sectors_of_neighbours(const json_t *document)
{
    const json_t *const devices = json_object_get(document, "devices");
    double size = 0;

    for (size_t i = 0; i < json_array_size(devices); i++) {
        const double here =
            vgpu_json_number(json_array_get(devices, i), "sub_group_size");

        if (i > 0 && here != size)
            return 4;
        size = here;
    }
    return size > 0 ? fmax(1, size * 4 / 32) : 4;
}

static void print_kernels(const struct vgpu_terminal *terminal, const json_t *document)
{
    const json_t *kernels = json_object_get(document, "kernels");
    const size_t count = json_array_size(kernels);

    head(terminal, "Kernels");
    if (count == 0) {
        fputs("  none was launched\n", terminal->out);
        return;
    }
    vgpu_terminal_style(terminal, VGPU_STYLE_QUIET);
    fprintf(terminal->out, "  %-*s", NAME_WIDTH, "");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        fprintf(terminal->out, "%*s", columns[i].width, columns[i].head);
    fputc('\n', terminal->out);
    vgpu_terminal_style(terminal, VGPU_STYLE_PLAIN);
    for (size_t i = 0; i < count && i < SHOWN_KERNELS; i++)
        print_kernel(terminal, document, json_array_get(kernels, i));
    say_more(terminal, count, SHOWN_KERNELS);
    vgpu_terminal_style(terminal, VGPU_STYLE_QUIET);
    fprintf(
        terminal->out,
        "  SIMT: lanes at work. read, write: sectors per request, %s for neighbouring\n"
        "  4-byte words. banks: turns per request to local memory, 1 is best.\n",
        VGPU_NUMBER(sectors_of_neighbours(document)));
    vgpu_terminal_style(terminal, VGPU_STYLE_PLAIN);
}

/* print_time - to the right of ten columns; micro is a character of two bytes. */
static void print_time(const struct vgpu_terminal *terminal, double us)
{
    const struct vgpu_number time = us > 0 ? vgpu_time_of(us) : absent();
    const int hidden = strstr(time.text, "\xc2\xb5") != NULL;

    fprintf(terminal->out, "%*s", 10 + hidden, time.text);
}

static void print_estimate(const struct vgpu_terminal *terminal,
                           const struct vgpu_kernel_figures *f)
{
    const struct vgpu_estimate_figures *const e = &f->estimate;
    const double times[] = {e->us, e->low_us, e->high_us};

    fputs("  ", terminal->out);
    vgpu_terminal_cell(terminal, f->name, NAME_WIDTH);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        print_time(terminal, times[i]);
    fputs("  ", terminal->out);
    vgpu_terminal_cell(terminal, e->bound, 10);
    print_time(terminal, f->time_us);
    fputc('\n', terminal->out);
}

static void print_estimates_head(const struct vgpu_terminal *terminal,
                                 const char *profile)
{
    vgpu_terminal_style(terminal, VGPU_STYLE_QUIET);
    fputs("  profile ", terminal->out);
    vgpu_terminal_cell(terminal, profile, NAME_WIDTH - 8);
    fprintf(terminal->out, "%10s%10s%10s  %-10s%10s\n", "about", "from", "to", "bound",
            "here");
    vgpu_terminal_style(terminal, VGPU_STYLE_PLAIN);
}

/* print_link - transfers beside kernels, where a device has a link. */
static void print_link(const struct vgpu_terminal *terminal, const json_t *estimate)
{
    const double link_us = vgpu_json_number(estimate, "link_ns") / 1000;
    const bool is_bound = strcmp(vgpu_json_text(estimate, "bound"), "link") == 0;

    if (link_us <= 0)
        return;
    fprintf(terminal->out, "  Transfers over the link, estimated: %s, %s.\n",
            VGPU_TIME(link_us),
            is_bound ? "which bounds the program" : "less than kernels");
}

static void print_estimates_end(const struct vgpu_terminal *terminal, bool is_sampled)
{
    vgpu_terminal_style(terminal, VGPU_STYLE_QUIET);
    fputs("  here: on this machine, while it was watched.\n", terminal->out);
    if (is_sampled)
        fputs("  Scaled up from a sample of work-groups.\n", terminal->out);
    vgpu_terminal_style(terminal, VGPU_STYLE_PLAIN);
}

/* print_estimates - of kernels that have one, beside how long they took here; a head
 * wherever the profile is another. */
static void print_estimates(const struct vgpu_terminal *terminal, const json_t *document)
{
    const char *profile = NULL;
    bool is_sampled = false;
    size_t i, shown = 0;
    json_t *kernel;

    json_array_foreach (json_object_get(document, "kernels"), i, kernel) {
        struct vgpu_kernel_figures figures;

        if (shown == SHOWN_KERNELS ||
            vgpu_kernel_figures_init(&figures, document, kernel) != 0)
            break;
        if (figures.estimate.us > 0) {
            if (shown++ == 0)
                head(terminal, "Estimated times on other hardware: no measurement");
            if (!profile || strcmp(profile, figures.estimate.profile) != 0)
                print_estimates_head(terminal, figures.estimate.profile);
            print_estimate(terminal, &figures);
            is_sampled |= figures.estimate.is_sampled;
            profile = figures.estimate.profile;
        }
        vgpu_kernel_figures_fini(&figures);
    }
    if (shown > 0)
        print_estimates_end(terminal, is_sampled);
    print_link(terminal, json_object_get(document, "estimate"));
}

/* print_place - "kernel, file.cl:12: " */
static void print_place(const struct vgpu_terminal *terminal, const json_t *item)
{
    const char *file = vgpu_json_text(item, "file");
    const char *slash = strrchr(file, '/');
    const char *kernel = vgpu_json_text(item, "kernel");
    const double line = vgpu_json_number(item, "line");

    if (*kernel) {
        fputs(" in ", terminal->out);
        vgpu_terminal_text(terminal, kernel, 30);
    }
    if (line > 0) {
        fputs(", ", terminal->out);
        vgpu_terminal_text(terminal, slash ? slash + 1 : file, 24);
        fprintf(terminal->out, "%s%.0f", *file ? ":" : "line ", line);
    }
    fputc('\n', terminal->out);
}

static void print_advice(const struct vgpu_terminal *terminal, const json_t *document)
{
    const json_t *advices = json_object_get(document, "advice");
    const size_t count = json_array_size(advices);

    if (count == 0)
        return;
    head(terminal, "Advice");
    for (size_t i = 0; i < count && i < SHOWN_ADVICE; i++) {
        const json_t *advice = json_array_get(advices, i);
        const bool strong = json_is_true(json_object_get(advice, "strong"));

        vgpu_terminal_style(terminal, strong ? VGPU_STYLE_WARNING : VGPU_STYLE_BOLD);
        fprintf(terminal->out, "  %s ", strong ? "!" : "-");
        vgpu_terminal_text(terminal, vgpu_json_text(advice, "title"), 60);
        vgpu_terminal_style(terminal, VGPU_STYLE_PLAIN);
        print_place(terminal, advice);
        vgpu_terminal_wrap(terminal, vgpu_json_text(advice, "text"), 4);
    }
    say_more(terminal, count, SHOWN_ADVICE);
}

static void print_findings(const struct vgpu_terminal *terminal, const json_t *document)
{
    const json_t *findings = json_object_get(document, "findings");
    const size_t count = json_array_size(findings);

    if (count == 0 && json_array_size(json_object_get(document, "checks")) == 0)
        return;
    head(terminal, "Findings");
    if (count == 0)
        fputs("  none\n", terminal->out);
    for (size_t i = 0; i < count && i < SHOWN_FINDINGS; i++) {
        const json_t *finding = json_array_get(findings, i);

        vgpu_terminal_style(terminal, VGPU_STYLE_WARNING);
        fputs("  x ", terminal->out);
        vgpu_terminal_text(terminal, vgpu_json_text(finding, "kind"), 60);
        vgpu_terminal_style(terminal, VGPU_STYLE_PLAIN);
        print_place(terminal, finding);
        vgpu_terminal_wrap(terminal, vgpu_json_text(finding, "text"), 4);
        vgpu_terminal_wrap(terminal, vgpu_json_text(finding, "advice"), 4);
    }
    say_more(terminal, count, SHOWN_FINDINGS);
}

static void print_transfers(const struct vgpu_terminal *terminal, const json_t *document)
{
    size_t i;
    json_t *row;
    const json_t *transfers = json_object_get(document, "transfers");

    if (json_array_size(transfers) == 0)
        return;
    head(terminal, "Transfers");
    json_array_foreach (transfers, i, row) {
        const double commands = vgpu_json_number(row, "commands");

        fputs("  ", terminal->out);
        vgpu_terminal_cell(terminal, vgpu_json_text(row, "kind"), NAME_WIDTH);
        if (commands > 0)
            fprintf(terminal->out, "%9s %-9s", VGPU_COUNT(commands),
                    commands == 1 ? "command" : "commands");
        else
            fprintf(terminal->out, "%-19s", "");
        fprintf(terminal->out, "%12s", VGPU_BYTES(vgpu_json_number(row, "bytes")));
        if (vgpu_json_number(row, "time_us") > 0)
            fprintf(terminal->out, "  in %s",
                    VGPU_TIME(vgpu_json_number(row, "time_us")));
        fputc('\n', terminal->out);
    }
}

static void print_direction(const struct vgpu_terminal *terminal, const char *name,
                            const json_t *way)
{
    const double transfers = vgpu_json_number(way, "transfers");

    if (transfers <= 0)
        return;
    fprintf(terminal->out, "    %-*s%9s %-9s%12s", NAME_WIDTH - 2, name,
            VGPU_COUNT(transfers), transfers == 1 ? "transfer" : "transfers",
            VGPU_BYTES(vgpu_json_number(way, "bytes")));
    print_time(terminal, vgpu_json_number(way, "modelled_ns") / 1000);
    print_time(terminal, vgpu_json_number(way, "real_ns") / 1000);
    fputc('\n', terminal->out);
    if (vgpu_json_number(way, "migrations") > 0)
        fprintf(terminal->out, "    %-*s%9s %-9s%12s\n", NAME_WIDTH - 2,
                "  of these, migrations", VGPU_COUNT(vgpu_json_number(way, "migrations")),
                "", VGPU_BYTES(vgpu_json_number(way, "bytes_migrated")));
}

/* print_links - of devices that have one, and used it. */
static void print_links(const struct vgpu_terminal *terminal, const json_t *document)
{
    bool any = false;
    size_t i;
    json_t *device;

    json_array_foreach (json_object_get(document, "devices"), i, device) {
        const json_t *const link = json_object_get(device, "link");
        const json_t *const in = json_object_get(link, "to_device");
        const json_t *const out = json_object_get(link, "from_device");

        if (vgpu_json_number(in, "transfers") + vgpu_json_number(out, "transfers") <= 0)
            continue;
        if (!any) {
            head(terminal, "Links");
            vgpu_terminal_style(terminal, VGPU_STYLE_QUIET);
            fprintf(terminal->out, "%*s%10s%10s\n", NAME_WIDTH + 33, "", "modelled",
                    "here");
            vgpu_terminal_style(terminal, VGPU_STYLE_PLAIN);
        }
        any = true;
        fprintf(terminal->out, "  device %zu, ", i);
        vgpu_terminal_text(terminal, vgpu_json_text(device, "name"), 50);
        fputc('\n', terminal->out);
        print_direction(terminal, "to the device", in);
        print_direction(terminal, "from the device", out);
    }
}

void vgpu_report_summary(FILE *out, const json_t *document, bool colour)
{
    const struct vgpu_terminal terminal = {.out = out, .colour = colour};

    print_title(&terminal, document);
    print_kernels(&terminal, document);
    print_estimates(&terminal, document);
    print_advice(&terminal, document);
    print_findings(&terminal, document);
    print_transfers(&terminal, document);
    print_links(&terminal, document);
}
