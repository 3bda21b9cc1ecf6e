/*
 * model - what this account sees: its rooms, and the messages that were loaded.
 *
 * Rooms and pages of messages are asked for, and kept up to date by events.
 * What happens while an answer is on its way waits until it is there, and is
 * applied then; applying an event twice does no harm.
 */

import { ask } from "/test/api.js";

const PAGE = 50;
const TYPING_MS = 6000;

export const nameOf = (room) => room.name || "A room without a name";

/* The messages of a room, oldest first, from some point on. */
class Timeline {
	constructor() {
		this.list = [];
		this.before = null;	/* how to go on to what is older */
		this.isLoaded = false;
		this.loading = null;
		this.waiting = [];
		this.newAfter = null;	/* what comes after this was new */
		this.members = [];
	}

	find(seq) {
		return this.list.findLastIndex((m) => m.seq === seq);
	}

	/* Put a message in its place, or another state of it. */
	put(message) {
		let i = this.find(message.seq);

		if (i >= 0) {
			this.list[i] = message;
			return;
		}
		i = this.list.length;
		while (i > 0 && this.list[i - 1].seq > message.seq)
			i--;
		this.list.splice(i, 0, message);
	}
}

function withReaction(message, emoji, user, isAdded) {
	const reactions = message.reactions.map((r) => ({ ...r,
		users: r.users.filter((u) => r.emoji !== emoji ||
			u.id !== user.id) }));
	let one = reactions.find((r) => r.emoji === emoji);

	if (isAdded && one === undefined)
		reactions.push(one = { emoji, users: [] });
	if (isAdded)
		one.users.push({ id: user.id, username: user.username });
	for (const r of reactions)
		r.count = r.users.length;
	return { ...message, reactions: reactions.filter((r) => r.count > 0) };
}

export class Model {
	/* `onchange` is told what has changed, and of which room. */
	constructor(me, { onchange, onmessage }) {
		this.me = me;
		this.onchange = onchange;
		this.onmessage = onmessage;
		this.forget();
	}

	forget() {
		this.rooms = new Map();
		this.timelines = new Map();
		this.typing = new Map();	/* room → user id → name, timer */
		this.waiting = [];
		this.isLoaded = false;
	}

	async load() {
		const rooms = new Map();
		let after = "";

		do {
			const page = await ask("GET", `/v1/rooms?limit=200${after}`);

			for (const room of page.items)
				rooms.set(room.id, room);
			after = page.next === null ? null : `&after=${page.next}`;
		} while (after !== null);
		this.rooms = rooms;
		this.isLoaded = true;
		for (const event of this.waiting.splice(0))
			this.apply(event);
		this.onchange("rooms");
	}

	async loadRoom(id) {
		try {
			this.rooms.set(id, await ask("GET", `/v1/rooms/${id}`));
			this.onchange("rooms");
		} catch (error) {
			if (error.status === 404)
				this.removeRoom(id);
		}
		return this.rooms.get(id);
	}

	removeRoom(id) {
		this.rooms.delete(id);
		this.timelines.delete(id);
		this.onchange("rooms");
	}

	title(room) {
		if (room.kind !== "direct")
			return nameOf(room);
		const other = room.members.find((m) => m.id !== this.me.id);

		return (other || this.me).display_name;
	}

	sorted() {
		return [...this.rooms.values()].sort((a, b) => b.last_seq - a.last_seq);
	}

	timeline(id) {
		if (!this.timelines.has(id))
			this.timelines.set(id, new Timeline());
		return this.timelines.get(id);
	}

	/* The newest page, or the one before what is there. */
	loadMessages(id) {
		const t = this.timeline(id);

		if (t.loading === null && (!t.isLoaded || t.before !== null))
			t.loading = this.loadPage(id, t).finally(() => {
				t.loading = null;
			});
		return t.loading;
	}

	async loadPage(id, t) {
		const before = t.isLoaded ? `&before=${t.before}` : "";
		const page = await ask("GET",
			`/v1/rooms/${id}/messages?limit=${PAGE}${before}`);

		for (const message of page.items)
			t.put(message);
		t.before = page.next;
		t.isLoaded = true;
		for (const event of t.waiting.splice(0))
			this.applyTo(t, event);
		this.onchange("messages", id);
	}

