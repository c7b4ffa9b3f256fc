/* SPDX-License-Identifier: MIT */
/* A pool of pinned threads. */
#define _GNU_SOURCE
#include "pool.h"

#include "series.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

struct bench_pool {
    unsigned num_threads;
    pthread_t *threads;
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    unsigned round; /* guarded by lock, like what follows up to `stop` */
    unsigned num_working;
    bool stop;
    bench_piece_fn *function; /* fixed while threads work */
    void *job;
    size_t count;
    atomic_size_t next;
};

static void do_pieces(struct bench_pool *pool)
{
    size_t piece;

    /* relaxed: the lock orders the job and its results; this only deals out numbers */
    while ((piece = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed)) <
           pool->count)
        pool->function(piece, pool->job);
}

static void *thread_main(void *argument)
{
    struct bench_pool *pool = argument;
    unsigned seen = 0;

    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (pool->round == seen && !pool->stop)
            pthread_cond_wait(&pool->work, &pool->lock);
        if (pool->stop)
            break;
        seen = pool->round;
        pthread_mutex_unlock(&pool->lock);
        do_pieces(pool);
        pthread_mutex_lock(&pool->lock);
        if (--pool->num_working == 0)
            pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* The `index`th core this process may use, counted round robin. */
static int usable_core(unsigned index)
{
    cpu_set_t cores;
    unsigned left;

    if (sched_getaffinity(0, sizeof cores, &cores) != 0 || CPU_COUNT(&cores) == 0)
        bench_fail("the system does not say which cores this process may use");
    left = index % (unsigned)CPU_COUNT(&cores);
    for (int core = 0; core < CPU_SETSIZE; core++) {
        if (CPU_ISSET(core, &cores) && left-- == 0)
            return core;
    }
    return 0;
}

static void start_thread(struct bench_pool *pool, unsigned index)
{
    pthread_attr_t attributes;
    cpu_set_t core;

    CPU_ZERO(&core);
    CPU_SET(usable_core(index), &core);
    pthread_attr_init(&attributes);
    pthread_attr_setaffinity_np(&attributes, sizeof core, &core);
    if (pthread_create(&pool->threads[index], &attributes, thread_main, pool) != 0)
        bench_fail("cannot start thread %u of a pool", index);
    pthread_attr_destroy(&attributes);
}

struct bench_pool *bench_pool_create(unsigned threads)
{
    struct bench_pool *pool = calloc(1, sizeof *pool);

    if (!pool || !(pool->threads = calloc(threads, sizeof *pool->threads)))
        bench_fail("no memory for a pool of %u threads", threads);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->num_threads = threads;
    for (unsigned i = 0; i < threads; i++)
        start_thread(pool, i);
    return pool;
}

void bench_pool_run(struct bench_pool *pool, size_t count, bench_piece_fn *function,
                    void *job)
{
    pthread_mutex_lock(&pool->lock);
    pool->function = function;
    pool->job = job;
    pool->count = count;
    atomic_store_explicit(&pool->next, 0,
                          memory_order_relaxed); /* the lock publishes it */
    pool->num_working = pool->num_threads;
    pool->round++;
    pthread_cond_broadcast(&pool->work);
    while (pool->num_working > 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

void bench_pool_destroy(struct bench_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->num_threads; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool->threads);
    free(pool);
}
