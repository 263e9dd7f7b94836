/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints: the sets in a core image, or an error. */
#include "unit.h"

#include <string.h>

#include "lib/inputs/criu.h"

/* As crit of CRIU 3.17 encodes it: inheritable CHOWN, permitted KILL and NET_RAW,
 * effective KILL, bounding CHOWN, KILL, NET_RAW and BPF. */
static const unsigned char image[] = {
	0x19, 0x43, 0x56, 0x54, 0x47, 0x38, 0x05, 0x55, 0x4c, 0x00, 0x00, 0x00, 0x08, 0x01, 0x1a,
	0x11, 0x08, 0x01, 0x10, 0x00, 0x18, 0x00, 0x20, 0x80, 0x80, 0x80, 0x02, 0x28, 0x00, 0x32,
	0x02, 0x73, 0x68, 0x22, 0x08, 0x08, 0x01, 0x10, 0x01, 0x18, 0x01, 0x20, 0x01, 0x2a, 0x2b,
	0x08, 0x01, 0x10, 0x18, 0x52, 0x25, 0x08, 0x00, 0x10, 0x00, 0x18, 0x00, 0x20, 0x00, 0x28,
	0x00, 0x30, 0x00, 0x38, 0x00, 0x40, 0x00, 0x48, 0x01, 0x48, 0x00, 0x50, 0xa0, 0x40, 0x50,
	0x00, 0x58, 0x20, 0x58, 0x00, 0x60, 0xa1, 0x40, 0x60, 0x80, 0x01, 0x68, 0x00,
};

#define HEADER 12 /* two magic numbers and the entry's length */

static unsigned char changed[2 * sizeof(image)];
static capgate_set sets[CAPGATE_NSETS];
static struct capgate_error err;

static int read_image(const unsigned char *p, size_t len)
{
	memset(sets, 0, sizeof(sets));
	return capgate_criu_core((struct capgate_text){(const char *)p, len}, sets, &err);
}

static void set_size(size_t len)
{
	for (int i = 0; i < 4; i++)
		changed[8 + i] = (unsigned char)((len - HEADER) >> 8 * i);
}

/* The image with those bytes put in behind its header. */
static int read_with(const void *bytes, size_t n)
{
	memcpy(changed, image, HEADER);
	memcpy(changed + HEADER, bytes, n);
	memcpy(changed + HEADER + n, image + HEADER, sizeof(image) - HEADER);
	set_size(sizeof(image) + n);
	return read_image(changed, sizeof(image) + n);
}

/* Where the bytes of a field begin that are found nowhere before. */
static size_t at(const char *bytes, size_t n)
{
	const unsigned char *p = memmem(image, sizeof(image), bytes, n);

	ck_assert_ptr_nonnull(p);
	return (size_t)(p - image);
}

START_TEST(the_sets_of_a_thread_are_read)
{
	ck_assert_int_eq(read_image(image, sizeof(image)), 0);
	ck_assert_uint_eq(sets[CAPGATE_INHERITABLE].bits, 0x1);
	ck_assert_uint_eq(sets[CAPGATE_PERMITTED].bits, 0x2020);
	ck_assert_uint_eq(sets[CAPGATE_EFFECTIVE].bits, 0x20);
	ck_assert_uint_eq(sets[CAPGATE_BOUNDING].bits, UINT64_C(0x8000002021));
	ck_assert_uint_eq(sets[CAPGATE_AMBIENT].bits, 0);
}
END_TEST

START_TEST(the_sets_of_threads_add_up)
{
	sets[CAPGATE_EFFECTIVE].bits = 0x2000;
	ck_assert_int_eq(
		capgate_criu_core((struct capgate_text){(const char *)image, sizeof(image)}, sets,
				  &err),
		0);
	ck_assert_uint_eq(sets[CAPGATE_EFFECTIVE].bits, 0x2020);
}
END_TEST

START_TEST(a_shorter_image_is_an_error)
{
	for (size_t len = 0; len < sizeof(image); len++) {
		ck_assert_int_eq(read_image(image, len), CAPGATE_EINVALID);
		ck_assert_int_eq(err.rule, CAPGATE_RULE_CHECKPOINT);
		memcpy(changed, image, len);
		if (len < HEADER)
			continue;
		/* however long it says that it is: the credentials stand last */
		set_size(len);
		ck_assert_int_lt(read_image(changed, len), 0);
	}
}
END_TEST

START_TEST(a_longer_image_is_an_error)
{
	memcpy(changed, image, sizeof(image));
	changed[sizeof(image)] = 0;
	ck_assert_int_lt(read_image(changed, sizeof(image) + 1), 0);
	/* a second entry */
	memcpy(changed + sizeof(image), image + 8, sizeof(image) - 8);
	ck_assert_int_lt(read_image(changed, 2 * sizeof(image) - 8), 0);
}
END_TEST

START_TEST(other_images_are_errors)
{
	for (int i = 0; i < 8; i++) {
		memcpy(changed, image, sizeof(image));
		changed[i] ^= 1;
		ck_assert_int_lt(read_image(changed, sizeof(image)), 0);
	}
}
END_TEST

