/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of items between one thread, which lists the inputs and delivers the results in order,
 * and a worker for each core.  The size of the ring limits memory: an item stays in its place
 * until it is delivered, and its buffer is then reused.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hook/cli/cli.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "check.h"

#define RING 128
#define WORKERS_MAX 64
/* Inputs are handed to the workers in groups of this size, because that takes a lock. */
#define HANDED_OUT 16
/* Fewer inputs are judged faster than a thread starts. */
#define WORTH_THREADS 4
/* 20 ms: nobody notices such a delay. */
#define SOON_NS 20000000
/* A larger buffer, from one large report, is freed. */
#define KEPT_BYTES ((size_t)64 << 10)

struct pool {
	const struct report_plan *plan;
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	struct report_item ring[RING];
	size_t head, taken, tail; /* head <= taken <= tail; modulo RING in the ring */
	bool closed;
	size_t idle;		    /* workers that wait */
	const struct report_item *awaited; /* the item for which the listing thread waits */
	pthread_t thread[WORKERS_MAX];
	size_t n_threads;
};

static volatile sig_atomic_t caught;

static void catch(int signal)
{
	caught = signal;
}

void check_pool_catch(void)
{
	struct sigaction action = {.sa_handler = catch, .sa_flags = SA_RESTART | (int)SA_RESETHAND};

	sigemptyset(&action.sa_mask);
	/* The second signal ends the program at once. */
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

int check_pool_signal(void)
{
	return (int)caught;
}

static void *work(void *user)
{
	struct pool *p = user;
	struct check_worker worker = {0};

	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct report_item *item;

		while (p->taken == p->tail && !p->closed) {
			p->idle++;
			pthread_cond_wait(&p->work, &p->lock);
			p->idle--;
		}
		if (p->taken == p->tail)
			break;
		item = &p->ring[p->taken++ % RING];
		worker.listed = p->tail;
		pthread_mutex_unlock(&p->lock);
		check_one(p->plan, &worker, item);
		pthread_mutex_lock(&p->lock);
		item->done = true;
		if (p->awaited == item)
			pthread_cond_signal(&p->done);
	}
	pthread_mutex_unlock(&p->lock);
	check_worker_release(&worker);
	return NULL;
}

/* Starts a thread for each core that we may use.  If none can be started, this thread does the
 * work. */
static void start_threads(struct pool *p)
{
	cpu_set_t cpus;
	int n = sched_getaffinity(0, sizeof(cpus), &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
	sigset_t all, old;

	/* Only the waiting thread handles signals. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	while (p->n_threads < (size_t)n && p->n_threads < WORKERS_MAX &&
	       pthread_create(&p->thread[p->n_threads], NULL, work, p) == 0)
		p->n_threads++;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* Lets the workers take what was listed. */
static void hand_out(struct pool *p, size_t n)
{
	pthread_mutex_lock(&p->lock);
	p->tail += n;
	for (; n > 0 && p->idle > 0; n--)
		pthread_cond_signal(&p->work);
	pthread_mutex_unlock(&p->lock);
}

/* Lists inputs until the ring is full.  False: there are no more. */
static bool list(struct pool *p, struct check_inputs *inputs)
{
	size_t n = 0; /* listed, but not handed out */
	bool more = true;

	while (p->tail + n - p->head < RING && !caught) {
		struct report_item *item = &p->ring[(p->tail + n) % RING];

		free(item->path);
		free(item->bundle);
		more = check_inputs_next(inputs, item);
		if (!more)
			break;
		item->index = p->tail + n;
		item->done = false;
		if (++n == HANDED_OUT) {
			hand_out(p, n);
			n = 0;
		}
	}
	if (n > 0)
		hand_out(p, n);
	return more && !caught;
}

static bool is_done(struct pool *p, const struct report_item *item)
{
	bool done;

	pthread_mutex_lock(&p->lock);
	done = item->done;
	pthread_mutex_unlock(&p->lock);
	return done;
}

/* Waits, with the lock, until the item is done or until this time; NULL: no limit. */
static void wait_for(struct pool *p, const struct report_item *item, const struct timespec *until)
{
	int status = 0;

	p->awaited = item;
	while (!item->done && status == 0)
		status = until ? pthread_cond_timedwait(&p->done, &p->lock, until)
			       : pthread_cond_wait(&p->done, &p->lock);
	p->awaited = NULL;
}

static struct timespec soon(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += SOON_NS;
	if (t.tv_nsec >= 1000000000) {
		t.tv_nsec -= 1000000000;
		t.tv_sec++;
	}
	return t;
}

/*
 * Waits for the oldest item.  Before that, prints what is ready.
 *
 * Waking up for each item would cost more than judging it.  So this thread sleeps until half of
 * the ring is done, but only for a short time, because finished items have to be printed.
 */
static struct report_item *await(struct pool *p, struct check_worker *own, void (*idle)(void *user),
				void *user)
{
	struct report_item *item = &p->ring[p->head % RING];
	struct timespec until;

	if (p->n_threads == 0) {
		p->taken++;
		own->listed = p->tail;
		check_one(p->plan, own, item);
		return item;
	}
	if (is_done(p, item))
		return item;
	idle(user);
	until = soon();
	pthread_mutex_lock(&p->lock);
	wait_for(p, &p->ring[(p->head + (p->tail - p->head) / 2) % RING], &until);
	wait_for(p, item, NULL);
	pthread_mutex_unlock(&p->lock);
	return item;
}

static void give_back(struct report_item *item)
{
	if (item->room <= KEPT_BYTES)
		return;
	free(item->out.p);
	item->out = (struct capgate_out){0};
	item->room = 0;
}

static void finish_pool(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->taken = p->tail; /* items that nobody has begun are skipped */
	p->closed = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < p->n_threads; i++)
		pthread_join(p->thread[i], NULL);
	for (size_t i = 0; i < RING; i++) {
		free(p->ring[i].path);
		free(p->ring[i].bundle);
		free(p->ring[i].out.p);
		for (size_t k = 0; k < p->ring[i].n_rows; k++)
			free(p->ring[i].rows[k].name);
		free(p->ring[i].rows);
	}
}

int check_pool(const struct report_plan *plan, struct check_inputs *inputs,
	       int (*emit)(void *user, struct report_item *item), void (*idle)(void *user),
	       void *user)
{
	static struct pool pool; /* used once, and too large for the stack */
	struct pool *p = &pool;
	struct check_worker own = {0};
	pthread_condattr_t monotonic;
	int status = 0;
	bool more = true;

	p->plan = plan;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&p->done, &monotonic);
	while (status == 0 && !caught) {
		struct report_item *item;

		if (more)
			more = list(p, inputs);
		if (p->head == p->tail)
			break;
		if (p->n_threads == 0 && p->tail - p->head > WORTH_THREADS)
			start_threads(p);
		item = await(p, &own, idle, user);
		status = emit(user, item);
		give_back(item);
		p->head++;
	}
	finish_pool(p);
	check_worker_release(&own);
	return status;
}
