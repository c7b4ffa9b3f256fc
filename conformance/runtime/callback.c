/* SPDX-License-Identifier: MIT */
/* The thread that the application's callbacks run on. */
#include "object/callback.h"
#include "vgpu_test.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

enum { POSTS = 1000, THREADS = 4 };

struct record {
    sem_t done;
    int next; /* of the number that is expected next */
    bool is_in_order;
    bool same_thread;
    bool signals_blocked;
    pthread_t thread;
};

struct post {
    struct record *record;
    int number;
};

static void note(void *work)
{
    const struct post *post = work;
    struct record *record = post->record;
    sigset_t blocked;

    if (record->next == 0)
        record->thread = pthread_self();
    record->is_in_order &= post->number == record->next++;
    record->same_thread &= pthread_equal(record->thread, pthread_self()) != 0;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    record->signals_blocked &= sigismember(&blocked, SIGINT) == 1;
    sem_post(&record->done);
}

static void record_init(struct record *record)
{
    *record = (struct record){
        .is_in_order = true, .same_thread = true, .signals_blocked = true};
    sem_init(&record->done, 0, 0);
}

static void record_wait(struct record *record, int count)
{
    for (int i = 0; i < count; i++)
        while (sem_wait(&record->done) != 0)
            ;
    sem_destroy(&record->done);
}

VGPU_UNIT_TEST(vgpu_callback_post, runs_in_order_on_a_thread_of_its_own)
{
    static struct post posts[POSTS];
    struct record record;

    record_init(&record);
    for (int i = 0; i < POSTS; i++) {
        posts[i] = (struct post){&record, i};
        ASSERT_EQ(0, vgpu_callback_post(note, &posts[i]));
    }
    record_wait(&record, POSTS);
    EXPECT_TRUE(record.is_in_order);
    EXPECT_TRUE(record.same_thread);
    EXPECT_FALSE(pthread_equal(record.thread, pthread_self()));
}

VGPU_UNIT_TEST(vgpu_callback_post, leaves_signals_to_the_application_s_threads)
{
    struct record record;
    struct post post = {&record, 0};

    record_init(&record);
    ASSERT_EQ(0, vgpu_callback_post(note, &post));
    record_wait(&record, 1);
    EXPECT_TRUE(record.signals_blocked);
}

static void count_up(void *work)
{
    sem_post(work);
}

static void *post_many(void *argument)
{
    for (int i = 0; i < POSTS; i++)
        EXPECT_EQ(0, vgpu_callback_post(count_up, argument));
    return NULL;
}

VGPU_UNIT_TEST(vgpu_callback_post, loses_nothing_of_several_threads)
{
    pthread_t threads[THREADS];
    struct record record;

    record_init(&record);
    for (int i = 0; i < THREADS; i++)
        ASSERT_EQ(0, pthread_create(&threads[i], NULL, post_many, &record.done));
    for (int i = 0; i < THREADS; i++)
        ASSERT_EQ(0, pthread_join(threads[i], NULL));
    record_wait(&record, THREADS * POSTS);
}

static void post_another(void *work)
{
    EXPECT_EQ(0, vgpu_callback_post(count_up, work));
}

VGPU_UNIT_TEST(vgpu_callback_post, may_be_called_from_a_callback)
{
    struct record record;

    record_init(&record);
    ASSERT_EQ(0, vgpu_callback_post(post_another, &record.done));
    record_wait(&record, 1);
}
