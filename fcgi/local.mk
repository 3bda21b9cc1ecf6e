# fcgi

sbin_PROGRAMS += natterjack-fcgi
natterjack_fcgi_SOURCES = \
	fcgi/board.c fcgi/board.h \
	fcgi/family.c fcgi/family.h \
	fcgi/health.c fcgi/health.h \
	fcgi/http.c fcgi/http.h \
	fcgi/keeper.c fcgi/keeper.h \
	fcgi/main.c \
	fcgi/master.c fcgi/master.h \
	fcgi/notify.c fcgi/notify.h \
	fcgi/pool.c fcgi/pool.h \
	fcgi/route.c fcgi/route.h \
	fcgi/serve.c fcgi/serve.h \
	fcgi/target.c fcgi/target.h \
	fcgi/worker.c fcgi/worker.h
natterjack_fcgi_LDADD = $(DIALECT_LIBS) $(FCGI_LIBS)
dist_man_MANS += fcgi/natterjack-fcgi.8

check_PROGRAMS += t/unit/t0030-fcgi-route
t_unit_t0030_fcgi_route_SOURCES = t/unit/t0030-fcgi-route.c t/unit/tap.h \
	fcgi/route.c fcgi/route.h fcgi/target.c fcgi/target.h
t_unit_t0030_fcgi_route_LDADD = $(BASE_LIBS)

check_PROGRAMS += t/unit/t0031-fcgi-notify
t_unit_t0031_fcgi_notify_SOURCES = t/unit/t0031-fcgi-notify.c t/unit/tap.h \
	fcgi/notify.c fcgi/notify.h
t_unit_t0031_fcgi_notify_LDADD = $(STORE_LIBS)

# The operator's command asks push the way a worker does.
bin_PROGRAMS += natterjack
natterjack_SOURCES = fcgi/natterjack.c fcgi/demo.c fcgi/demo.h \
	fcgi/notify.c fcgi/notify.h
natterjack_LDADD = $(CORE_LIBS)
dist_man_MANS += fcgi/natterjack.1

EXTRA_DIST += t/lib-pool.sh t/lib-files.sh
