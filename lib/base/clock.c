/*
 * clock - the two clocks, and instants as text.
 *
 * Days become dates by the usual arithmetic of the proleptic Gregorian calendar
 * with years that begin in March (Howard Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms"); libc's calls would look at the time zone files on the way.
 */
#include "config.h"

#include <time.h>

#include "base/clock.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static int64_t
read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_now_ms(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
clock_mono_ms(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

struct date {
	int	 year, month, day;
};

/* Its names: an era has 400 years; days and years of the era, days of the year. */
static struct date
date_of_day(int64_t day)
{
	int64_t z = day + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);

	return (struct date){ (int)(yoe + era * 400 + (month <= 2)), month,
	    (int)(doy - (153 * mp + 2) / 5 + 1) };
}

/* `n` in two digits, a zero in front. */
static void
put_two(char *at, int n)
{
	at[0] = (char)('0' + n / 10);
	at[1] = (char)('0' + n % 10);
}

/* Midnight of a day.  The last one is kept: a page's messages share their days. */
static const char *
midnight(int64_t day)
{
	static _Thread_local char text[] = "1970-01-01T00:00:00.000Z";
	static _Thread_local int64_t kept;
	struct date d;

	if (day != kept) {
		kept = day;
		d = date_of_day(day);
		put_two(text, d.year / 100);
		put_two(text + 2, d.year % 100);
		put_two(text + 5, d.month);
		put_two(text + 8, d.day);
	}
	return text;
}

void
clock_format(int64_t at, char text[CLOCK_TEXT_LEN + 1])
{
	int64_t day = at / DAY_MS - (at % DAY_MS < 0);
	int ms = (int)(at - day * DAY_MS);

	memcpy(text, midnight(day), CLOCK_TEXT_LEN + 1);
	put_two(text + 11, ms / 3600000);
	put_two(text + 14, ms / 60000 % 60);
	put_two(text + 17, ms / 1000 % 60);
	text[20] = (char)('0' + ms % 1000 / 100);
	put_two(text + 21, ms % 100);
}
