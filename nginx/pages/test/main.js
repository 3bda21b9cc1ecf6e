/*
 * main - the page: who is logged in, which room is open, what is being written.
 *
 * The open room is in the address (#/room/7), so that it can be linked to and
 * the Back button leads to the rooms.
 */

import * as api from "/test/api.js";
import { Find, People, sure } from "/test/dialogs.js";
import { $, el, names, own, say } from "/test/dom.js";
import { Files } from "/test/files.js";
import { Live } from "/test/live.js";
import { Model } from "/test/model.js";
import { Outbox } from "/test/outbox.js";
import { TimelineView } from "/test/timeline.js";

const TYPING_MS = 3000;
const NOTE_MS = 6000;

let model, outbox;
let openId = null;		/* the room that is open */
let editing = null;		/* the message that is being edited */
let typedAt = 0;		/* when it was last said that one types */
let missed = null;		/* messages since the connection is back */
let noteTimer = 0, countdown = 0, seenTimer = 0;
const drafts = new Map();
const dirty = new Set();	/* what is to be drawn again */

const openRoom = () => model.rooms.get(openId);

/* ---- drawing: all that has changed, once */

function changed(what, room) {
	if (room !== undefined && room !== openId)
		return;
	if (dirty.size === 0)
		queueMicrotask(draw);
	dirty.add(what);
}

function draw() {
	const all = new Set(dirty);

	dirty.clear();
	if ($("chat").hidden)
		return;
	if (all.has("rooms")) {
		if (openId !== null && model.isLoaded && openRoom() === undefined)
			go(null);
		drawRooms();
	}
	drawHead();
	if (all.has("typing"))
		drawTyping();
	if (openId !== null && (all.has("messages") || all.has("members")))
		drawMessages();
}

function drawRooms() {
	const rooms = model.sorted();
	const unread = rooms.reduce((n, room) => n + unreadOf(room), 0);
	const had = document.activeElement?.closest?.("#rooms li")?.dataset.room;

	document.title = (unread > 0 ? `(${unread}) ` : "") + "Natterjack";
	$("me").textContent = model.me.display_name;
	$("rooms-empty").hidden = rooms.length > 0 || !model.isLoaded;
	$("rooms").replaceChildren(...rooms.map(roomItem));
	if (had !== undefined)
		$("rooms").querySelector(`[data-room="${had}"] a`)?.focus();
}

/* What is being looked at is as good as read. */
function unreadOf(room) {
	return room.id === openId && view.isAtEnd && !document.hidden ? 0 :
		room.unread_count;
}

/* The last message of a room, as nodes of a line. */
function digest(m) {
	if (m === null)
		return [];
	const sender = own(m.sender.username);

	if (m.deleted_at !== null)
		return [sender, " deleted a message"];
	return [sender, ": ", own(m.text ||
		(m.files ?? []).map((file) => file.name).join(", "))];
}

function roomItem(room) {
	const sign = { direct: "@", private: "🔒", public: "#" }[room.kind];
	const n = unreadOf(room);

	return el("li", { "data-room": room.id }, el("a", {
		href: `#/room/${room.id}`,
		"aria-current": room.id === openId ? "page" : null,
	}, el("span", { className: "sign", "aria-hidden": "true" }, sign),
	el("span", { className: "grow" },
		el("b", {}, model.title(room)),
		el("span", { className: "last quiet" },
			...digest(room.last_message))),
	n > 0 ? el("span", { className: "badge" }, String(n),
		el("span", { className: "unseen" }, " unread")) : null));
}

function drawHead() {
	const room = openRoom();
	const t = room && model.timeline(room.id);

	document.body.dataset.pane = openId === null ? "rooms" : "room";
	$("compose").hidden = room === undefined;
	$("scroll").hidden = room === undefined;
	$("nothing").hidden = room !== undefined || !model.isLoaded ||
		model.rooms.size === 0;
	$("people-open").hidden = room === undefined;
	$("room-title").textContent = room ? model.title(room) : "Pick a room";
	$("room-about").textContent = room === undefined ? "" :
		room.kind === "direct" ? "The two of you" :
			`${room.kind === "public" ? "Public" : "Private"} · ${
				t.members.length === 1 ? "only you" :
					`${t.members.length || "…"} people`}`;
}