	async loadMembers(id) {
		const page = await ask("GET", `/v1/rooms/${id}/members?limit=200`);

		this.timeline(id).members = page.items;
		this.onchange("members", id);
	}

	/* ---- events */

	apply(event) {
		if (!this.isLoaded) {
			this.waiting.push(event);
			return;
		}
		const room = this.rooms.get(event.room);
		const isNew = room !== undefined && event.seq > room.last_seq;

		if (isNew)
			room.last_seq = event.seq;
		if (event.kind === "typing")
			this.showTyping(event.room, event.user, event.on);
		else if (event.kind === "user.updated")
			this.rename(event.user);
		else if (event.room !== null)
			this.applyToRoom(room, event, isNew);
	}

	applyToRoom(room, event, isNew) {
		const t = this.timelines.get(event.room);

		if (event.kind === "room.deleted" || this.isMine(event, "member.left")) {
			this.removeRoom(event.room);
			return;
		}
		if (room === undefined) {
			this.loadRoom(event.room).then((found) => {
				if (found && event.kind === "message.posted")
					this.onmessage(found, event.message);
			});
			return;
		}
		if (event.kind.startsWith("message."))
			this.message(room, event, isNew);
		else if (event.kind === "room.updated" && event.room_info)
			room.name = event.room_info.name;
		else if (event.kind === "read.moved" &&
		    event.read.user === this.me.id)
			this.read(room, event.read.seq);
		if (t !== undefined && t.loading !== null)
			t.waiting.push(event);
		else if (t !== undefined)
			this.applyTo(t, event);
		if (event.kind.startsWith("member.") && t !== undefined)
			this.loadMembers(event.room).catch(() => {});
		this.onchange("rooms");
		this.onchange("messages", event.room);
	}

	isMine(event, kind) {
		return event.kind === kind && event.member.user &&
			event.member.user.id === this.me.id;
	}

	message(room, event, isNew) {
		const message = event.message;

		if (event.kind !== "message.posted") {
			if (room.last_message?.seq === message?.seq)
				room.last_message = message;
			return;
		}
		this.showTyping(room.id, event.user, false);
		if (!isNew)
			return;
		room.last_message = message;
		if (message.sender.id !== this.me.id) {
			room.unread_count++;
			this.onmessage(room, message);
		}
	}

	applyTo(t, event) {
		if (event.kind.startsWith("message.") && event.message) {
			if (event.kind === "message.posted" ||
			    t.find(event.message.seq) >= 0)
				t.put(event.message);
		} else if (event.kind.startsWith("reaction.")) {
			const i = t.find(Number(event.reaction.message));

			if (i >= 0)
				t.list[i] = withReaction(t.list[i],
					event.reaction.emoji, event.user,
					event.kind === "reaction.added");
		} else if (event.kind === "read.moved") {
			for (const m of t.members)
				if (m.user.id === event.read.user)
					m.read_seq = event.read.seq;
		}
	}

	/* The receipt has moved, here or in another window. */
	read(room, seq) {
		room.read_seq = seq;
		if (room.last_message === null || seq >= room.last_message.seq)
			room.unread_count = 0;
		else
			this.loadRoom(room.id);
	}

	rename(user) {
		for (const room of this.rooms.values())
			for (const m of room.members || [])
				if (m.id === user.id)
					m.display_name = user.display_name;
		if (user.id === this.me.id)
			this.me = user;
		this.onchange("rooms");
	}

	showTyping(room, user, isOn) {
		const list = this.typing.get(room) || new Map();

		if (user === null || user.id === this.me.id)
			return;
		clearTimeout(list.get(user.id)?.timer);
		list.delete(user.id);
		if (isOn)
			list.set(user.id, { name: user.username,
				timer: setTimeout(() => this.showTyping(room, user,
					false), TYPING_MS) });
		this.typing.set(room, list);
		this.onchange("typing", room);
	}
}
