noinst_LIBRARIES += lib/core/libcore.a
lib_core_libcore_a_SOURCES = \
	lib/core/access.c lib/core/access.h lib/core/deed.def \
	lib/core/account.c lib/core/account.h \
	lib/core/auth.c lib/core/auth.h \
	lib/core/call.h \
	lib/core/check.c lib/core/check.h \
	lib/core/member.c lib/core/member.h \
	lib/core/message.c lib/core/message.h \
	lib/core/receipt.c lib/core/receipt.h \
	lib/core/room.c lib/core/room.h \
	lib/core/session.c lib/core/session.h \
	lib/core/tell.c lib/core/tell.h
CORE_LIBS = lib/core/libcore.a $(JWT_LIBS) $(CRYPT_LIBS) $(STORE_LIBS)