function drawTyping() {
	const who = [...(model.typing.get(openId)?.values() ?? [])]
		.map((one) => one.name);

	$("typing").replaceChildren(...names(who), who.length === 0 ? "" :
		` ${who.length === 1 ? "is" : "are"} typing…`);
}

function drawMessages() {
	const room = openRoom();

	if (room === undefined)
		return;
	const mayAll = ["owner", "admin"].includes(room.role) &&
		room.kind !== "direct";

	view.show({
		room, timeline: model.timeline(openId), me: model.me,
		pending: outbox.of(openId),
		mayDelete: (m) => m.sender.id === model.me.id || mayAll,
	});
	seen();
}

/* What can be seen has been read; said a moment later, once for many. */
function seen() {
	const room = openRoom();

	clearTimeout(seenTimer);
	if (room === undefined || room.role === null || room.unread_count === 0 ||
	    document.hidden || !view.isAtEnd)
		return;
	seenTimer = setTimeout(() => {
		const seq = room.last_message?.seq;

		if (seq === undefined)
			return;
		model.read(room, seq);
		changed("rooms");
		api.ask("PUT", `/v1/rooms/${room.id}/read`, { seq: String(seq) })
			.catch(() => {});
	}, 150);
}

/* ---- rooms */

function go(id) {
	location.hash = id === null ? "#/" : `#/room/${id}`;
}

const addressed = () =>
	/^#\/room\/([0-9]+)$/.exec(location.hash)?.[1] ?? null;

async function onaddress() {
	const id = addressed();

	if (model === undefined || !model.isLoaded || $("chat").hidden)
		return;
	if (id === openId) {
		changed("rooms");
		return;
	}
	closeRoom();
	openId = null;
	const isOpen = id !== null && await join(id);

	if (addressed() !== id)		/* somebody was quicker */
		return;
	if (isOpen)
		openId = id;
	else if (id !== null)
		history.replaceState(null, "", "#/");
	drawTyping();
	changed("rooms");
	if (openId !== null)
		openUp(openId);
}

/* The room is one of mine, or becomes one if it may. */
async function join(id) {
	if (model.rooms.has(id))
		return true;
	const room = await model.loadRoom(id);

	if (room === undefined)
		note("That room cannot be opened. It may be gone, or not be yours.");
	if (room === undefined || room.role !== null)
		return room !== undefined;
	try {
		await api.ask("POST", `/v1/rooms/${id}/join`);
		await model.loadRoom(id);
		return true;
	} catch (error) {
		note(error.message);
		return false;
	}
}

function closeRoom() {
	stopTyping();
	if (openId !== null) {
		if (editing === null)
			drafts.set(openId, $("text").value);
		if (model.timelines.has(openId))
			model.timeline(openId).newAfter = null;
	}
	endEdit();
	view.clear();
}

async function openUp(id) {
	const room = model.rooms.get(id);
	const t = model.timeline(id);

	t.newAfter = room.unread_count > 0 ? room.read_seq : null;
	$("text").value = drafts.get(id) ?? "";
	grow();
	changed("messages", id);
	if (matchMedia("(pointer: fine)").matches)
		$("text").focus();
	try {
		await Promise.all([t.isLoaded ? null : model.loadMessages(id),
			model.loadMembers(id)]);
	} catch (error) {
		say(error.message);
	}
}

/* ---- writing */

/* As high as what is written, up to a limit in the style. */
function grow() {
	const text = $("text");

	text.style.height = "auto";
	text.style.height = `${text.scrollHeight}px`;
}

function typed() {
	const isEmpty = $("text").value.trim() === "";

	grow();
	if (isEmpty) {
		stopTyping();
	} else if (editing === null && Date.now() - typedAt > TYPING_MS) {
		typedAt = Date.now();
		live.send({ do: "typing", room: openId, on: true });
	}
}

function stopTyping() {
	if (typedAt !== 0 && openId !== null)
		live.send({ do: "typing", room: openId, on: false });
	typedAt = 0;
}

