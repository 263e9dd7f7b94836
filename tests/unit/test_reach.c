/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's formulas, by known answers and by exhaustion over one bit. */
#include "unit.h"

#include "capgate.h"

enum { B = 1, E = 2, I = 4, P = 8, A = 16 };
#define K CAPGATE_CAP_KILL

static struct capgate_reached reach(unsigned in, uint32_t uid, bool nnp, capgate_set host)
{
	capgate_set asked[CAPGATE_NSETS] = {0};
	struct capgate_reached r;

	asked[CAPGATE_BOUNDING] = capgate_set_of(in & B ? K : -1);
	asked[CAPGATE_EFFECTIVE] = capgate_set_of(in & E ? K : -1);
	asked[CAPGATE_INHERITABLE] = capgate_set_of(in & I ? K : -1);
	asked[CAPGATE_PERMITTED] = capgate_set_of(in & P ? K : -1);
	asked[CAPGATE_AMBIENT] = capgate_set_of(in & A ? K : -1);
	capgate_reach(asked, uid, nnp, host, &r);
	return r;
}

/* Which of the five sets hold it: as letters of the enum above. */
static unsigned holds(const struct capgate_reached *r)
{
	return (capgate_set_has(r->initial[CAPGATE_BOUNDING], K) ? B : 0u) |
	       (capgate_set_has(r->initial[CAPGATE_EFFECTIVE], K) ? E : 0u) |
	       (capgate_set_has(r->initial[CAPGATE_INHERITABLE], K) ? I : 0u) |
	       (capgate_set_has(r->initial[CAPGATE_PERMITTED], K) ? P : 0u) |
	       (capgate_set_has(r->initial[CAPGATE_AMBIENT], K) ? A : 0u);
}

/* Observed under runc and crun. */
static const struct {
	unsigned in;
	uint32_t uid;
	bool nnp;
	bool starts;
	unsigned holds; /* when it starts */
	bool attainable;
} rows[] = {
	{0, 0, false, true, 0, false},
	{B, 0, false, true, B | E | P, true},
	{B, 0, true, true, B, false},
	{B | P, 0, true, true, B | E | P, true},
	{B | E | I | P | A, 0, false, true, B | E | I | P | A, true},
	{B | E | I | P | A, 1000, false, true, B | E | I | P | A, true},
	{B, 1000, false, true, B, true},
	{B, 1000, true, true, B, false},
	{B | E | P, 1000, false, true, B, true},
	/* A first program with file capabilities keeps what P holds. */
	{B | E | P, 1000, true, true, B, true},
	{B | I | P, 1000, true, true, B | I, true},
	{P | A, 0, false, true, 0, false},
	{E, 0, false, false, 0, false},
	{B | E, 0, false, false, 0, false},
	{I, 0, false, false, 0, false},
	{I | P | E, 1000, false, false, 0, false},
	{B | I, 0, false, true, B | E | I | P, true},
	{B | I | A, 1000, false, true, B | I, true},
	{B | P | A, 1000, false, true, B, true},
};

START_TEST(known_answers)
{
	struct capgate_reached r =
		reach(rows[_i].in, rows[_i].uid, rows[_i].nnp, capgate_set_all());

	ck_assert_int_eq(r.starts, rows[_i].starts);
	if (!rows[_i].starts)
		return;
	ck_assert_uint_eq(holds(&r), rows[_i].holds);
	ck_assert_int_eq(capgate_set_has(r.attainable, K), rows[_i].attainable);
}
END_TEST

START_TEST(nothing_is_reached_that_was_not_asked_for)
{
	for (unsigned in = 0; in < 32; in++)
		for (uint32_t uid = 0; uid < 2; uid++)
			for (int nnp = 0; nnp < 2; nnp++) {
				struct capgate_reached r = reach(in, uid, nnp, capgate_set_all());
				capgate_set within = capgate_set_of(in ? K : -1);

				for (int s = 0; s < CAPGATE_NSETS; s++)
					ck_assert(capgate_set_within(r.initial[s], within));
				ck_assert(capgate_set_within(r.attainable, within));
				ck_assert(capgate_set_within(r.initial[CAPGATE_PERMITTED],
							     r.attainable));
			}
}
END_TEST

START_TEST(a_runtime_gives_only_what_it_has)
{
	struct capgate_reached r = reach(B, 0, false, (capgate_set){0});

	ck_assert(r.starts);
	ck_assert_uint_eq(holds(&r), 0);
	ck_assert(!reach(P, 0, false, (capgate_set){0}).starts);
}
END_TEST

START_TEST(ambient_that_is_lost_is_told)
{
	struct capgate_reached r = reach(B | A, 0, false, capgate_set_all());

	ck_assert(capgate_set_has(r.ambient_lost, K));
	r = reach(B | I | P | A, 0, false, capgate_set_all());
	ck_assert(capgate_set_empty(r.ambient_lost));
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("reach");
	TCase *t = tcase_create("reach");

	tcase_add_loop_test(t, known_answers, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, nothing_is_reached_that_was_not_asked_for);
	tcase_add_test(t, a_runtime_gives_only_what_it_has);
	tcase_add_test(t, ambient_that_is_lost_is_told);
	suite_add_tcase(s, t);
	return s;
}
