/*
 * fields_scalar - texts and numbers.
 *
 * What is taken for one is as in pydantic's lax mode: a number may be a text of
 * digits.  Each getter takes the value if it is there, converts it, and looks at
 * its bounds.
 */
#include "config.h"

#include "base/num.h"
#include "base/utf8.h"
#include "dialect/email.h"
#include "dialect/fault.h"

enum reading { READ, NOT_PARSED, WRONG_TYPE, HAS_FRACTION };

/* ---- texts */

static const char *
take_text(struct fields *f, const char *name, const struct any_rule *rule,
    struct value *v)
{
	const char *text;

	if (!fields_take(f, name, rule, v))
		return NULL;
	if ((text = value_text(v)) == NULL)
		fault_type(f, name, v, "string_type",
		    "Input should be a valid string");
	return text;
}

/* "String should have at least 3 characters" */
static void
add_length(struct fields *f, const char *name, const struct value *v,
    const struct text_rule *rule)
{
	int64_t length = (int64_t)utf8_length(value_text(v));
	bool is_short = length < rule->min;
	int64_t bound = is_short ? rule->min : rule->max;
	struct str msg;

	if (!is_short && (rule->max == 0 || length <= rule->max))
		return;
	str_init_arena(&msg, f->x->call.arena);
	str_printf(&msg, "String should have at %s %lld character%s",
	    is_short ? "least" : "most", (long long)bound,
	    bound == 1 ? "" : "s");
	fault_at(f, name, v, &(struct fault){
	    .type = is_short ? "string_too_short" : "string_too_long",
	    .msg = msg.s, .has_url = true,
	    .ctx = fault_bound(f, is_short ? "min_length" : "max_length", bound)
	});
}

static const char *
trim(struct fields *f, const char *s)
{
	static const char blanks[] = " \t\r\n";
	const char *text;
	size_t len;

	s += strspn(s, blanks);
	for (len = strlen(s); len > 0 && strchr(blanks, s[len - 1]); len--)
		continue;
	text = arena_strndup(f->x->call.arena, s, len);
	if (text == NULL)
		fields_note(f, ERR_NOMEM);
	return text;
}

void
fields_text(struct fields *f, const char *name, const struct text_rule *rule,
    const char **out)
{
	static const struct text_rule any = { .min = 0 };
	const char *text;
	struct value v;
	int faults_n = f->faults_n;

	if (rule == NULL)
		rule = &any;
	text = take_text(f, name, &(struct any_rule){ rule->is_optional,
	    rule->has_default }, &v);
	if (text == NULL)
		return;
	add_length(f, name, &v, rule);
	if (f->faults_n == faults_n)
		*out = rule->is_trimmed ? trim(f, text) : text;
}

void
fields_email(struct fields *f, const char *name, const struct any_rule *rule,
    const char **out)
{
	const char *text, *email, *reason;
	struct value v;

	text = take_text(f, name, rule != NULL ? rule : &fields_required, &v);
	if (text == NULL)
		return;
	reason = email_read(f->x->call.arena, text, &email);
	if (email == NULL)
		fields_note(f, ERR_NOMEM);
	else if (reason == NULL)
		*out = email;
	else
		fault_at(f, name, &v, &(struct fault){ .type = "value_error",
		    .msg = fault_join(f, "value is not a valid email address: ",
		    reason), .ctx = fault_reason(f, "reason", reason) });
}

/* 'a', 'b' or 'c' */
static const char *
make_choice(struct fields *f, const struct enum_rule *rule)
{
	struct str s;
	int i;

	str_init_arena(&s, f->x->call.arena);
	for (i = 0; i < rule->words_n; i++) {
		if (i > 0)
			str_puts(&s, i == rule->words_n - 1 ? " or " : ", ");
		str_putc(&s, '\'');
		str_puts(&s, rule->words[i]);
		str_putc(&s, '\'');
	}
	return s.s;
}

void
fields_enum(struct fields *f, const char *name, const struct enum_rule *rule,
    int *out)
{
	const char *text, *choice;
	struct value v;
	int i;

	if (!fields_take(f, name, &(struct any_rule){ rule->is_optional,
	    rule->has_default }, &v))
		return;
	text = value_text(&v);
	for (i = 0; text != NULL && i < rule->words_n; i++) {
		if (strcmp(text, rule->words[i]) == 0) {
			*out = i;
			return;
		}
	}
	choice = make_choice(f, rule);
	fault_at(f, name, &v, &(struct fault){ .type = "enum",
	    .msg = fault_join(f, "Input should be ", choice),
	    .ctx = fault_reason(f, "expected", choice) });
}