function submit() {
	const text = $("text").value.trim();

	if (openId === null || text === "")
		return;
	if (editing !== null) {
		saveEdit(editing, text);
		return;
	}
	stopTyping();
	$("text").value = "";
	grow();
	post(openId, text);
}

function post(room, text, files) {
	if (room === openId) {
		model.timeline(room).newAfter = null;
		view.isAtEnd = true;
	}
	outbox.add(room, text, files);
}

function beginEdit(message) {
	if (editing === null)
		drafts.set(openId, $("text").value);
	editing = message;
	$("editing").hidden = false;
	$("send").textContent = "Save";
	$("text").value = message.text;
	grow();
	$("text").focus();
}

function endEdit() {
	if (editing === null)
		return;
	editing = null;
	$("editing").hidden = true;
	$("send").textContent = "Send";
	$("text").value = drafts.get(openId) ?? "";
	grow();
}

async function saveEdit(message, text) {
	try {
		const m = await api.ask("PATCH", `/v1/messages/${message.id}`,
			{ text });

		model.timeline(m.room).put(m);
		endEdit();
		changed("messages", m.room);
	} catch (error) {
		say(error.message);
		note(error.message);
	}
}

function onkey(e) {
	const isPlain = !e.shiftKey && !e.ctrlKey && !e.altKey && !e.isComposing;

	if (e.key === "Enter" && isPlain &&
	    !matchMedia("(pointer: coarse)").matches) {
		e.preventDefault();
		submit();
	} else if (e.key === "Escape" && editing !== null) {
		endEdit();
	} else if (e.key === "ArrowUp" && isPlain && $("text").value === "" &&
	    openId !== null) {
		const last = model.timeline(openId).list.findLast((m) =>
			m.sender.id === model.me.id && m.deleted_at === null);

		if (last !== undefined) {
			e.preventDefault();
			beginEdit(last);
		}
	}
}

/* What can be done to a message. */
const acts = {
	older() {
		if (openId !== null && model.timeline(openId).isLoaded)
			model.loadMessages(openId)?.catch((e) => note(e.message));
	},
	seen,
	redraw: () => changed("messages"),
	edit: beginEdit,
	async react(m, emoji, isOn) {
		try {
			await api.ask(isOn ? "PUT" : "DELETE",
				`/v1/messages/${m.id}/reactions/` +
				encodeURIComponent(emoji));
		} catch (error) {
			note(error.message);
		}
	},
	async remove(m) {
		if (!await sure("Delete this message for everybody?"))
			return;
		try {
			await api.ask("DELETE", `/v1/messages/${m.id}`);
		} catch (error) {
			note(error.message);
		}
	},
	async download(file) {
		try {
			const blob = await api.ask("GET", `/v1/files/${file.id}`,
				undefined, { asBlob: true });
			const href = URL.createObjectURL(blob);

			el("a", { href, download: file.name }).click();
			setTimeout(() => URL.revokeObjectURL(href), NOTE_MS);
		} catch (error) {
			note(error.message);
		}
	},
	retry: (item) => outbox.retry(item.key),
	discard: (item) => outbox.remove(item.key),
};

/* ---- the connection */

function showLink(state, text, mayHurry) {
	$("link").dataset.state = state;
	$("link-text").textContent = text;
	$("link-count").textContent = "";
	$("link-now").hidden = !mayHurry;
}

/* Say something for a while, where the connection is shown. */
function note(text) {
	clearTimeout(noteTimer);
	showLink("note", text, false);
	noteTimer = setTimeout(() => {
		missed = null;
		if (live.isOpen())
			showLink("open", "Connected", false);
	}, NOTE_MS);
}

function onstate(state, info) {
	clearInterval(countdown);
	clearTimeout(noteTimer);
	if (state === "connecting") {
		showLink("connecting", live.cursor === null ? "Connecting…" :
			"Connection lost. Connecting again…", false);
	} else if (state === "waiting") {
		/* Seen, but not read out every second. */
		const tell = () => {
			$("link-count").textContent = `Trying again in ${Math.max(1,
				Math.ceil((info.until - Date.now()) / 1000))} s.`;
		};

		showLink("waiting", "Connection lost.", true);
		tell();
		countdown = setInterval(tell, 1000);
	} else if (info.again) {
		missed = 0;
		noteMissed();
	} else {
		showLink("open", "Connected", false);
	}
}

