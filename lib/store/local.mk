noinst_LIBRARIES += lib/store/libstore.a
lib_store_libstore_a_SOURCES = \
	lib/store/commit.c lib/store/commit.h \
	lib/store/crash.c lib/store/crash.h \
	lib/store/db.c lib/store/db.h lib/store/stmt.def \
	lib/store/db_fault.c \
	lib/store/db_sqlite.c lib/store/db_sqlite.h \
	lib/store/db_sqlite_log.c \
	lib/store/event.c lib/store/event.def lib/store/event.h \
	lib/store/file.c lib/store/file.h \
	lib/store/filedir.c lib/store/filedir.h \
	lib/store/keep.c lib/store/keep.h \
	lib/store/message.c lib/store/message.h \
	lib/store/migrate.c \
	lib/store/wal.c lib/store/wal.h \
	lib/store/room.c lib/store/room.h \
	lib/store/row.c lib/store/row.h \
	lib/store/session.c lib/store/session.h \
	lib/store/store.c lib/store/store.h \
	lib/store/throttle.c lib/store/throttle.h \
	lib/store/user.c lib/store/user.h
STORE_LIBS = lib/store/libstore.a $(SQLITE_LIBS) -lpthread $(BASE_LIBS)

# The migrations (schema/local.mk) become part of the program.
AM_CPPFLAGS += -I$(builddir)/lib
EXTRA_DIST += lib/store/schema.awk
BUILT_SOURCES += lib/store/schema.def
CLEANFILES += lib/store/schema.def
lib/store/schema.def: lib/store/schema.awk $(SCHEMA_FILES)
	$(AM_V_GEN)$(MKDIR_P) lib/store && \
	LC_ALL=C awk -f $(srcdir)/lib/store/schema.awk \
		$(SCHEMA_FILES:%=$(srcdir)/%) >$@.tmp && \
	mv $@.tmp $@
lib/store/migrate.$(OBJEXT): lib/store/schema.def

STORE_UNIT_TESTS = \
	t/unit/t0110-store-user \
	t/unit/t0111-store-room \
	t/unit/t0112-store-message \
	t/unit/t0113-store-event \
	t/unit/t0114-store-view \
	t/unit/t0115-store-plan \
	t/unit/t0116-store-fault \
	t/unit/t0120-store-driver \
	t/unit/t0121-store-scenario \
	t/unit/t0122-store-migrate \
	t/unit/t0123-store-write \
	t/unit/t0124-store-commit \
	t/unit/t0125-store-stop \
	t/unit/t0126-store-wal
check_PROGRAMS += $(STORE_UNIT_TESTS)
t_unit_t0110_store_user_SOURCES = t/unit/t0110-store-user.c t/unit/store-fix.h
t_unit_t0110_store_user_LDADD = $(STORE_LIBS)
t_unit_t0111_store_room_SOURCES = t/unit/t0111-store-room.c
t_unit_t0111_store_room_LDADD = $(STORE_LIBS)
t_unit_t0112_store_message_SOURCES = t/unit/t0112-store-message.c
t_unit_t0112_store_message_LDADD = $(STORE_LIBS)
t_unit_t0113_store_event_SOURCES = t/unit/t0113-store-event.c
t_unit_t0113_store_event_LDADD = $(STORE_LIBS)
t_unit_t0114_store_view_SOURCES = t/unit/t0114-store-view.c
t_unit_t0114_store_view_LDADD = $(STORE_LIBS)
t_unit_t0115_store_plan_SOURCES = t/unit/t0115-store-plan.c
t_unit_t0115_store_plan_LDADD = $(STORE_LIBS)
t_unit_t0116_store_fault_SOURCES = t/unit/t0116-store-fault.c
t_unit_t0116_store_fault_LDADD = $(STORE_LIBS)
t_unit_t0120_store_driver_SOURCES = t/unit/t0120-store-driver.c t/unit/child.h
t_unit_t0120_store_driver_LDADD = $(STORE_LIBS)
t_unit_t0121_store_scenario_SOURCES = t/unit/t0121-store-scenario.c
t_unit_t0121_store_scenario_LDADD = $(STORE_LIBS)
t_unit_t0122_store_migrate_SOURCES = t/unit/t0122-store-migrate.c
t_unit_t0122_store_migrate_LDADD = $(STORE_LIBS)
t_unit_t0123_store_write_SOURCES = t/unit/t0123-store-write.c
t_unit_t0123_store_write_LDADD = $(STORE_LIBS)
t_unit_t0124_store_commit_SOURCES = t/unit/t0124-store-commit.c
t_unit_t0124_store_commit_LDADD = $(STORE_LIBS)
t_unit_t0125_store_stop_SOURCES = t/unit/t0125-store-stop.c
t_unit_t0125_store_stop_LDADD = $(STORE_LIBS)
t_unit_t0126_store_wal_SOURCES = t/unit/t0126-store-wal.c
t_unit_t0126_store_wal_LDADD = $(STORE_LIBS)

# What the power-cut tests are made of (t1001, t9010): a library that is
# preloaded, a scenario, and the tool that cuts.
check_PROGRAMS += t/powercut/powercut.so t/powercut/replay t/powercut/writers
t_powercut_powercut_so_SOURCES = t/powercut/disk.c t/powercut/oplog.h
t_powercut_powercut_so_CFLAGS = -std=gnu11 -Wall -Wextra -Wshadow -fPIC
t_powercut_powercut_so_LDFLAGS = -shared
t_powercut_replay_SOURCES = t/powercut/replay.c t/powercut/image.c \
	t/powercut/image.h t/powercut/oplog.h
t_powercut_replay_LDADD = $(STORE_LIBS)
t_powercut_writers_SOURCES = t/powercut/writers.c
t_powercut_writers_LDADD = $(STORE_LIBS)
