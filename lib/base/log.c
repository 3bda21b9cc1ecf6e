/*
 * log - one line per event, on stderr, each in a single write.
 *
 * A line longer than the buffer is cut, never split: lines of several
 * processes that share one file stay whole.
 */
#include "config.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum { LINE_MAX_LEN = 2048, REQUEST_ID_LEN = 64 };

static const char *const level_names[] = { "error", "warn", "info", "debug" };

static struct {
	const char *program;
	enum log_level level;
	bool	 is_plain;
	char	 request[REQUEST_ID_LEN + 1];
	char	*kept;			/* where errors go instead; or NULL */
	size_t	 kept_size;
} self = { .program = "natterjack", .level = LOG_INFO };

void
log_init(const char *program)
{
	self.program = program;
}

void
log_set_level(enum log_level level)
{
	self.level = level;
}

void
log_set_plain(void)
{
	self.is_plain = true;
}

bool
log_level_parse(const char *name, enum log_level *out)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(level_names); i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*out = (enum log_level)i;
			return true;
		}
	}
	return false;
}

void
log_set_request(const char *id)
{
	snprintf(self.request, sizeof(self.request), "%s",
	    id == NULL ? "" : id);
}

void
log_keep_errors(char *text, size_t size)
{
	self.kept = text;
	self.kept_size = size;
}

/* Nobody forges a line: control characters are shown as question marks. */
static void
make_visible(char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			text[i] = '?';
}

/* End the `len` bytes of a line and write them at once. */
static void
write_line(char line[LINE_MAX_LEN], int len)
{
	ssize_t n;

	if (len > LINE_MAX_LEN - 2)
		len = LINE_MAX_LEN - 2;
	make_visible(line, (size_t)len);
	line[len++] = '\n';
	n = write(STDERR_FILENO, line, (size_t)len);
	(void)n;		/* there is nowhere to complain to */
}

/* What a line begins with; returns its length. */
static int
put_head(char line[LINE_MAX_LEN], enum log_level level)
{
	char at[CLOCK_TEXT_LEN + 1];

	if (self.is_plain)
		return snprintf(line, LINE_MAX_LEN, "%s: ", self.program);
	clock_format(clock_now_ms(), at);
	return snprintf(line, LINE_MAX_LEN, "%s %s[%d] %s%s%s ", at,
	    self.program, (int)getpid(), level_names[level],
	    self.request[0] != '\0' ? " rid=" : "", self.request);
}

static void PRINTF_LIKE(2, 0)
put(enum log_level level, const char *fmt, va_list ap)
{
	char line[LINE_MAX_LEN];
	int len;

	if (level > self.level)
		return;
	if (level == LOG_ERROR && self.kept != NULL) {
		vsnprintf(self.kept, self.kept_size, fmt, ap);
		return;
	}
	len = put_head(line, level);
	len += vsnprintf(line + len, sizeof(line) - (size_t)len, fmt, ap);
	write_line(line, len);
}

#define LOG_AT(level) do {			\
	va_list ap;				\
	va_start(ap, fmt);			\
	put(level, fmt, ap);			\
	va_end(ap);				\
} while (0)

void
log_error(const char *fmt, ...)
{
	LOG_AT(LOG_ERROR);
}

void
log_warn(const char *fmt, ...)
{
	LOG_AT(LOG_WARN);
}

void
log_info(const char *fmt, ...)
{
	LOG_AT(LOG_INFO);
}

void
log_debug(const char *fmt, ...)
{
	LOG_AT(LOG_DEBUG);
}

/* Append as much as there is room for. */
static size_t
append(char line[LINE_MAX_LEN], size_t len, const char *text)
{
	while (*text != '\0' && len < LINE_MAX_LEN - 1)
		line[len++] = *text++;
	return len;
}

static size_t
append_number(char line[LINE_MAX_LEN], size_t len, int64_t number)
{
	char digits[24], *p = digits + sizeof(digits) - 1;
	uint64_t n = number < 0 ? -(uint64_t)number : (uint64_t)number;

	*p = '\0';
	do {
		*--p = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	if (number < 0)
		*--p = '-';
	return append(line, len, p);
}

void
log_from_signal(const char *text, int64_t number)
{
	char line[LINE_MAX_LEN];
	size_t len;

	len = append(line, 0, self.program);
	len = append(line, len, "[");
	len = append_number(line, len, getpid());
	len = append(line, len, "] error ");
	len = append(line, len, text);
	len = append_number(line, len, number);
	write_line(line, (int)len);
}

void
die(int status, const char *fmt, ...)
{
	char line[LINE_MAX_LEN];
	va_list ap;
	int len;

	len = snprintf(line, sizeof(line), "%s: ", self.program);
	va_start(ap, fmt);
	len += vsnprintf(line + len, sizeof(line) - (size_t)len, fmt, ap);
	va_end(ap);
	write_line(line, len);
	exit(status);
}
