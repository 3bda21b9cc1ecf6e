noinst_LIBRARIES += lib/dialect/libdialect.a
lib_dialect_libdialect_a_SOURCES = \
	lib/dialect/cast.h \
	lib/dialect/d_chatapp.c lib/dialect/d_chatapp.def lib/dialect/d_chatapp.h \
	lib/dialect/d_chatapp_socket.c \
	lib/dialect/d_chatroom.c lib/dialect/d_chatroom.def \
	lib/dialect/d_chatroom.h \
	lib/dialect/d_chatroom_keys.c \
	lib/dialect/d_chatroom_message.c \
	lib/dialect/d_chatroom_room.c \
	lib/dialect/d_chatroom_socket.c \
	lib/dialect/d_chatroom_user.c \
	lib/dialect/d_realtime.c lib/dialect/d_realtime.def \
	lib/dialect/d_realtime.h \
	lib/dialect/d_realtime_message.c \
	lib/dialect/d_realtime_socket.c \
	lib/dialect/d_realtime_user.c \
	lib/dialect/d_messaging.c lib/dialect/d_messaging.def \
	lib/dialect/d_messaging.h \
	lib/dialect/d_messaging_room.c \
	lib/dialect/d_v1.c lib/dialect/d_v1.def lib/dialect/d_v1.h \
	lib/dialect/d_v1_account.c \
	lib/dialect/d_v1_file.c \
	lib/dialect/d_v1_message.c \
	lib/dialect/d_v1_room.c \
	lib/dialect/d_v1_upcall.c \
	lib/dialect/cookie.c \
	lib/dialect/d_rooms.c lib/dialect/d_rooms.def lib/dialect/d_rooms.h \
	lib/dialect/d_rooms_auth.c \
	lib/dialect/d_rooms_file.c \
	lib/dialect/d_rooms_reaction.c \
	lib/dialect/d_rooms_room.c \
	lib/dialect/d_rooms_socket.c \
	lib/dialect/dialect.c \
	lib/dialect/email.c lib/dialect/email.h \
	lib/dialect/exchange.c lib/dialect/exchange.h \
	lib/dialect/fastapi.c lib/dialect/fastapi.h \
	lib/dialect/fault.c lib/dialect/fault.h \
	lib/dialect/fields.c lib/dialect/fields.h \
	lib/dialect/fields_scalar.c \
	lib/dialect/form.c lib/dialect/form.h \
	lib/dialect/history.c lib/dialect/history.h \
	lib/dialect/sh_chatapp.c lib/dialect/sh_chatapp.h \
	lib/dialect/sh_chatroom.c lib/dialect/sh_chatroom.h \
	lib/dialect/json_fault.c lib/dialect/json_fault.h \
	lib/dialect/sh_realtime.c lib/dialect/sh_realtime.h \
	lib/dialect/sh_rooms.c lib/dialect/sh_rooms.h \
	lib/dialect/sh_messaging.c lib/dialect/sh_messaging.h \
	lib/dialect/sh_v1.c lib/dialect/sh_v1.h \
	lib/dialect/upload.c lib/dialect/upload.h \
	lib/dialect/shape.def lib/dialect/shape.h \
	lib/dialect/socket.c lib/dialect/socket.h
DIALECT_LIBS = lib/dialect/libdialect.a $(CORE_LIBS)

DIALECT_UNIT_TESTS = \
	t/unit/t0210-dialect-shape \
	t/unit/t0211-dialect-exchange \
	t/unit/t0212-dialect-upcall
DIALECT_UNIT_TESTS += t/unit/t0218-dialect-realtime
DIALECT_UNIT_TESTS += t/unit/t0219-dialect-history
DIALECT_UNIT_TESTS += t/unit/t0223-dialect-socket
DIALECT_UNIT_TESTS += t/unit/t0224-dialect-rooms
DIALECT_UNIT_TESTS += t/unit/t0225-dialect-chatroom
t_unit_t0219_dialect_history_SOURCES = t/unit/t0219-dialect-history.c
t_unit_t0219_dialect_history_LDADD = $(DIALECT_LIBS)
DIALECT_UNIT_TESTS += t/unit/t0213-dialect-fastapi
DIALECT_UNIT_TESTS += t/unit/t0214-dialect-fields
DIALECT_UNIT_TESTS += t/unit/t0215-dialect-words
DIALECT_UNIT_TESTS += t/unit/t0216-dialect-places
check_PROGRAMS += $(DIALECT_UNIT_TESTS)
t_unit_t0213_dialect_fastapi_SOURCES = t/unit/t0213-dialect-fastapi.c
t_unit_t0213_dialect_fastapi_LDADD = $(DIALECT_LIBS)
t_unit_t0214_dialect_fields_SOURCES = t/unit/t0214-dialect-fields.c \
	t/unit/fields-fix.h
t_unit_t0214_dialect_fields_LDADD = $(DIALECT_LIBS)
t_unit_t0216_dialect_places_SOURCES = t/unit/t0216-dialect-places.c \
	t/unit/fields-fix.h
t_unit_t0216_dialect_places_LDADD = $(DIALECT_LIBS)
t_unit_t0215_dialect_words_SOURCES = t/unit/t0215-dialect-words.c
t_unit_t0215_dialect_words_LDADD = $(DIALECT_LIBS)
t_unit_t0224_dialect_rooms_SOURCES = t/unit/t0224-dialect-rooms.c
t_unit_t0224_dialect_rooms_LDADD = $(DIALECT_LIBS)
t_unit_t0210_dialect_shape_SOURCES = t/unit/t0210-dialect-shape.c t/unit/wrote.h
t_unit_t0210_dialect_shape_LDADD = $(DIALECT_LIBS)
t_unit_t0211_dialect_exchange_SOURCES = t/unit/t0211-dialect-exchange.c
t_unit_t0211_dialect_exchange_LDADD = $(DIALECT_LIBS)
t_unit_t0212_dialect_upcall_SOURCES = t/unit/t0212-dialect-upcall.c
t_unit_t0212_dialect_upcall_LDADD = $(DIALECT_LIBS)
t_unit_t0218_dialect_realtime_SOURCES = t/unit/t0218-dialect-realtime.c
t_unit_t0218_dialect_realtime_LDADD = $(DIALECT_LIBS)
t_unit_t0223_dialect_socket_SOURCES = t/unit/t0223-dialect-socket.c
t_unit_t0223_dialect_socket_LDADD = $(DIALECT_LIBS)
t_unit_t0225_dialect_chatroom_SOURCES = t/unit/t0225-dialect-chatroom.c
t_unit_t0225_dialect_chatroom_LDADD = $(DIALECT_LIBS)