START_TEST(what_stands_twice_is_an_error)
{
	/* another thread_core, empty; as a number; and with its tag written at length */
	static const char *const twice[] = {"\x2a\x00", "\x28\x01", "\xaa\x00\x00",
					    "\xaa\x80\x00\x00"};
	static const size_t len[] = {2, 2, 3, 4};

	for (size_t i = 0; i < 4; i++)
		ck_assert_int_lt(read_with(twice[i], len[i]), 0);
	/* fields that are not on the way are passed over: of every kind */
	ck_assert_int_eq(read_with("\xa0\x06\x01"
				   "\xa2\x06\x02hi"
				   "\xa5\x06"
				   "abcd"
				   "\xa1\x06"
				   "abcdefgh",
				   24),
			 0);
	ck_assert_uint_eq(sets[CAPGATE_PERMITTED].bits, 0x2020);
	/* groups, reserved kinds, numbers without an end, lengths beyond */
	ck_assert_int_lt(read_with("\xa3\x06", 2), 0);
	ck_assert_int_lt(read_with("\xa6\x06", 2), 0);
	ck_assert_int_lt(read_with("\xa0\x06\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13), 0);
	ck_assert_int_lt(read_with("\xa2\x06\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 11), 0);
	ck_assert_int_lt(read_with("\xa1\x06", 2), 0);
}
END_TEST

/* Two magic numbers, and an entry of its own. */
static int read_entry(const char *bytes, size_t n)
{
	memcpy(changed, image, HEADER);
	memcpy(changed + HEADER, bytes, n);
	set_size(HEADER + n);
	return read_image(changed, HEADER + n);
}

#define ENTRY(s) (s), sizeof(s) - 1

START_TEST(a_process_that_has_ended_holds_nothing)
{
	/* mtype 1; tc with task_state 2, exit_code 0, comm "x" */
	ck_assert_int_eq(read_entry(ENTRY("\x08\x01\x1a\x07\x08\x02\x10\x00\x32\x01x")), 0);
	for (int s = 0; s < CAPGATE_NSETS; s++)
		ck_assert_uint_eq(sets[s].bits, 0);
	/* alive; stopped; what is not known; two states; none; 2 beyond 32 bits;
	 * as another kind; two of tc; no tc */
	ck_assert_int_lt(read_entry(ENTRY("\x08\x01\x1a\x02\x08\x01")), 0);
	ck_assert_int_lt(read_entry(ENTRY("\x08\x01\x1a\x02\x08\x03")), 0);
	ck_assert_int_lt(read_entry(ENTRY("\x08\x01\x1a\x02\x08\x06")), 0);
	ck_assert_int_lt(read_entry(ENTRY("\x08\x01\x1a\x04\x08\x01\x08\x02")), 0);
	ck_assert_int_lt(read_entry(ENTRY("\x08\x01\x1a\x02\x10\x02")), 0);
	ck_assert_int_lt(read_entry(ENTRY("\x08\x01\x1a\x06\x08\x82\x80\x80\x80\x10")), 0);
	ck_assert_int_lt(read_entry(ENTRY("\x08\x01\x1a\x04\x0a\x02\x02\x02")), 0);
	ck_assert_int_lt(read_entry(ENTRY("\x08\x01\x1a\x02\x08\x02\x1a\x02\x08\x02")), 0);
	ck_assert_int_lt(read_entry(ENTRY("\x08\x01")), 0);
	/* with a thread it is read as any: without credentials, and with them */
	ck_assert_int_lt(read_entry(ENTRY("\x08\x01\x1a\x02\x08\x02\x2a\x00")), 0);
	memcpy(changed, image, sizeof(image));
	changed[at("\x1a\x11\x08\x01", 4) + 3] = 2;
	ck_assert_int_eq(read_image(changed, sizeof(image)), 0);
	ck_assert_uint_eq(sets[CAPGATE_PERMITTED].bits, 0x2020);
}
END_TEST

START_TEST(sets_of_another_size_are_errors)
{
	/* permitted: 50 a0 40 50 00; effective: 58 20 58 00 */
	size_t permitted = at("\x50\xa0\x40\x50\x00", 5), effective = at("\x58\x20\x58\x00", 4);

	memcpy(changed, image, sizeof(image));
	changed[effective] = 0x50; /* three numbers for the one, one for the other */
	ck_assert_int_lt(read_image(changed, sizeof(image)), 0);
	memcpy(changed, image, sizeof(image));
	changed[permitted] = 0x38; /* a group id of old; one number is left */
	ck_assert_int_lt(read_image(changed, sizeof(image)), 0);
	memcpy(changed, image, sizeof(image));
	changed[permitted] = 0x52; /* packed: what is no number is not understood */
	ck_assert_int_lt(read_image(changed, sizeof(image)), 0);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("criu");
	TCase *c = tcase_create("core");

	tcase_add_test(c, the_sets_of_a_thread_are_read);
	tcase_add_test(c, the_sets_of_threads_add_up);
	tcase_add_test(c, a_shorter_image_is_an_error);
	tcase_add_test(c, a_longer_image_is_an_error);
	tcase_add_test(c, other_images_are_errors);
	tcase_add_test(c, what_stands_twice_is_an_error);
	tcase_add_test(c, a_process_that_has_ended_holds_nothing);
	tcase_add_test(c, sets_of_another_size_are_errors);
	suite_add_tcase(s, c);
	return s;
}