function noteMissed() {
	note("Back online. " + (missed === 0 ? "Nothing was missed." :
		missed === 1 ? "1 message came meanwhile." :
			`${missed} messages came meanwhile.`));
}

/* From the first hello on, events come; what they apply to is asked for. */
async function load() {
	try {
		await model.load();
		await onaddress();
		changed("rooms");
		if (openId !== null)
			openUp(openId);
	} catch (error) {
		note(error.message);
		if (error.mayPass)
			setTimeout(load, 2000);
	}
}

function onhello(again) {
	if (!again)
		load();
	outbox.flush();
}

/* The log does not reach back to where we were: begin anew. */
function onreset() {
	model.forget();
	view.clear();
	changed("rooms");
}

function onmessage(room, message) {
	if (missed !== null) {
		missed++;
		noteMissed();
	}
	say(room.id === openId ?
		`${message.sender.username}: ${message.text}` :
		`${message.sender.username} in ${model.title(room)}`);
}

/* ---- in and out */

function showEnter(why) {
	live.stop();
	outbox?.stop();
	clearInterval(countdown);
	clearTimeout(noteTimer);
	closeDialogs();
	if (openId !== null)
		view.clear();
	openId = null;
	drafts.clear();
	document.title = "Natterjack";
	if (why !== "")
		$("enter-why").textContent = why;
	$("chat").hidden = true;
	$("enter").hidden = false;
	$("enter-name").focus();
}

function closeDialogs() {
	for (const dialog of document.querySelectorAll("dialog[open]"))
		dialog.close();
}

function showChat() {
	model = new Model(api.me(), { onchange: changed, onmessage });
	outbox = new Outbox(model.me.id, {
		onchange: () => changed("messages"),
		onsent: (message) => {
			const room = model.rooms.get(message.room);
			const t = model.timelines.get(message.room);

			if (t !== undefined && t.isLoaded)
				t.put(message);
			if (room !== undefined &&
			    !(room.last_message?.seq > message.seq))
				room.last_message = message;
			changed("rooms");
		},
	});
	$("enter").hidden = true;
	$("enter-password").value = "";
	$("chat").hidden = false;
	changed("rooms");
	live.start();
}

async function onenter(e) {
	const path = e.submitter?.value === "register" ? "/v1/users" :
		"/v1/sessions";

	e.preventDefault();
	$("enter-error").textContent = "";
	for (const b of $("enter-form").querySelectorAll("button"))
		b.disabled = true;
	try {
		await api.enter(path, $("enter-name").value.trim(),
			$("enter-password").value);
		showChat();
	} catch (error) {
		$("enter-error").textContent = error.message;
	}
	for (const b of $("enter-form").querySelectorAll("button"))
		b.disabled = false;
}

const view = new TimelineView(acts);
const live = new Live({ onstate, onhello, onreset,
	onevent: (event) => model.apply(event) });

new Find({ me: () => model.me, open: (room) => {
	model.rooms.set(room.id, room);
	changed("rooms");
	go(room.id);
} });
new People({ room: openRoom, members: () => model.timeline(openId).members,
	reload: (id) => model.loadMembers(id), left: (id) => model.removeRoom(id) });

new Files({ room: () => openId, note,
	send: (room, file) => post(room, "", [file]) });

$("enter-form").addEventListener("submit", onenter);
$("leave").addEventListener("click", () => {
	api.leave().catch(() => {});
	showEnter("You have logged out.");
});
$("compose").addEventListener("submit", (e) => {
	e.preventDefault();
	submit();
});
$("text").addEventListener("input", typed);
$("text").addEventListener("keydown", onkey);
$("editing-cancel").addEventListener("click", endEdit);
$("link-now").addEventListener("click", () => live.now());
addEventListener("hashchange", onaddress);
document.addEventListener("visibilitychange", () => {
	if (model !== undefined) {
		changed("rooms");
		seen();
	}
});
if (api.start(showEnter))
	showChat();
else
	showEnter("");
