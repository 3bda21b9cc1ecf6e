/*
 * core-verbs - every verb of the core, with something for it to work on.
 *
 * core_verbs[] has one row or more for each verb, t0220 sees to that.  A row that
 * changes the database is a write, the others must leave it alone.
 */
#ifndef T_UNIT_CORE_VERBS_H
#define T_UNIT_CORE_VERBS_H

#include "t/unit/core-reads.h"
#include "t/unit/core-writes.h"

struct attempt {
	const char *verb;	/* the function of the core */
	const char *name;
	enum err (*run)(struct scene *, struct call *);
	enum err want;		/* what it gives when nothing fails */
	bool	 is_read;
};

/* Verbs that change something, and verbs that only read. */
#define WRITES(verb, name, run, want)	{ #verb, name, run, want, false }
#define READS(verb, name, run)		{ #verb, name, run, ERR_OK, true }

static const struct attempt core_verbs[] = {
	WRITES(core_account_register, "register", do_register, ERR_OK),
	WRITES(core_account_register, "sign up alone", do_sign_up, ERR_OK),
	WRITES(core_session_begin, "log in", do_login, ERR_OK),
	WRITES(core_session_begin, "log in from elsewhere", do_login_from,
	    ERR_OK),
	WRITES(core_session_begin, "log in with a wrong password",
	    do_login_wrong, ERR_CREDENTIALS),
	WRITES(core_session_begin, "log in by either", do_login_either, ERR_OK),
	WRITES(core_session_guest, "act as a guest", do_guest, ERR_OK),
	WRITES(core_session_begin,
	    "log in and renew the hash", do_login_rehash, ERR_OK),
	WRITES(core_session_refresh, "refresh", do_refresh, ERR_OK),
	WRITES(core_session_refresh,
	    "refresh with a spent token", do_reuse, ERR_TOKEN_REUSED),
	WRITES(core_session_end, "end a session", do_session_end, ERR_OK),
	WRITES(core_account_update,
	    "change the display name", do_update, ERR_OK),
	WRITES(core_account_update,
	    "change name and password", do_rename_account, ERR_OK),
	WRITES(core_account_take,
	    "take something of another account", do_take, ERR_OK),
	WRITES(core_account_set_password,
	    "change the password", do_password, ERR_OK),
	WRITES(core_account_delete,
	    "delete the account", do_account_delete, ERR_OK),
	WRITES(core_account_delete_self,
	    "delete the account without a password", do_delete_self, ERR_OK),
	WRITES(core_room_named, "make a room of a name", do_named, ERR_OK),
	WRITES(core_room_create, "make a room", do_create, ERR_OK),
	WRITES(core_room_direct, "make a direct room", do_direct, ERR_OK),
	WRITES(core_room_update, "rename a room", do_rename, ERR_OK),
	WRITES(core_room_delete, "delete a room", do_room_delete, ERR_OK),
	WRITES(core_member_join, "join", do_join, ERR_OK),
	WRITES(core_member_leave, "leave", do_leave, ERR_OK),
	WRITES(core_member_put, "let somebody in", do_let_in, ERR_OK),
	WRITES(core_member_put, "promote", do_promote, ERR_OK),
	WRITES(core_member_remove, "put somebody out", do_put_out, ERR_OK),
	WRITES(core_message_post, "post", do_post, ERR_OK),
	WRITES(core_file_attach, "post with files", do_post_files, ERR_OK),
	WRITES(core_message_edit, "edit", do_edit, ERR_OK),
	WRITES(core_file_remove_all,
	    "delete a message", do_message_delete, ERR_OK),
	WRITES(core_reaction_add, "react", do_react, ERR_OK),
	WRITES(core_reaction_set,
	    "set the only reaction", do_set_reaction, ERR_OK),
	WRITES(core_reaction_remove,
	    "take a reaction back", do_unreact, ERR_OK),
	WRITES(core_receipt_move, "move a receipt", do_mark, ERR_OK),
	WRITES(core_file_add, "add a file", do_file_add, ERR_OK),
	WRITES(core_file_sweep, "sweep files", do_file_sweep, ERR_OK),
	WRITES(core_session_sweep, "sweep sessions", do_session_sweep, ERR_OK),
	WRITES(core_session_keep_short,
	    "keep a session short", do_keep_short, ERR_OK),
	READS(core_account_get, "get an account", get_account),
	READS(core_account_by_name,
	    "get an account by its name", get_account_by_name),
	READS(core_account_page, "page accounts", page_accounts),
	READS(core_account_search, "search accounts", search_accounts),
	READS(core_file_get, "get a file", get_file),
	READS(core_file_by_stored,
	    "get a file as it is stored", get_file_by_stored),
	READS(core_member_page, "page members", page_members),
	READS(core_message_get, "get a message", get_message),
	READS(core_message_page, "page messages", page_messages),
	READS(core_reaction_count, "count reactions", count_reactions),
	READS(core_typing_show, "show that one types", show_typing),
	READS(core_room_by_name, "get a room by its name", get_room_by_name),
	READS(core_room_direct_find, "find a direct room", find_direct),
	READS(core_room_get, "get a room", get_room),
	READS(core_room_look, "look at a room", look_at_room),
	READS(core_room_page, "page rooms", page_rooms),
	READS(core_session_list, "list sessions", list_sessions),
	READS(core_message_post, "post by a retry", do_post_again),
	WRITES(core_message_delete,
	    "delete a message with files", do_message_delete, ERR_OK),
};

#endif
