/*
 * banned - libc calls that this tree does not use.
 *
 * Each of them either writes without knowing the size of its target or hides
 * an error.  Using one is a compile error that names the replacement.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#undef strcpy
#define strcpy(d, s)	use_str_put_instead_of_strcpy
#undef strcat
#define strcat(d, s)	use_str_put_instead_of_strcat
#undef strncpy
#define strncpy(d, s, n) use_str_put_instead_of_strncpy
#undef strncat
#define strncat(d, s, n) use_str_put_instead_of_strncat
#undef sprintf
#define sprintf(...)	use_str_printf_or_snprintf_instead_of_sprintf
#undef vsprintf
#define vsprintf(...)	use_str_printf_or_vsnprintf_instead_of_vsprintf
#undef strtok
#define strtok(s, d)	use_strcspn_instead_of_strtok
#undef gets
#define gets(s)		use_getline_instead_of_gets
#undef atoi
#define atoi(s)		use_num_parse_instead_of_atoi
#undef atol
#define atol(s)		use_num_parse_instead_of_atol
#undef atoll
#define atoll(s)	use_num_parse_instead_of_atoll
#undef atof
#define atof(s)		use_strtod_instead_of_atof
#undef gmtime
#define gmtime(t)	use_clock_format_instead_of_gmtime
#undef localtime
#define localtime(t)	use_clock_format_instead_of_localtime
#undef ctime
#define ctime(t)	use_clock_format_instead_of_ctime
#undef asctime
#define asctime(t)	use_clock_format_instead_of_asctime

#endif
