noinst_LIBRARIES += lib/core/libcore.a
lib_core_libcore_a_SOURCES = \
	lib/core/access.c lib/core/access.h lib/core/deed.def \
	lib/core/account.c lib/core/account.h \
	lib/core/auth.c lib/core/auth.h \
	lib/core/call.c lib/core/call.h \
	lib/core/check.c lib/core/check.h \
	lib/core/file.c lib/core/file.h \
	lib/core/guess.c lib/core/guess.h \
	lib/core/known.c lib/core/known.h \
	lib/core/member.c lib/core/member.h \
	lib/core/message.c lib/core/message.h \
	lib/core/password.c lib/core/password.h \
	lib/core/reaction.c \
	lib/core/receipt.c lib/core/receipt.h \
	lib/core/room.c lib/core/room.h \
	lib/core/session.c lib/core/session.h \
	lib/core/tell.c lib/core/tell.h \
	lib/core/token_cache.c lib/core/token_cache.h
CORE_LIBS = lib/core/libcore.a $(JWT_LIBS) $(CRYPT_LIBS) $(STORE_LIBS)

CORE_UNIT_TESTS = \
	t/unit/t0200-core-auth \
	t/unit/t0201-core-permission \
	t/unit/t0202-core-session \
	t/unit/t0203-core-room \
	t/unit/t0204-core-message \
	t/unit/t0205-core-fault \
	t/unit/t0206-core-dialect \
	t/unit/t0207-core-content \
	t/unit/t0208-core-file
CORE_UNIT_TESTS += t/unit/t0230-core-guess
check_PROGRAMS += $(CORE_UNIT_TESTS)
t_unit_t0230_core_guess_SOURCES = t/unit/t0230-core-guess.c
t_unit_t0230_core_guess_LDADD = $(CORE_LIBS) -ldl
t_unit_t0200_core_auth_SOURCES = t/unit/t0200-core-auth.c t/unit/core-fix.h
t_unit_t0200_core_auth_LDADD = $(CORE_LIBS)
t_unit_t0201_core_permission_SOURCES = t/unit/t0201-core-permission.c
t_unit_t0201_core_permission_LDADD = $(CORE_LIBS)
t_unit_t0202_core_session_SOURCES = t/unit/t0202-core-session.c
t_unit_t0202_core_session_LDADD = $(CORE_LIBS)
t_unit_t0203_core_room_SOURCES = t/unit/t0203-core-room.c
t_unit_t0203_core_room_LDADD = $(CORE_LIBS)
t_unit_t0204_core_message_SOURCES = t/unit/t0204-core-message.c
t_unit_t0204_core_message_LDADD = $(CORE_LIBS)
t_unit_t0205_core_fault_SOURCES = t/unit/t0205-core-fault.c \
	t/unit/core-reads.h t/unit/core-scene.h t/unit/core-verbs.h \
	t/unit/core-writes.h
t_unit_t0205_core_fault_LDADD = $(CORE_LIBS)
t_unit_t0206_core_dialect_SOURCES = t/unit/t0206-core-dialect.c
t_unit_t0206_core_dialect_LDADD = $(CORE_LIBS)
t_unit_t0207_core_content_SOURCES = t/unit/t0207-core-content.c
t_unit_t0207_core_content_LDADD = $(CORE_LIBS)
t_unit_t0208_core_file_SOURCES = t/unit/t0208-core-file.c
t_unit_t0208_core_file_LDADD = $(CORE_LIBS)
