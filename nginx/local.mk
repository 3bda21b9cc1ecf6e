# nginx: the site's includes.  They are installed as they are; only the path of
# the sockets is filled in.
nginxdir = $(datadir)/natterjack/nginx
dist_nginx_DATA = \
	nginx/errors.conf \
	nginx/fastcgi.conf \
	nginx/http.conf \
	nginx/limits.conf \
	nginx/push.conf \
	nginx/server.conf
nodist_nginx_DATA = nginx/upstream.conf
EXTRA_DIST += nginx/nginx.conf.in nginx/site nginx/upstream.conf.in
CLEANFILES += nginx/upstream.conf

nginx/upstream.conf: $(srcdir)/nginx/upstream.conf.in
	@$(MKDIR_P) nginx
	$(AM_V_GEN)sed 's|@run_dir@|/run/natterjack|g' \
		$(srcdir)/nginx/upstream.conf.in >$@.new && mv $@.new $@
