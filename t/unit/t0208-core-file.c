/*
 * core/file and store/filedir: taking files, who gets them, what is left when
 * the database or the memory fails, and what is swept.
 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/file.h"
#include "t/unit/core-fix.h"

static const char png[] = "\x89PNG\r\n\x1a\nand so on";
enum { PNG_LEN = sizeof(png) - 1 };

static struct rig rig;
static char dir[128];

/* ---- the folder */

/* Files and bodies that lie in it. */
static int
count_in(const char *path, int depth)
{
	char below[512];
	const struct dirent *entry;
	struct stat st;
	DIR *d = opendir(path);
	int n = 0;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (stat(below, &st) == 0 && S_ISREG(st.st_mode))
			n++;
		else if (depth > 0)
			n += count_in(below, depth - 1);
	}
	if (d != NULL)
		closedir(d);
	return n;
}

static int
count_all(void)
{
	return count_in(dir, 1);
}

/* Remove the folder; what it should not hold keeps it there. */
static void
drop_folder(void)
{
	char path[256];
	int bucket;

	for (bucket = 0; bucket < FILEDIR_BUCKETS; bucket++) {
		snprintf(path, sizeof(path), "%s/%02x", dir, bucket);
		rmdir(path);
	}
	snprintf(path, sizeof(path), "%s/incoming", dir);
	rmdir(path);
	rmdir(dir);
}

static void
bring(struct incoming *in, const char *bytes, size_t len)
{
	char name[FILEDIR_NAME_MAX];

	must(filedir_create(dir, in));
	must(filedir_write(in, bytes, len));
	memcpy(name, in->name, sizeof(name));
	close(in->fd);
	must(filedir_open(dir, name, in));
}

/* Take `len` bytes from `at` on of a body that is a PNG. */
static enum err
take(struct call *c, size_t at, size_t len, struct file *out)
{
	struct incoming in;
	struct file_draft draft = { .from = &in, .at = at, .len = len,
	    .name = "dir/frog.PNG", .type = "text/html" };
	enum err e;

	bring(&in, png, PNG_LEN);
	e = core_file_add(c, &draft, out);
	filedir_close(&in);
	return e;
}

static struct file
give(int64_t user)
{
	struct file f;

	must(AS(&rig, user, take(&c, 0, PNG_LEN, &f)));
	return f;
}

/* ---- tests */

static void
test_take(int64_t ann)
{
	char path[256], bytes[64];
	struct file f = give(ann);
	struct stat st;
	int fd;

	is_str(f.name, "frog.PNG", "of a path the last part is the name");
	is_str(f.type, "image/png", "its content says what it is");
	is_int(f.size, PNG_LEN, "its size");
	ok(strlen(f.stored) == 40 && strcmp(f.stored + 36, ".png") == 0,
	    "it is stored under a UUID, with its extension: %s", f.stored);
	is_int(count_all(), 1, "and the body is gone");
	snprintf(path, sizeof(path), "%s/%.2s/%s", dir, f.stored, f.stored);
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0640,
	    "the group may read it, nobody else");
	must(AS(&rig, ann, take(&c, 1, 3, &f)));
	snprintf(path, sizeof(path), "%s/%.2s/%s", dir, f.stored, f.stored);
	fd = open(path, O_RDONLY);
	ok(read(fd, bytes, sizeof(bytes)) == 3 && memcmp(bytes, "PNG", 3) == 0,
	    "a part of a body is a copy");
	close(fd);
	is_int(count_all(), 2, "and the body is gone, too");
}

static enum err
take_named(struct call *c, const char *name, struct file *out)
{
	struct incoming in;
	struct file_draft draft = { .from = &in, .len = PNG_LEN, .name = name,
	    .wants_image = true };
	enum err e;

	bring(&in, png, PNG_LEN);
	e = core_file_add(c, &draft, out);
	filedir_close(&in);
	return e;
}

static void
test_names(int64_t ann)
{
	static const struct { const char *given, *name, *extension; } names[] = {
		{ NULL, "file", "" }, { "", "file", "" }, { "/", "file", "" },
		{ "..", "file", "" }, { "a/..", "file", "" },
		{ "...", "...", "" }, { ".x", ".x", ".x" },
		{ "a.tar.GZ", "a.tar.GZ", ".gz" },
		{ "a.toolonganextension", "a.toolonganextension", "" },
		{ "a.p g", "a.p g", "" }, { "a.", "a.", "" },
		{ "\\\\host\\a.b", "a.b", ".b" },
		{ "a\tb\x7f.c", "a_b_.c", ".c" },
		{ "\xc2\x85\xe2\x80\xaf\xe2\x81\xa6.\xc3\xa4",
		    "_\xe2\x80\xaf_.\xc3\xa4", "" }
	};
	struct file f;
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++) {
		must(AS(&rig, ann, take_named(&c, names[i].given, &f)));
		is_str(f.name, names[i].name, "the name");
		is_str(f.stored + 36, names[i].extension, "and the extension");
	}
	is_err(AS(&rig, ann, take_named(&c, "\xff", &f)), ERR_BAD_VALUE,
	    "a name that is not UTF-8");
}

