# nginx: the site's includes, and the pages that it serves itself.  The includes
# are installed as they are; only the paths of this machine are filled in.
nginxdir = $(datadir)/natterjack/nginx
dist_nginx_DATA = \
	nginx/chatapp.conf \
	nginx/chatroom.conf \
	nginx/cors.conf \
	nginx/errors.conf \
	nginx/fastcgi.conf \
	nginx/files.conf \
	nginx/headers.conf \
	nginx/http.conf \
	nginx/limits.conf \
	nginx/messaging.conf \
	nginx/origins.conf \
	nginx/page.conf \
	nginx/pages.conf \
	nginx/preflight.conf \
	nginx/push.conf \
	nginx/rooms.conf \
	nginx/realtime.conf \
	nginx/server.conf \
	nginx/socketio.conf \
	nginx/socketio-push.conf \
	nginx/upload.conf
nodist_nginx_DATA = nginx/upload-file.conf nginx/upstream.conf
EXTRA_DIST += nginx/nginx.conf.in nginx/site nginx/upload-file.conf.in \
	nginx/upstream.conf.in
CLEANFILES += nginx/upload-file.conf nginx/upstream.conf

NGINX_FILLED = sed -e 's|@run_dir@|/run/natterjack|g' \
	-e 's|@files_dir@|/var/lib/natterjack/files|g' \
	-e 's|@pages_dir@|$(pagesdir)|g'
nginx/upload-file.conf: $(srcdir)/nginx/upload-file.conf.in
	@$(MKDIR_P) nginx
	$(AM_V_GEN)$(NGINX_FILLED) $(srcdir)/nginx/upload-file.conf.in \
		>$@.new && mv $@.new $@
nginx/upstream.conf: $(srcdir)/nginx/upstream.conf.in
	@$(MKDIR_P) nginx
	$(AM_V_GEN)$(NGINX_FILLED) $(srcdir)/nginx/upstream.conf.in \
		>$@.new && mv $@.new $@

# The pages come together in the build, where nginx serves them from: what is
# written here, /openapi.json, and what `make docs` fetches.
pagesdir = $(datadir)/natterjack/pages
pagesdocsdir = $(pagesdir)/docs
dist_pagesdocs_DATA = \
	nginx/pages/docs/docs.css \
	nginx/pages/docs/docs.js \
	nginx/pages/docs/index.html \
	nginx/pages/docs/oauth2-redirect.html
pagesredocdir = $(pagesdir)/redoc
dist_pagesredoc_DATA = \
	nginx/pages/redoc/index.html \
	nginx/pages/redoc/redoc.js
pagestestdir = $(pagesdir)/test
dist_pagestest_DATA = \
	nginx/pages/test/api.js \
	nginx/pages/test/chat.css \
	nginx/pages/test/dialogs.js \
	nginx/pages/test/dom.js \
	nginx/pages/test/files.js \
	nginx/pages/test/icon.svg \
	nginx/pages/test/index.html \
	nginx/pages/test/live.js \
	nginx/pages/test/main.js \
	nginx/pages/test/model.js \
	nginx/pages/test/outbox.js \
	nginx/pages/test/timeline.js
nodist_pages_DATA = nginx/pages/openapi.json
noinst_DATA = nginx/pages/stamp
PAGES = $(dist_pagesdocs_DATA) $(dist_pagesredoc_DATA) $(dist_pagestest_DATA)
EXTRA_DIST += nginx/fetch-docs
CLEANFILES += nginx/pages/openapi.json nginx/pages/stamp

# A file for each dialect, joined.
OPENAPI_FILES = \
	schema/openapi/start.json \
	schema/openapi/v1.json \
	schema/openapi/messaging.json \
	schema/openapi/chatapp.json \
	schema/openapi/realtime.json \
	schema/openapi/rooms.json \
	schema/openapi/chatroom.json
EXTRA_DIST += schema/openapi/join.jq $(OPENAPI_FILES)

nginx/pages/stamp: $(PAGES:%=$(srcdir)/%)
	@[ "$(srcdir)" = . ] || for file in $(PAGES); do \
		$(MKDIR_P) $${file%/*} && cp $(srcdir)/$$file $$file.new && \
		chmod u+w $$file.new && mv $$file.new $$file || exit 1; \
	done
	@echo made >$@

nginx/pages/openapi.json: $(OPENAPI_FILES) schema/openapi/join.jq
	@$(MKDIR_P) nginx/pages
	@command -v jq >/dev/null || { \
		echo "jq is missing: apt-get install jq" >&2; exit 1; }
	$(AM_V_GEN)jq -c -s --arg version $(PACKAGE_VERSION) \
		-f $(srcdir)/schema/openapi/join.jq \
		$(OPENAPI_FILES:%=$(srcdir)/%) >$@.new && mv $@.new $@

# Swagger UI and ReDoc, from npm; without them, /docs and /redoc say so.
.PHONY: docs
docs:
	$(srcdir)/nginx/fetch-docs nginx/pages

install-data-hook:
	for page in docs redoc; do \
		[ -d nginx/pages/$$page/dist ] || continue; \
		$(MKDIR_P) "$(DESTDIR)$(pagesdir)/$$page/dist" && \
		$(INSTALL_DATA) nginx/pages/$$page/dist/* \
			"$(DESTDIR)$(pagesdir)/$$page/dist/" || exit 1; \
	done
uninstall-hook:
	rm -rf "$(DESTDIR)$(pagesdir)/docs/dist" \
		"$(DESTDIR)$(pagesdir)/redoc/dist"
	cd "$(DESTDIR)$(datadir)/natterjack" && rmdir pages/docs pages/redoc \
		pages/test pages nginx 2>/dev/null || :
	rmdir "$(DESTDIR)$(datadir)/natterjack" 2>/dev/null || :
distclean-local: distclean-check-tools
	rm -rf nginx/pages/docs/dist nginx/pages/redoc/dist
	[ "$(srcdir)" = . ] || rm -rf nginx/pages
