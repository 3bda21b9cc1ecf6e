/*
 * d_chatroom_keys - chatroom: keys for end-to-end encryption.
 *
 * An account leaves public keys that are good for one use.  Whoever begins to
 * talk to it takes the oldest of them, which then is gone: no two are given the
 * same one.  What the keys are is the clients' affair.
 */
#include "config.h"

#include "base/json.h"
#include "core/account.h"
#include "dialect/d_chatroom.h"

/* What an edit of the list gives back, or is given; a reference. */
struct otp {
	json_t	*value;
};

/* A profile_edit: another list in the place of the old one. */
static enum err
set_list(struct call *c, void *arg, const char *profile, const char **out)
{
	const struct otp *otp = arg;
	json_t *own, *all = chatroom_profile_open(profile, &own);
	bool is_fine = own != NULL &&
	    json_object_set(own, "otpKeys", otp->value) == 0;

	return chatroom_profile_close(c, all, is_fine, out);
}

/* A profile_edit: the first of the list is taken; ERR_GONE: there is none. */
static enum err
take_first(struct call *c, void *arg, const char *profile, const char **out)
{
	struct otp *otp = arg;
	json_t *own, *all = chatroom_profile_open(profile, &own);
	json_t *list = json_object_get(own, "otpKeys");
	bool is_fine;

	if (own != NULL && json_array_size(list) == 0) {
		json_decref(all);
		return ERR_GONE;
	}
	json_decref(otp->value);
	otp->value = json_incref(json_array_get(list, 0));
	is_fine = json_array_remove(list, 0) == 0;
	return chatroom_profile_close(c, all, is_fine, out);
}

enum err
chatroom_otp_set(struct exchange *x)
{
	struct account_change change = { .is_seen = false };
	struct otp otp = { .value = NULL };
	struct fields f;
	struct user user;
	enum err e;

	fields_begin(&f, x);
	fields_objects(&f, (const json_t **)&otp.value);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	change.edit = (struct profile_edit){ set_list, &otp };
	e = core_account_update(&x->call, &change, &user);
	if (e == ERR_TOO_LONG)
		return fastapi_fail(x, 400, "Too many OTP keys.");
	return e != ERR_OK ? e :
	    chatroom_say(x, "OTP keys updated successfully.");
}

/* Take a key of an account; `otp` holds it then. */
static enum err
take(struct exchange *x, const char *name, struct otp *otp, struct user *user)
{
	const struct profile_edit edit = { take_first, otp };
	int64_t id;
	enum err e;

	if ((e = chatroom_path_id(x, name, &id)) == ERR_OK)
		e = core_account_take(&x->call, id, &edit, user);
	if (e == ERR_GONE)
		return fastapi_fail(x, 404,
		    "No OTP keys available for this user.");
	return e;
}

enum err
chatroom_otp_take(struct exchange *x)
{
	struct otp otp = { .value = NULL };
	struct user user;
	struct jw w;
	enum err e;

	e = take(x, "id", &otp, &user);
	if (e == ERR_NOT_FOUND)
		e = fastapi_fail(x, 404, "Target user not found!");
	if (e == ERR_OK) {
		exchange_json(x, 200, &w);
		jw_object_begin(&w);
		jw_key(&w, "popped_key");
		json_put(&w, otp.value);
		jw_object_end(&w);
	}
	json_decref(otp.value);
	return e;
}

static enum err
answer_keys(struct exchange *x, const struct user *user, const json_t *otp_key)
{
	struct jw w;

	exchange_json(x, 200, &w);
	sh_chatroom_keys(&w, user, otp_key);
	return ERR_OK;
}

enum err
chatroom_keys_send(struct exchange *x)
{
	struct otp otp = { .value = NULL };
	struct user user;
	enum err e;

	e = take(x, "userId", &otp, &user);
	if (e == ERR_NOT_FOUND)
		e = fastapi_fail(x, 404, "User not found!");
	if (e == ERR_OK)
		e = answer_keys(x, &user, otp.value);
	json_decref(otp.value);
	return e;
}

enum err
chatroom_keys_receive(struct exchange *x)
{
	struct user user;
	int64_t id;
	enum err e;

	if ((e = chatroom_path_id(x, "userId", &id)) == ERR_OK)
		e = core_account_get(&x->call, id, &user);
	if (e == ERR_NOT_FOUND)
		return fastapi_fail(x, 404, "User not found!");
	return e != ERR_OK ? e : answer_keys(x, &user, NULL);
}