static void
test_limits(int64_t ann)
{
	int before = count_all();
	size_t max = rig.conf->files_max, share = rig.conf->files_account_max;
	struct file f;

	rig.conf->files_max = PNG_LEN - 1;
	is_err(AS(&rig, ann, take(&c, 0, PNG_LEN, &f)), ERR_TOO_LARGE,
	    "one byte too many");
	rig.conf->files_max = PNG_LEN;
	is_err(AS(&rig, ann, take(&c, 0, PNG_LEN, &f)), ERR_OK, "the most");
	rig.conf->files_max = max;
	rig.conf->files_account_max = PNG_LEN;
	is_err(AS(&rig, ann, take(&c, 0, PNG_LEN, &f)), ERR_QUOTA,
	    "more than an account may have");
	rig.conf->files_account_max = share;
	is_int(count_all(), before + 1, "of what is refused nothing is left");
}

static enum err
get(int64_t user, int64_t id)
{
	struct file f;

	return AS(&rig, user, core_file_get(&c, id, &f));
}

static void
test_permission(int64_t ann, int64_t bob, int64_t eve)
{
	int64_t room = rig_room(&rig, ROOM_PRIVATE, ann,
	    (int64_t[]){ bob, 0 });
	struct file f = give(ann), g = give(ann), found;
	struct post in = { .room_id = room, .text = "", .files = &f.id,
	    .files_n = 1 };
	struct message m;
	int before = count_all();

	is_err(get(ann, f.id), ERR_OK, "its uploader gets it");
	is_err(get(bob, f.id), ERR_NOT_FOUND, "nobody else does");
	is_err(AS(&rig, bob, core_message_post(&c, &in, &m)), ERR_BAD_VALUE,
	    "nor posts it");
	must(AS(&rig, ann, core_message_post(&c, &in, &m)));
	ok(m.files_n == 1 && m.files[0].id == f.id, "it is posted");
	is_err(get(bob, f.id), ERR_OK, "who is in the room gets it");
	is_err(get(eve, f.id), ERR_NOT_FOUND, "nobody else does");
	is_err(AS(&rig, eve, core_file_by_stored(&c, f.stored, &found)),
	    ERR_OK, "who knows what it is stored as gets it");
	is_err(AS(&rig, eve, core_file_by_stored(&c, "frog.PNG", &found)),
	    ERR_NOT_FOUND, "who knows its name does not");
	must(AS(&rig, bob, core_member_remove(&c, room, bob)));
	is_err(get(bob, f.id), ERR_NOT_FOUND, "who has left does not, either");
	must(AS(&rig, ann, core_message_delete(&c, m.id)));
	is_err(get(ann, f.id), ERR_NOT_FOUND, "it goes with its message");
	is_int(count_all(), before - 1, "and so do its bytes");
	is_err(get(ann, g.id), ERR_OK, "others stay");
}

/* What was posted in a room does not outlive it, nor counts for its owner. */
static void
test_room_end(int64_t ann, int64_t bob)
{
	int64_t day_s = rig.conf->files_orphan_s, used, before;
	int64_t room = rig_room(&rig, ROOM_PRIVATE, ann,
	    (int64_t[]){ bob, 0 });
	int64_t other = rig_room(&rig, ROOM_PRIVATE, ann,
	    (int64_t[]){ bob, 0 });
	struct file f, kept;
	struct post in = { .room_id = room, .text = "", .files = &f.id,
	    .files_n = 1 };
	struct message m;
	struct call call;
	int n;

	must(store_file_usage(rig.f.s, bob, &before));
	f = give(bob);
	must(AS(&rig, bob, core_message_post(&c, &in, &m)));
	in.room_id = other;
	in.files = &kept.id;
	kept = give(bob);
	must(AS(&rig, bob, core_message_post(&c, &in, &m)));
	must(AS(&rig, ann, core_room_delete(&c, room)));
	is_err(get(ann, f.id), ERR_NOT_FOUND, "a file of a room that has ended");
	is_err(get(ann, kept.id), ERR_OK, "one of another room");
	call = rig_call(&rig, 0);
	call.now += day_s * 1000 + 1000;
	must(core_file_sweep(&call, 0, &n));
	is_err(get(bob, f.id), ERR_NOT_FOUND, "the first goes in the end");
	is_err(get(bob, kept.id), ERR_OK, "the other does not");
	must(store_file_usage(rig.f.s, bob, &used));
	is_int(used - before, kept.size, "and it alone counts for its owner");
	must(AS(&rig, bob, core_message_delete(&c, m.id)));
}

