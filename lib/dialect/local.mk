noinst_LIBRARIES += lib/dialect/libdialect.a
lib_dialect_libdialect_a_SOURCES = \
	lib/dialect/cast.h \
	lib/dialect/d_v1.c lib/dialect/d_v1.def lib/dialect/d_v1.h \
	lib/dialect/d_v1_account.c \
	lib/dialect/d_v1_message.c \
	lib/dialect/d_v1_room.c \
	lib/dialect/d_v1_upcall.c \
	lib/dialect/dialect.c lib/dialect/exchange.h \
	lib/dialect/sh_v1.c lib/dialect/sh_v1.h
DIALECT_LIBS = lib/dialect/libdialect.a $(CORE_LIBS)
