EXTRA_DIST += \
	t/lib.sh t/lib-fastapi.sh t/lib-realtime.sh t/lib-rooms.sh t/lib-browser.sh \
	t/lib-chatapp.sh t/lib-chatroom.sh t/lib-sio.sh \
	t/chaos t/one t/prove t/run t/valgrind.supp \
	t/npm/package.json t/npm/package-lock.json \
	t/abuse t/access t/client t/golden $(srcdir)/t/t[0-9]*.t

# The unit tests of every directory, without running them.
.PHONY: check-programs
check-programs: $(check_PROGRAMS)

# make check: the suite over the built tree, in prove's own words.
check-local: all-am
	$(srcdir)/t/prove . -j 2 $(TESTS_WANTED)

# What tests take from npm; the tests that need it say so when it is missing.
.PHONY: check-tools distclean-check-tools
check-tools:
	@$(MKDIR_P) t/npm
	@cmp -s $(srcdir)/t/npm/package-lock.json t/npm/node_modules/lock || { \
		for file in package.json package-lock.json; do \
			[ $(srcdir) = . ] || \
			cp -f $(srcdir)/t/npm/$$file t/npm/$$file; \
		done; \
		(cd t/npm && npm ci --ignore-scripts --no-audit --no-fund \
			--silent --fetch-retries 1 --fetch-timeout 20000) && \
		cp $(srcdir)/t/npm/package-lock.json t/npm/node_modules/lock; \
	}
distclean-check-tools:
	rm -rf t/npm/node_modules
	[ "$(srcdir)" = . ] || rm -rf t/npm
