# push

# The codecs, without sockets or loop, so that tests can have them alone.
noinst_LIBRARIES += push/libcodec.a
push_libcodec_a_SOURCES = \
	push/http1.c push/http1.h \
	push/ws.c push/ws.h
CODEC_LIBS = push/libcodec.a $(BASE_LIBS) $(HTTP_PARSER_LIBS)

check_PROGRAMS += t/unit/t0010-base-utf8 t/unit/t0011-push-ws \
	t/unit/t0012-push-http1
t_unit_t0010_base_utf8_SOURCES = t/unit/t0010-base-utf8.c t/unit/tap.h
t_unit_t0010_base_utf8_LDADD = $(BASE_LIBS)
t_unit_t0011_push_ws_SOURCES = t/unit/t0011-push-ws.c t/unit/tap.h
t_unit_t0011_push_ws_LDADD = $(CODEC_LIBS)
t_unit_t0012_push_http1_SOURCES = t/unit/t0012-push-http1.c t/unit/tap.h
t_unit_t0012_push_http1_LDADD = $(CODEC_LIBS)

# The second opinion on ws.c, where the library for it is installed.
if HAVE_WSLAY
check_PROGRAMS += t/unit/t0013-push-ws-oracle
t_unit_t0013_push_ws_oracle_SOURCES = t/unit/t0013-push-ws-oracle.c \
	t/unit/tap.h t/unit/ws-stream.h
t_unit_t0013_push_ws_oracle_LDADD = $(CODEC_LIBS) $(WSLAY_LIBS)
endif