/* Each call fails in turn; while one does, nothing is left. */
static void
test_faults(int64_t ann)
{
	int before = count_all(), n;
	bool same = true, hit = true;
	struct file f;
	enum err e;

	for (n = 1; same && hit; n++) {
		db_fault_set(n, ERR_FULL, false);
		e = AS(&rig, ann, take(&c, 0, PNG_LEN, &f));
		hit = db_fault_calls() >= n;
		db_fault_set(0, ERR_OK, false);
		same = e == (hit ? ERR_FULL : ERR_OK) &&
		    count_all() == before + !hit;
	}
	ok(same && n > 3, "%d calls fail, and nothing is left", n - 2);
}

static void
test_memory(int64_t ann)
{
	int before = count_all();
	struct call c = rig_call(&rig, ann);
	struct arena arena;
	enum err e = ERR_NOMEM;
	bool same = true;
	struct file f;
	size_t max;

	c.arena = &arena;
	for (max = 0; same && e == ERR_NOMEM; max += 16) {
		arena_init(&arena, max);
		e = take(&c, 0, PNG_LEN, &f);
		arena_release(&arena);
		same = (e == ERR_OK || e == ERR_NOMEM) &&
		    count_all() == before + (e == ERR_OK);
	}
	ok(same && max > 64, "so it is with less memory than %zu bytes", max);
}

/* Make everything in the folder an hour older. */
static void
age(const char *path, int depth)
{
	static const struct timeval old[2] = { { 1000, 0 }, { 1000, 0 } };
	char below[512];
	const struct dirent *entry;
	DIR *d = opendir(path);

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		utimes(below, old);
		if (depth > 0)
			age(below, depth - 1);
	}
	if (d != NULL)
		closedir(d);
}

static int
sweep_all(int64_t now)
{
	int bucket, n, all = 0;

	for (bucket = 0; bucket < FILEDIR_BUCKETS; bucket++) {
		struct call c = rig_call(&rig, 0);

		c.now = now;
		must(core_file_sweep(&c, bucket, &n));
		all += n;
	}
	return all;
}

static void
test_sweep(int64_t ann)
{
	int64_t now = 5000 * 1000 * (int64_t)1000, orphan_s;
	int before = count_all();
	struct incoming body, lost;
	struct filedir_place place = { .from = &lost, .len = PNG_LEN,
	    .name = "aa-lost" };

	must(filedir_create(dir, &body));
	close(body.fd);
	bring(&lost, png, PNG_LEN);
	must(filedir_put(&place));
	filedir_close(&lost);
	is_int(count_all(), before + 2, "bytes without a row, and a body");
	orphan_s = rig.conf->files_orphan_s;
	is_int(sweep_all(rig.f.now), 0, "what is young stays");
	age(dir, 1);
	is_int(sweep_all(1000 * 1000 + orphan_s * 1000), 0,
	    "until it is just as old as it may be");
	is_int(sweep_all(1001 * 1000 + orphan_s * 1000), before + 2,
	    "what is old goes");
	is_int(count_all(), 0, "all of it");
	give(ann);
	ok(count_all() == 1, "and files are taken as ever");
	age(dir, 1);
	is_int(sweep_all(now), 1, "what nobody has posted goes");
	is_int(count_all(), 0, "with its bytes");
}

int
main(void)
{
	int64_t ann, bob, eve;

	rig_open(&rig, db_fault_driver(&db_sqlite));
	snprintf(dir, sizeof(dir), "%s/files", rig.f.dir);
	free(rig.conf->files_dir);
	rig.conf->files_dir = strdup(dir);
	must(filedir_make(dir));
	must(filedir_make(dir));
	ann = rig_user(&rig, "ann");
	bob = rig_user(&rig, "bob");
	eve = rig_user(&rig, "eve");
	test_take(ann);
	test_names(ann);
	test_limits(ann);
	test_permission(ann, bob, eve);
	test_room_end(ann, bob);
	test_faults(ann);
	test_memory(ann);
	test_sweep(ann);
	drop_folder();
	store_close(rig.f.s);
	rig.f.s = NULL;
	rig_close(&rig);
	return tap_done();
}
