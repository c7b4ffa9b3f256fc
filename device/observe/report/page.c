/* SPDX-License-Identifier: MIT */
/* Puts a page together from its template, style, script and the document. */
#include "page.h"

#include "page_files.h"

#include <errno.h>
#include <string.h>

/* write_data - JSON for a script element: in ASCII, and without what could end the
 * element or begin a comment in it. Those three characters stand only within strings. */
static int write_data(const char *bytes, size_t size, void *out)
{
    for (size_t i = 0; i < size; i++)
        if (strchr("<>&", bytes[i]) && bytes[i])
            fprintf(out, "\\u%04x", (unsigned)bytes[i]);
        else
            putc(bytes[i], out);
    return 0;
}

static void write_style(FILE *out, const json_t *document)
{
    (void)document;
    fwrite(vgpu_page_style, 1, vgpu_page_style_size, out);
}

static void write_script(FILE *out, const json_t *document)
{
    (void)document;
    fwrite(vgpu_page_script, 1, vgpu_page_script_size, out);
}

static void write_document(FILE *out, const json_t *document)
{
    json_dump_callback(document, write_data, out, JSON_COMPACT | JSON_ENSURE_ASCII);
}

/* The template's marks, in the order in which they stand there. */
static const struct mark {
    const char *text;
    void (*write)(FILE *out, const json_t *document);
} marks[] = {
    {"@STYLE@", write_style}, {"@DATA@", write_document}, {"@SCRIPT@", write_script}};

int vgpu_report_page_write(FILE *out, const json_t *document)
{
    const char *at = vgpu_page_template;
    const char *const end = at + vgpu_page_template_size;

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const size_t length = strlen(marks[i].text);
        const char *mark = memmem(at, (size_t)(end - at), marks[i].text, length);

        fwrite(at, 1, (size_t)(mark - at), out);
        marks[i].write(out, document);
        at = mark + length;
    }
    fwrite(at, 1, (size_t)(end - at), out);
    if (fflush(out) != 0 || ferror(out))
        return errno ? -errno : -EIO;
    return 0;
}
