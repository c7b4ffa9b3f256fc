/* SPDX-License-Identifier: MIT */
/* Documents that tests of reports share. */
#include "example.h"

#include "document.h"
#include "page.h"
#include "report_file.h"
#include "summary.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

json_t *example_document(void)
{
    char message[VGPU_REPORT_MESSAGE] = "";
    json_t *document = vgpu_report_gather(EXAMPLES "/example.profile.json",
                                          EXAMPLES "/example.trace.json", message);

    EXPECT_STREQ("memory is short", document ? "memory is short" : message);
    return document;
}

json_t *document_of(json_t *profile)
{
    json_t *document = vgpu_report_document(profile, NULL);

    json_decref(profile);
    return document;
}

json_t *profile_of(json_t *members)
{
    json_t *kernel =
        json_pack("{ss sb si si si si}", "name", "k", "traced", 1, "launches", 1,
                  "groups", 8, "sub_groups", 64, "work_items", 2048);

    json_object_update(kernel, members);
    json_decref(members);
    return json_pack("{si s[{si si}] s[o]}", "version", 1, "devices", "compute_units", 4,
                     "sub_group_size", 32, "kernels", kernel);
}

char *page_of(json_t *document)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    EXPECT_EQ(0, vgpu_report_page_write(out, document));
    fclose(out);
    json_decref(document);
    return text;
}

char *summary_of(json_t *document, bool colour)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    vgpu_report_summary(out, document, colour);
    fclose(out);
    json_decref(document);
    return text;
}

json_t *data_of(const char *page)
{
    static const char mark[] = "id=\"data\">";
    const char *start = strstr(page, mark);
    const char *end = start ? strstr(start, "</script>") : NULL;

    if (!end)
        return NULL;
    start += strlen(mark);
    return json_loadb(start, (size_t)(end - start), 0, NULL);
}

char *temporary_path(const char *end)
{
    const char *folder = getenv("TMPDIR");
    char *path = NULL;
    static int count;

    if (asprintf(&path, "%s/vgpu-report-%ld-%d%s", folder ? folder : "/tmp",
                 (long)getpid(), count++, end) < 0)
        return NULL;
    return path;
}
