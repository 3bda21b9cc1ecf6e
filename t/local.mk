EXTRA_DIST += \
	t/lib.sh t/lib-rooms.sh t/lib-browser.sh t/one t/prove t/run t/valgrind.supp \
	t/client t/golden $(srcdir)/t/t[0-9]*.t

# The unit tests of every directory, without running them.
.PHONY: check-programs
check-programs: $(check_PROGRAMS)

# make check: the suite over the built tree, in prove's own words.
check-local: all-am
	$(srcdir)/t/prove . -j 2 $(TESTS_WANTED)
