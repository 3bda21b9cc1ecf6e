# push

# The codecs, without sockets or loop, so that tests can have them alone.
noinst_LIBRARIES += push/libcodec.a
push_libcodec_a_SOURCES = \
	push/eio_packet.c push/eio_packet.h \
	push/http1.c push/http1.h \
	push/sio_offset.c push/sio_offset.h \
	push/sio_packet.c push/sio_packet.h \
	push/ws.c push/ws.h
CODEC_LIBS = push/libcodec.a $(BASE_LIBS) $(HTTP_PARSER_LIBS)

# Everything but main(), for the unit tests too.
noinst_LIBRARIES += push/libpush.a
push_libpush_a_SOURCES = \
	push/ask.c push/ask.h \
	push/catchup.c push/catchup.h \
	push/conn.c push/conn.h \
	push/counter.def push/counters.h \
	push/door.c push/door.h \
	push/eio.c push/eio.h \
	push/enter.c push/enter.h \
	push/entry.c push/entry.h \
	push/events.c push/events.h \
	push/expiry.c push/expiry.h \
	push/fcgi_client.c push/fcgi_client.h \
	push/frame.c push/frame.h \
	push/hint.c push/hint.h \
	push/hold.c push/hold.h \
	push/hub.c push/hub.h \
	push/inbuf.c push/inbuf.h \
	push/loop.c push/loop.h \
	push/news.c push/news.h \
	push/push.h \
	push/queue.c push/queue.h \
	push/reserve.c push/reserve.h \
	push/roster.c push/roster.h \
	push/shape.c push/shape.h \
	push/shed.c push/shed.h \
	push/sio_enter.c push/sio_enter.h \
	push/sio_group.c push/sio_group.h \
	push/sio_up.c push/sio_up.h \
	push/source.c push/source.h \
	push/sub.h \
	push/subscribe.c push/subscribe.h \
	push/t_eio.c push/t_eio.h \
	push/t_http.c push/t_http.h \
	push/t_poll.c push/t_poll.h \
	push/t_sio.c push/t_sio.h \
	push/t_sse.c push/t_sse.h \
	push/t_ws.c push/t_ws.h \
	push/tick.c push/tick.h \
	push/transport.h \
	push/upcall.c push/upcall.h
PUSH_LIBS = push/libpush.a $(DIALECT_LIBS) $(CODEC_LIBS) $(EV_LIBS)

sbin_PROGRAMS += natterjack-push
natterjack_push_SOURCES = push/main.c
natterjack_push_LDADD = $(PUSH_LIBS)
dist_man_MANS += push/natterjack-push.8 push/natterjack-wire.7

check_PROGRAMS += t/unit/t0020-push-hub t/unit/t0021-push-frame \
	t/unit/t0022-push-fcgi-client t/unit/t0023-push-entry
t_unit_t0020_push_hub_SOURCES = t/unit/t0020-push-hub.c t/unit/tap.h
t_unit_t0020_push_hub_LDADD = $(PUSH_LIBS)
t_unit_t0021_push_frame_SOURCES = t/unit/t0021-push-frame.c t/unit/tap.h
t_unit_t0021_push_frame_LDADD = $(PUSH_LIBS)
t_unit_t0022_push_fcgi_client_SOURCES = t/unit/t0022-push-fcgi-client.c \
	t/unit/tap.h
t_unit_t0022_push_fcgi_client_LDADD = $(PUSH_LIBS)
t_unit_t0023_push_entry_SOURCES = t/unit/t0023-push-entry.c t/unit/tap.h
t_unit_t0023_push_entry_LDADD = $(PUSH_LIBS)

check_PROGRAMS += t/unit/t0010-base-utf8 t/unit/t0011-push-ws \
	t/unit/t0012-push-http1 t/unit/t0024-push-eio-packet \
	t/unit/t0025-push-sio-packet
t_unit_t0024_push_eio_packet_SOURCES = t/unit/t0024-push-eio-packet.c \
	t/unit/tap.h
t_unit_t0024_push_eio_packet_LDADD = $(CODEC_LIBS)
t_unit_t0025_push_sio_packet_SOURCES = t/unit/t0025-push-sio-packet.c \
	t/unit/tap.h
t_unit_t0025_push_sio_packet_LDADD = $(CODEC_LIBS)
check_PROGRAMS += t/unit/t0026-push-sio-group
t_unit_t0026_push_sio_group_SOURCES = t/unit/t0026-push-sio-group.c t/unit/tap.h
t_unit_t0026_push_sio_group_LDADD = $(PUSH_LIBS)
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

# What makes allocations fail, for the tests.
check_PROGRAMS += t/fault/alloc.so
t_fault_alloc_so_SOURCES = t/fault/alloc.c
t_fault_alloc_so_CFLAGS = -std=gnu11 -Wall -Wextra -Wshadow -fPIC
t_fault_alloc_so_LDFLAGS = -shared

# What lets a program see another time of day.
check_PROGRAMS += t/fault/clock.so
t_fault_clock_so_SOURCES = t/fault/clock.c
t_fault_clock_so_CFLAGS = -std=gnu11 -Wall -Wextra -Wshadow -fPIC
t_fault_clock_so_LDFLAGS = -shared