/* ---- numbers */

/* " +12.0 " is 12.  What 64 bits cannot hold is the nearest that they can. */
static enum reading
parse_int(const char *s, int64_t *out)
{
	char digits[24];
	size_t n, begin;
	bool is_negative;

	s += strspn(s, " \t\r\n\f\v");
	is_negative = *s == '-';
	s += *s == '-' || *s == '+';
	begin = strspn(s, "0123456789");
	if (begin == 0)
		return NOT_PARSED;
	n = begin;
	if (s[n] == '.' && s[n + 1] == '0')
		n += 1 + strspn(s + n + 1, "0");
	n += strspn(s + n, " \t\r\n\f\v");
	if (s[n] != '\0')
		return NOT_PARSED;
	n = strspn(s, "0");
	s += n < begin ? n : begin - 1;
	begin -= n < begin ? n : begin - 1;
	*out = is_negative ? INT64_MIN : INT64_MAX;
	if (begin > 19)
		return READ;
	snprintf(digits, sizeof(digits), "%s%.*s", is_negative ? "-" : "",
	    (int)begin, s);
	(void)!num_parse(digits, INT64_MIN, INT64_MAX, out);
	return READ;
}

static enum reading
real_to_int(double real, int64_t *out)
{
	if (!(real > -9.2e18 && real < 9.2e18))
		return WRONG_TYPE;
	*out = (int64_t)real;
	return (double)*out < real || (double)*out > real ? HAS_FRACTION : READ;
}

static enum reading
read_int(const struct value *v, int64_t *out)
{
	const char *text = value_text(v);

	if (text != NULL)
		return parse_int(text, out);
	if (json_is_integer(v->json))
		*out = json_integer_value(v->json);
	else if (json_is_boolean(v->json))
		*out = json_is_true(v->json);
	else if (json_is_real(v->json))
		return real_to_int(json_real_value(v->json), out);
	else
		return WRONG_TYPE;
	return READ;
}

/* The int of a value; false: a fault. */
static bool
take_int(struct fields *f, const char *name, const struct value *v,
    int64_t *out)
{
	switch (read_int(v, out)) {
	case READ:
		return true;
	case NOT_PARSED:
		fault_type(f, name, v, "int_parsing", "Input should be a valid "
		    "integer, unable to parse string as an integer");
		break;
	case HAS_FRACTION:
		fault_type(f, name, v, "int_from_float", "Input should be a "
		    "valid integer, got a number with a fractional part");
		break;
	case WRONG_TYPE:
		fault_type(f, name, v, "int_type",
		    "Input should be a valid integer");
		break;
	}
	return false;
}

/* "Input should be greater than or equal to 0" */
static void
add_bound(struct fields *f, const char *name, const struct value *v,
    const struct fault *what)
{
	struct fault fault = *what;
	bool is_low = what->type[0] == 'g';
	struct str msg;

	str_init_arena(&msg, f->x->call.arena);
	str_printf(&msg, "Input should be %s than or equal to %s",
	    is_low ? "greater" : "less", what->msg);
	fault.msg = msg.s;
	fault.has_url = true;
	fault_at(f, name, v, &fault);
}

static bool
is_in_bounds(struct fields *f, const char *name, const struct value *v,
    const struct int_rule *rule)
{
	int64_t n = 0;
	char digits[21];

	(void)read_int(v, &n);
	if (rule->has_min && n < rule->min) {
		digits[num_format(rule->min, digits)] = '\0';
		add_bound(f, name, v, &(struct fault){
		    .type = "greater_than_equal", .msg = digits,
		    .ctx = fault_bound(f, "ge", rule->min) });
		return false;
	}
	if (rule->has_max && n > rule->max) {
		digits[num_format(rule->max, digits)] = '\0';
		add_bound(f, name, v, &(struct fault){
		    .type = "less_than_equal", .msg = digits,
		    .ctx = fault_bound(f, "le", rule->max) });
		return false;
	}
	return true;
}

void
fields_int(struct fields *f, const char *name, const struct int_rule *rule,
    int64_t *out)
{
	static const struct int_rule any = { .has_min = false };
	struct value v;
	int64_t n;

	if (rule == NULL)
		rule = &any;
	if (fields_take(f, name, &(struct any_rule){ rule->is_optional,
	    rule->has_default }, &v) && take_int(f, name, &v, &n) &&
	    is_in_bounds(f, name, &v, rule))
		*out = n;
}
