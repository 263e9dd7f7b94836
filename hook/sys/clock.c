/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"

#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Not gmtime_r(3), which reads the environment and a file for the time zone. */
const char *clock_text(int64_t seconds, int milliseconds, char *buf)
{
	int64_t days = seconds / 86400, left = seconds % 86400;
	int64_t z, era, day_of_era, year_of_era, day_of_year, month_from_march, year, month, day;

	if (left < 0) {
		left += 86400;
		days--;
	}
	/* Converts days to a date of the Gregorian calendar.  Years begin in March, so that the
	 * leap day is the last day, and an era has 400 years. */
	z = days + 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	day_of_era = z - era * 146097;
	year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	month_from_march = (5 * day_of_year + 2) / 153;
	day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
	month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
	year = year_of_era + era * 400 + (month <= 2);
	snprintf(buf, CLOCK_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)(year % 10000),
		 (int)month, (int)day, (int)(left / 3600), (int)(left / 60 % 60), (int)(left % 60),
		 milliseconds % 1000);
	return buf;
}

static struct timespec last;

static struct timespec read_clock(void)
{
	struct timespec now = {0};

	/* The first call of the C library's function has some page faults, because it reads the
	 * clock in the vdso's pages (vdso(7)).  Once, the system call is faster. */
#ifdef __LP64__
	(void)syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
#else
	(void)clock_gettime(CLOCK_REALTIME, &now);
#endif
	last = now;
	return now;
}

int64_t clock_seconds(void)
{
	return read_clock().tv_sec;
}

static const char *text_of(struct timespec t, char *buf)
{
	return clock_text(t.tv_sec, (int)(t.tv_nsec / 1000000), buf);
}

const char *clock_now(char *buf)
{
	return text_of(read_clock(), buf);
}

const char *clock_last(char *buf)
{
	return last.tv_sec ? text_of(last, buf) : clock_now(buf);
}
