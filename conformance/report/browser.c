/* SPDX-License-Identifier: MIT */
/* The page in a headless browser: it draws itself, and complains of nothing. */
#include "example.h"

#include "report_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NO_BROWSER                                                                \
    "no browser to draw the page in: install the package chromium (scripts/deps " \
    "chromium), or put chromium-browser or google-chrome into PATH"

/* find_browser - a fresh path, or NULL. */
static char *find_browser(void)
{
    static const char *const names[] = {"chromium", "chromium-browser", "google-chrome"};
    const char *path = getenv("PATH");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (const char *at = path ? path : ""; *at; at += strspn(at, ":")) {
            const int length = (int)strcspn(at, ":");
            char *file = NULL;

            if (asprintf(&file, "%.*s/%s", length, at, names[i]) < 0)
                return NULL;
            if (access(file, X_OK) == 0)
                return file;
            free(file);
            at += length;
        }
    return NULL;
}

/* draw - what the browser makes of the page: its elements on stdout, complaints on
 * stderr. */
static struct vgpu_test_process draw(const char *browser, const char *page,
                                     const char *more)
{
    char *profile = temporary_path(".browser"), *folder = NULL, *url = NULL;
    struct vgpu_test_process process = {.status = -1000};

    if (asprintf(&folder, "--user-data-dir=%s", profile) >= 0 &&
        asprintf(&url, "file://%s", page) >= 0) {
        const char *const argv[] = {"timeout",
                                    "120",
                                    browser,
                                    "--headless",
                                    "--no-sandbox",
                                    "--disable-gpu",
                                    "--disable-dev-shm-usage",
                                    "--no-first-run",
                                    "--hide-scrollbars",
                                    "--enable-logging=stderr",
                                    "--window-size=1100,1400",
                                    "--dump-dom",
                                    folder,
                                    more,
                                    url,
                                    NULL};
        const char *const remove[] = {"rm", "-rf", profile, NULL};
        struct vgpu_test_process removal;

        process = vgpu_test_spawn(argv, NULL);
        removal = vgpu_test_spawn(remove, NULL);
        vgpu_test_process_fini(&removal);
    }
    free(profile);
    free(folder);
    free(url);
    return process;
}

/* expect_drawn - whole, and without a word on the console. */
static void expect_drawn(const struct vgpu_test_process *process)
{
    EXPECT_EQ(0, process->status);
    EXPECT_CONTAINS(process->out, "data-ready=\"yes\"");
    EXPECT_TRUE(!strstr(process->out, ">This section could not be drawn"));
    if (process->err && strstr(process->err, "CONSOLE"))
        VGPU_FAIL("the console has: %s", strstr(process->err, "CONSOLE"));
}

static char *save(json_t *document)
{
    char message[VGPU_REPORT_MESSAGE];
    char *path = temporary_path(".html");

    EXPECT_EQ(0, vgpu_report_save(path, document, message));
    json_decref(document);
    return path;
}

/* try_page - draws a document, which is given back, and expects each of `parts`. */
static void try_page(const char *browser, json_t *document, const char *const parts[])
{
    char *path = save(document);
    struct vgpu_test_process process = draw(browser, path, "--lang=en");

    expect_drawn(&process);
    for (; *parts; parts++)
        EXPECT_CONTAINS(process.out, *parts);
    vgpu_test_process_fini(&process);
    unlink(path);
    free(path);
}

VGPU_UNIT_TEST(report_in_a_browser, draws_the_example_in_every_section)
{
    static const char *const parts[] = {"what is wrong comes before what is slow",
                                        "Scattered writes",
                                        "data race in a work-group",
                                        "unit 3",
                                        "compute unit 0 (core 0)",
                                        "write: host to device",
                                        "id=\"kernel-transpose_naive\"",
                                        "out[x * height + y] = in[y * width + x];",
                                        "Estimated time for the profile laptop",
                                        "An estimate, no measurement",
                                        "Estimated time of transfers",
                                        NULL};
    char *browser = find_browser();

    if (!browser)
        VGPU_SKIP(NO_BROWSER);
    try_page(browser, example_document(), parts);
    free(browser);
}

