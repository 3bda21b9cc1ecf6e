/*
 * clock - the two clocks, and instants as text.
 *
 * Days and dates are converted by the usual arithmetic of the proleptic
 * Gregorian calendar with years that begin in March (Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms"); libc's calls would look at
 * the time zone files on the way.
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

static int64_t
day_of_date(struct date d)
{
	int64_t y = d.year - (d.month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 +
	    d.day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
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

/* Exactly `width` digits at `*p`, which moves on; -1 when they are not there. */
static int
take_digits(const char **p, int width)
{
	int n = 0;

	while (width-- > 0) {
		if (**p < '0' || **p > '9')
			return -1;
		n = n * 10 + *(*p)++ - '0';
	}
	return n;
}

static bool
take_char(const char **p, const char *any)
{
	if (**p == '\0' || strchr(any, **p) == NULL)
		return false;
	(*p)++;
	return true;
}

static bool
parse_date(const char **p, struct date *d)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	bool leap;

	d->year = take_digits(p, 4);
	if (d->year < 0 || !take_char(p, "-"))
		return false;
	d->month = take_digits(p, 2);
	if (d->month < 1 || d->month > 12 || !take_char(p, "-"))
		return false;
	d->day = take_digits(p, 2);
	leap = (d->year % 4 == 0 && d->year % 100 != 0) || d->year % 400 == 0;
	return d->day >= 1 &&
	    d->day <= days[d->month - 1] + (leap && d->month == 2);
}

/* hh:mm:ss with any fraction, of which three digits count. */
static bool
parse_time(const char **p, int64_t *ms_out)
{
	int h, m, s, ms = 0, weight = 100;

	h = take_digits(p, 2);
	if (h < 0 || h > 23 || !take_char(p, ":"))
		return false;
	m = take_digits(p, 2);
	if (m < 0 || m > 59 || !take_char(p, ":"))
		return false;
	s = take_digits(p, 2);
	if (s < 0 || s > 60)
		return false;
	if (take_char(p, ".")) {
		if (**p < '0' || **p > '9')
			return false;
		for (; **p >= '0' && **p <= '9'; (*p)++, weight /= 10)
			ms += (**p - '0') * weight;
	}
	*ms_out = ((int64_t)h * 60 + m) * 60000 + s * 1000 + ms;
	return true;
}

static bool
parse_zone(const char **p, int64_t *ms_out)
{
	int sign, h, m;

	*ms_out = 0;
	if (take_char(p, "Zz"))
		return true;
	sign = **p == '-' ? -1 : 1;
	if (!take_char(p, "+-"))
		return false;
	h = take_digits(p, 2);
	if (h < 0 || h > 23 || !take_char(p, ":"))
		return false;
	m = take_digits(p, 2);
	if (m < 0 || m > 59)
		return false;
	*ms_out = sign * ((int64_t)h * 60 + m) * 60000;
	return true;
}

bool
clock_parse(const char *text, int64_t *at_out)
{
	struct date d;
	int64_t time_ms, zone_ms;

	if (!parse_date(&text, &d) || !take_char(&text, "Tt ") ||
	    !parse_time(&text, &time_ms) || !parse_zone(&text, &zone_ms) ||
	    *text != '\0')
		return false;
	*at_out = day_of_date(d) * DAY_MS + time_ms - zone_ms;
	return true;
}
