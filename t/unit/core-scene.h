/*
 * core-scene - a database with a bit of everything, for verbs to work on.
 */
#ifndef T_UNIT_CORE_SCENE_H
#define T_UNIT_CORE_SCENE_H

#include <dirent.h>

#include "core/file.h"
#include "t/unit/core-fix.h"

/* What the verbs work on; made anew for each of them. */
struct scene {
	struct rig *rig;
	int64_t	 ann, bob, eve;
	int64_t	 room;		/* private; ann owns it, bob is in it */
	int64_t	 open;		/* public; ann owns it */
	int64_t	 message;	/* ann's, with bob's reaction and a file */
	int64_t	 posted;	/* the message's file */
	int64_t	 file[2];	/* ann's, not posted yet */
	struct tokens login;	/* ann's second session */
	struct tokens renewed;	/* of which the first refresh token is spent */
};

/* Another calls, or nobody, by no session. */
static void
act_as(struct call *c, int64_t user_id)
{
	c->user_id = user_id;
	c->session_id = 0;
}

/* A file without its bytes, which no verb here looks at. */
static int64_t
add_file(struct rig *r, int64_t user, const char *stored)
{
	struct file f = { .user_id = user, .stored = stored, .name = "a",
	    .type = "image/png", .size = 1, .created_at = r->f.now++ };
	int64_t id = 0;

	must(store_begin(r->f.s));
	must(store_end(r->f.s, store_file_add(r->f.s, &f, &id)));
	return id;
}

static int64_t
post_file(struct rig *r, const struct scene *s)
{
	struct post in = { .room_id = s->room, .text = "text",
	    .files = &s->posted, .files_n = 1 };
	struct message out;

	must(AS(r, s->ann, core_message_post(&c, &in, &out)));
	return out.id;
}

/*
 * Open the database again as a worker of a commit group does, or alone, which
 * `commit` NULL says.
 */
static void
reopen_scene(struct scene *s, struct commit *commit)
{
	struct fix *f = &s->rig->f;
	struct store_options o = { .driver = db_fault_driver(&db_sqlite),
	    .path = f->path, .mode = commit != NULL ? DB_WORKER : DB_ALONE,
	    .busy_ms = 1000, .commit = commit };

	store_close(f->s);
	must(store_open(&o, &f->s));
}

static void
set_folder(struct rig *r)
{
	char dir[128];

	snprintf(dir, sizeof(dir), "%s/files", r->f.dir);
	free(r->conf->files_dir);
	if ((r->conf->files_dir = strdup(dir)) == NULL)
		must(ERR_NOMEM);
	must(filedir_make(dir));
}

static void
set_scene(struct scene *s, struct rig *r)
{
	const struct login in = { .username = "fault-ann",
	    .password = "password", .device = "" };
	const struct account_change address = { .email = "bob@example.org" };
	struct room_entry direct;
	struct message posted;
	struct user bob;
	bool is_new;

	rig_open(r, db_fault_driver(&db_sqlite));
	set_folder(r);
	*s = (struct scene){ .rig = r };
	s->ann = rig_user(r, "fault-ann");
	s->bob = rig_user(r, "fault-bob");
	s->eve = rig_user(r, "fault-eve");
	s->room = rig_room(r, ROOM_PRIVATE, s->ann, (int64_t[]){ s->bob, 0 });
	s->open = rig_room(r, ROOM_PUBLIC, s->ann, NULL);
	must(AS(r, s->ann, core_room_direct(&c, s->bob, &direct, &is_new)));
	must(AS(r, s->bob, core_account_update(&c, &address, &bob)));
	s->posted = add_file(r, s->ann, "aa-posted");
	s->message = post_file(r, s);
	must(AS(r, s->ann, core_message_post(&c, &(struct post){
	    .room_id = s->room, .text = "keyed", .key = "an old key" },
	    &posted)));
	s->file[0] = add_file(r, s->ann, "aa-one");
	s->file[1] = add_file(r, s->ann, "aa-two");
	must(AS(r, s->bob, core_reaction_add(&c, s->message, "+1", NULL)));
	must(AS(r, 0, core_session_begin(&c, &in, &s->login)));
	must(AS(r, 0, core_session_refresh(&c, s->login.refresh, NULL,
	    &s->renewed)));
}

/* Remove the folder of files with all that is in it. */
static void
drop_files(const char *dir)
{
	const struct dirent *entry;
	DIR *d = opendir(dir);
	char path[512];

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		if (unlink(path) != 0)
			drop_files(path);
	}
	if (d != NULL)
		closedir(d);
	rmdir(dir);
}

static void
drop_scene(struct scene *s)
{
	store_close(s->rig->f.s);
	s->rig->f.s = NULL;
	drop_files(s->rig->conf->files_dir);
	rig_close(s->rig);
}

#endif
