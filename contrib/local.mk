# contrib

noinst_PROGRAMS += contrib/bench/sockets
contrib_bench_sockets_SOURCES = contrib/bench/sockets.c \
	contrib/bench/dialects.c contrib/bench/dialects.h \
	contrib/bench/poster.c contrib/bench/poster.h \
	contrib/bench/reader.c contrib/bench/reader.h \
	contrib/bench/sio.c contrib/bench/sio.h
contrib_bench_sockets_LDADD = $(BASE_LIBS)
EXTRA_DIST += contrib/bench/run contrib/bench/requests.lua \
	contrib/bench/hostile contrib/bench/storm contrib/bench/storm.lua

# An administrator's file is never written over.
EXTRA_DIST += contrib/natterjack.conf contrib/packages.sh \
	contrib/quickstart contrib/quickstart-run .clang-tidy \
	.ci/accepted .ci/analyze .ci/cppcheck .ci/run
install-data-local:
	@$(MKDIR_P) "$(DESTDIR)$(sysconfdir)/natterjack"
	test -f "$(DESTDIR)$(sysconfdir)/natterjack/natterjack.conf" || \
		$(INSTALL_DATA) $(srcdir)/contrib/natterjack.conf \
		"$(DESTDIR)$(sysconfdir)/natterjack/natterjack.conf"
uninstall-local:
	! cmp -s $(srcdir)/contrib/natterjack.conf \
		"$(DESTDIR)$(sysconfdir)/natterjack/natterjack.conf" || \
		rm -f "$(DESTDIR)$(sysconfdir)/natterjack/natterjack.conf"
	rmdir "$(DESTDIR)$(sysconfdir)/natterjack" 2>/dev/null || :

EXTRA_DIST += contrib/fuzz/README.md contrib/fuzz/build contrib/fuzz/run \
	contrib/fuzz/http1.dict contrib/fuzz/corpus contrib/fuzz/fuzz.h \
	contrib/fuzz/fuzz-conf.c contrib/fuzz/fuzz-eio.c \
	contrib/fuzz/fuzz-form.c contrib/fuzz/fuzz-http1.c \
	contrib/fuzz/fuzz-json.c contrib/fuzz/fuzz-jwt.c \
	contrib/fuzz/fuzz-line.c contrib/fuzz/fuzz-multipart.c \
	contrib/fuzz/fuzz-path.c contrib/fuzz/fuzz-query.c \
	contrib/fuzz/fuzz-sio.c contrib/fuzz/fuzz-utf8.c \
	contrib/fuzz/fuzz-ws.c

# The units are found where they are installed, also below /usr/local.
systemdunitdir = @systemdsystemunitdir@
nodist_systemdunit_DATA = contrib/systemd/natterjack-fcgi.service \
	contrib/systemd/natterjack-push.service
EXTRA_DIST += contrib/systemd/natterjack-fcgi.service.in \
	contrib/systemd/natterjack-push.service.in
CLEANFILES += $(nodist_systemdunit_DATA)

$(nodist_systemdunit_DATA): contrib/systemd/%: $(srcdir)/contrib/systemd/%.in
	@$(MKDIR_P) contrib/systemd
	$(AM_V_GEN)sed -e 's|@programs@|$(sbindir)|g' \
		-e 's|@conf@|$(sysconfdir)|g' $< >$@.new && mv $@.new $@