VGPU_UNIT_TEST(report_in_a_browser, draws_nothing_and_malformed_documents)
{
    static const char *const nothing[] = {"No kernel was launched", NULL};
    static const char *const some[] = {"data-ready", NULL};
    char *browser = find_browser();

    if (!browser)
        VGPU_SKIP(NO_BROWSER);
    try_page(browser, document_of(NULL), nothing);
    try_page(browser,
             document_of(json_loads(
                 "{\"program\": [1], \"devices\": [{\"compute_units\": \"many\"}], "
                 "\"kernels\": [{\"name\": {}, \"lines\": [{\"line\": []}, {\"line\": "
                 "1e300}], \"lanes\": [{\"steps\": [[], [1, \"zz\"], [1, 7], 4]}], "
                 "\"banks\": [{\"banks\": [\"x\", -1, 1e308]}], \"traced\": 3, "
                 "\"estimate\": {\"ns\": 5, \"low_ns\": -1e300, \"high_ns\": {}, "
                 "\"bound\": [], \"memory_ns\": \"x\"}}], \"estimate\": {\"link_ns\": 7, "
                 "\"kernels_ns\": []}, "
                 "\"findings\": [{\"sides\": [1, null], \"line\": -4}], "
                 "\"transfers\": [{\"bytes\": {}}]}",
                 0, NULL)),
             some);
    free(browser);
}

VGPU_UNIT_TEST(report_in_a_browser, shows_hostile_text_as_text)
{
    static const char text[] =
        "</script><img src=x onerror=alert(1)>\"'&\x01\xe2\x80\xae";
    static const char *const parts[] = {
        "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;",
        "\xe2\x9f\xa8"
        "202e\xe2\x9f\xa9",
        NULL};
    char *browser = find_browser();

    if (!browser)
        VGPU_SKIP(NO_BROWSER);
    try_page(
        browser,
        document_of(json_pack("{ss s[{ss s[{si ss}]}] s[{ss ss}] s[{ss ss ss}]}",
                              "program", text, "kernels", "name", text, "lines", "line",
                              1, "file", text, "sources", "name", text, "text", text,
                              "findings", "kind", text, "text", text, "kernel", text)),
        parts);
    free(browser);
}

VGPU_UNIT_TEST(report_in_a_browser, draws_two_hundred_kernels_and_a_full_timeline)
{
    static const char *const parts[] = {"id=\"kernel-k199\"", "Show kernels whose name",
                                        NULL};
    char *browser = find_browser();
    json_t *kernels = json_array(), *document, *spans = json_array();

    if (!browser)
        VGPU_SKIP(NO_BROWSER);
    for (int i = 0; i < 200; i++)
        json_array_append_new(
            kernels, json_pack("{so si}", "name", json_sprintf("k%d", i), "launches", 1));
    document = document_of(json_pack("{so}", "kernels", kernels));
    for (int i = 0; i < 20000; i++)
        json_array_append_new(spans, json_pack("[iiiisi]", 0, 3 * i, 2, 0, "k", 0));
    json_object_set_new(document, "timeline",
                        json_pack("{s[{ss}] s[s] so}", "lanes", "name", "queue 1",
                                  "names", "k", "spans", spans));
    try_page(browser, document, parts);
    free(browser);
}

/* screenshot - a picture of the page; false where there is none. */
static bool screenshot(const char *browser, const char *page, const char *theme,
                       const char *picture)
{
    char *option = NULL;
    struct stat info = {0};
    struct vgpu_test_process process = {0};

    if (asprintf(&option, "--screenshot=%s", picture) >= 0) {
        const char *const argv[] = {"timeout",
                                    "120",
                                    browser,
                                    "--headless",
                                    "--no-sandbox",
                                    "--disable-gpu",
                                    "--disable-dev-shm-usage",
                                    "--window-size=1100,1400",
                                    theme,
                                    option,
                                    page,
                                    NULL};

        process = vgpu_test_spawn(argv, NULL);
    }
    vgpu_test_process_fini(&process);
    free(option);
    return stat(picture, &info) == 0 && info.st_size > 10000;
}

VGPU_UNIT_TEST(report_in_a_browser, looks_different_in_the_dark)
{
    char *browser = find_browser(), *page, *light, *dark;

    if (!browser)
        VGPU_SKIP(NO_BROWSER);
    page = save(example_document());
    light = temporary_path(".png");
    dark = temporary_path(".png");
    EXPECT_TRUE(
        screenshot(browser, page, "--blink-settings=preferredColorScheme=1", light));
    EXPECT_TRUE(
        screenshot(browser, page, "--blink-settings=preferredColorScheme=0", dark));
    unlink(page);
    unlink(light);
    unlink(dark);
    free(page);
    free(light);
    free(dark);
    free(browser);
}
