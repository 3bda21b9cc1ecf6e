noinst_LIBRARIES += lib/base/libbase.a
lib_base_libbase_a_SOURCES = \
	lib/base/arena.c lib/base/arena.h \
	lib/base/banned.h lib/base/base.h \
	lib/base/clock.c lib/base/clock.h \
	lib/base/conf.c lib/base/conf.def lib/base/conf.h \
	lib/base/err.c lib/base/err.def lib/base/err.h \
	lib/base/disposition.c lib/base/disposition.h \
	lib/base/ids.c lib/base/ids.h \
	lib/base/json.c lib/base/json.h \
	lib/base/json_mem.c lib/base/json_mem.h \
	lib/base/jw.c lib/base/jw.h \
	lib/base/line.c lib/base/line.h \
	lib/base/listen.c lib/base/listen.h \
	lib/base/log.c lib/base/log.h \
	lib/base/media.c lib/base/media.h \
	lib/base/multipart.c lib/base/multipart.h \
	lib/base/num.c lib/base/num.h \
	lib/base/peer.c lib/base/peer.h \
	lib/base/percent.c lib/base/percent.h \
	lib/base/privilege.c lib/base/privilege.h \
	lib/base/sandbox.c lib/base/sandbox.h lib/base/syscall.def \
	lib/base/str.c lib/base/str.h \
	lib/base/utf8.c lib/base/utf8.h
BASE_LIBS = lib/base/libbase.a $(JANSSON_LIBS) $(CRYPTO_LIBS) \
	$(SECCOMP_LIBS)

dist_man_MANS += lib/base/natterjack.conf.5

check_PROGRAMS += t/unit/t0001-base t/unit/t0002-base-ids
t_unit_t0001_base_SOURCES = t/unit/t0001-base.c t/unit/tap.h
t_unit_t0001_base_LDADD = $(BASE_LIBS)
t_unit_t0002_base_ids_SOURCES = t/unit/t0002-base-ids.c t/unit/tap.h
t_unit_t0002_base_ids_LDADD = $(BASE_LIBS)

check_PROGRAMS += t/unit/t0014-base-multipart t/unit/t0015-base-media
t_unit_t0014_base_multipart_SOURCES = t/unit/t0014-base-multipart.c
t_unit_t0014_base_multipart_LDADD = $(BASE_LIBS)
t_unit_t0015_base_media_SOURCES = t/unit/t0015-base-media.c
t_unit_t0015_base_media_LDADD = $(BASE_LIBS)

check_PROGRAMS += t/unit/t0040-base-sandbox
t_unit_t0040_base_sandbox_SOURCES = t/unit/t0040-base-sandbox.c \
	t/unit/child.h
t_unit_t0040_base_sandbox_LDADD = $(BASE_LIBS)
