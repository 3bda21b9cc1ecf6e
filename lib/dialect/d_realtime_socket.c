/*
 * d_realtime_socket - realtime: /ws/{user_id}.
 *
 *	{"message": any, "timestamp": any}	to everybody in the lobby
 *
 * The id in the path is that of the account whose token it is.  The lobby is
 * the public room that realtime.room names; with "chat_id" or "recipient_id" a
 * frame goes to another.  A socket hears all rooms of its account.
 *
 * What is no JSON object is passed over.  What cannot be sent is answered with
 * a frame of the user "system", as these clients are told who has left.
 */
#include "config.h"

#include "base/ids.h"
#include "core/account.h"
#include "core/member.h"
#include "dialect/d_realtime.h"
#include "dialect/sh_realtime.h"
#include "dialect/socket.h"

enum { ONLINE_MAX = 100, ONLINE_PAGE = 200 };

/* ---- coming in */

/* Is the path that of the caller's own id? */
static bool
is_own_path(struct exchange *x)
{
	const char *part = socket_path_part(x, "/ws/");
	int64_t id;

	return part != NULL && ids_parse_uuid(part, &id) &&
	    id == x->call.user_id;
}

/*
 * By a token as for requests, or one that is offered as a subprotocol.  A guest
 * has no id to name: any will do.
 */
static enum err
identify(struct exchange *x, const char *offered)
{
	const char *token = realtime_token(x);
	enum err e;

	if (token == NULL)
		token = offered;
	if (token == NULL)
		return realtime_guest(x);
	if ((e = socket_identify(x, token)) != ERR_OK)
		return e;
	return is_own_path(x) ? ERR_OK : ERR_FORBIDDEN;
}

/* A socket hears the rooms that its account is a member of. */
static enum err
join(struct exchange *x, int64_t room_id)
{
	struct room_entry room;
	struct room_look look;
	enum err e = core_room_look(&x->call, room_id, &look);

	if (e != ERR_OK)
		return e;
	return look.is_member ? ERR_OK :
	    core_member_join(&x->call, room_id, &room);
}

static enum err
join_lobby(struct exchange *x, int64_t *room_id_out)
{
	const struct realtime_target lobby = { .chat_id = NULL };
	enum err e = realtime_get(x, &lobby, room_id_out);

	return e == ERR_OK ? join(x, *room_id_out) : e;
}

/*
 * Who is online: of the lobby's members, the first who have said so.  Which
 * sockets there are is known to push alone.
 */
static enum err
put_online(struct exchange *x, int64_t room_id, struct jw *w)
{
	struct member_page page = { .room_id = room_id, .max = ONLINE_PAGE };
	struct member *m;
	int i, n, found = 0;
	enum err e;

	e = core_member_page(&x->call, &page, &m, &n);
	for (i = 0; e == ERR_OK && i < n && found < ONLINE_MAX; i++) {
		if (!sh_realtime_is_online(&m[i].user))
			continue;
		sh_realtime_online(w, &m[i].user);
		found++;
	}
	return e;
}

/* With realtime.joined on, others are told who comes, and it who is there. */
static enum err
tell_joined(struct exchange *x, struct socket_entry *entry)
{
	struct str s;
	struct jw w;
	enum err e;

	str_init_arena(&s, x->call.arena);
	jw_init(&w, &s);
	sh_realtime_online_begin(&w);
	if ((e = put_online(x, entry->room, &w)) != ERR_OK)
		return e;
	sh_realtime_online_end(&w, x->call.now);
	entry->came_room = entry->room;
	entry->frame[entry->frames_n++] = s.s;
	return ERR_OK;
}

enum err
realtime_enter(struct exchange *x)
{
	struct socket_entry entry = { .rooms_n = 0 };
	const char *protocols, *offered;
	struct user user;
	enum err e;

	if ((e = socket_enter(x, &protocols)) != ERR_OK)
		return e;
	entry.protocol = socket_protocol(x, protocols, &offered);
	if ((e = identify(x, offered)) != ERR_OK ||
	    (e = core_account_get(&x->call, x->call.user_id, &user)) !=
	    ERR_OK ||
	    (e = join_lobby(x, &entry.room)) != ERR_OK)
		return e;
	entry.went_room = entry.room;
	entry.user = &user;
	if (x->call.conf->realtime_joined &&
	    (e = tell_joined(x, &entry)) != ERR_OK)
		return e;
	return socket_admit(x, &entry);
}

/* ---- frames */

/* A text as it is, and anything else as its JSON. */
static const char *
text_of(struct exchange *x, const json_t *message)
{
	struct str s;
	struct jw w;

	if (json_is_string(message))
		return json_string_value(message);
	str_init_arena(&s, x->call.arena);
	jw_init(&w, &s);
	if (message == NULL)
		jw_null(&w);
	else
		json_put(&w, message);
	return s.s;
}

static const char *
extra_of(struct exchange *x, const json_t *message, const json_t *timestamp)
{
	struct str s;
	struct jw w;

	str_init_arena(&s, x->call.arena);
	jw_init(&w, &s);
	sh_realtime_extra(&w, message, timestamp);
	return s.s;
}

/* A text or none; false: it is another thing. */
static bool
read_id(const json_t *frame, const char *key, const char **out)
{
	const json_t *v = json_object_get(frame, key);

	*out = json_string_value(v);
	return *out != NULL || v == NULL || json_is_null(v);
}

/*
 * The room that a frame is for.  What names none must not be told to the whole
 * lobby instead.  Who speaks in a chat joins it, to hear itself and the answers.
 */
static enum err
find_room(struct exchange *x, const json_t *frame, int64_t *room_id_out)
{
	struct realtime_target target;
	enum err e;

	if (!read_id(frame, "recipient_id", &target.recipient_id))
		return fastapi_fail(x, 404, "Recipient not found");
	if (!read_id(frame, "chat_id", &target.chat_id))
		return fastapi_fail(x, 404, "Chat not found");
	*room_id_out = x->request.room;
	if (target.recipient_id == NULL && target.chat_id == NULL)
		return ERR_OK;
	e = realtime_get(x, &target, room_id_out);
	return e == ERR_OK ? join(x, *room_id_out) : e;
}

static enum err
post(struct exchange *x, const json_t *frame)
{
	const json_t *said = json_object_get(frame, "message");
	const json_t *timestamp = json_object_get(frame, "timestamp");
	struct post post = { .origin = x->request.connection };
	struct message m;
	enum err e;

	/* The word of clients of the second generation. */
	if (said == NULL)
		said = json_object_get(frame, "content");
	if ((e = find_room(x, frame, &post.room_id)) == ERR_OK) {
		post.text = text_of(x, said);
		post.extra = extra_of(x, said, timestamp);
		e = core_message_post(&x->call, &post, &m);
	}
	return e == ERR_NOT_FOUND ? fastapi_fail(x, 404, "Chat not found") : e;
}

static void
on_frame(struct exchange *x, const struct socket_frame *frame,
    struct str *answer)
{
	struct jw w;
	enum err e;

	if (!json_is_object(frame->json) ||
	    (e = post(x, frame->json)) == ERR_OK)
		return;
	jw_init(&w, answer);
	sh_realtime_notice(&w, e == ERR_REFUSED && x->detail != NULL ?
	    x->detail : err_text(e));
}

enum err
realtime_upcall(struct exchange *x)
{
	return socket_run(x, on_frame);
}
