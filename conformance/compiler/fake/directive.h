/* SPDX-License-Identifier: MIT */
/* What the fake vgpu-cc does with a source that is one of these words. */
#ifndef FAKE_DIRECTIVE_H
#define FAKE_DIRECTIVE_H

#define FAKE_ANSWER      "answer" /* a unit; its variables differ each time */
#define FAKE_WARN        "warn"   /* the same, with a log */
#define FAKE_REPORT      "report" /* the log tells what the process was given */
#define FAKE_REFUSE      "refuse"
#define FAKE_NO_TOOLS    "no tools"
#define FAKE_FAIL        "fail"
#define FAKE_CRASH       "crash"
#define FAKE_CRASH_EARLY "crash early" /* without reading the request to its end */
#define FAKE_KILL        "kill"        /* the server dies as well */
#define FAKE_HANG        "hang"
#define FAKE_TRICKLE     "trickle" /* a byte now and then, without end */
#define FAKE_SLOW        "slow"    /* a byte at a time, but all of them */
#define FAKE_GARBAGE     "garbage"
#define FAKE_HALF        "half"
#define FAKE_HUGE        "huge"       /* announces more than a message may have */
#define FAKE_LARGE       "large"      /* announces much, sends little */
#define FAKE_NO_UNIT     "no unit"    /* the result is none */
#define FAKE_OTHER_KIND  "other kind" /* a library instead */
#define FAKE_OLD         "old"        /* another version */
#define FAKE_STATUS      "status"     /* one that there is not */
#define FAKE_NUL         "nul"        /* the log holds a NUL */
#define FAKE_BAD_FILES   "bad files"  /* the list of included files is cut short */
#define FAKE_INCLUDE     "#include "  /* the rest is the path of a file it included */

/* Kernels: what their code is. */
#define FAKE_CODE_GARBAGE "garbage"
#define FAKE_CODE_EMPTY   "empty"

/* In shared objects, what the fake replaces by bytes that differ each time. */
#define FAKE_SERIAL      "0123456789:serial"
#define FAKE_SERIAL_SIZE 8

#endif
