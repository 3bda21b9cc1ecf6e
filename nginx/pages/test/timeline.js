/*
 * timeline - the messages of the room that is open.
 *
 * An element is kept as long as its message is the same, so that the focus and
 * the place in the list stay where they are.  One message at a time can be
 * reached with Tab; the arrow keys move on from it.
 */

import {
	$, button, dayOf, el, linked, names, own, sizeOf, timeOf,
} from "/test/dom.js";
import { Pictures } from "/test/files.js";

const EMOJI = ["👍", "❤️", "😂", "🎉", "😮", "😢", "🐸"];
const TOGETHER_MS = 300000;
const NEAR = 80;	/* pixels from the end that count as the end */
const HELD_MS = 10000;	/* a press that has no end */

export class TimelineView {
	/*
	 * `acts`: react, edit, remove, download, retry, discard, older, seen;
	 * and redraw, which is to call show().
	 */
	constructor(acts) {
		this.acts = acts;
		this.list = $("messages");
		this.scroll = $("scroll");
		this.items = new Map();		/* key → { element, stamp } */
		this.room = null;
		this.isAtEnd = true;
		this.pictures = new Pictures();
		this.isHeld = this.isLate = false;
		this.list.addEventListener("pointerdown", () => this.hold());
		for (const kind of ["pointerup", "pointercancel"])
			addEventListener(kind, () => setTimeout(() => this.drop()));
		this.list.addEventListener("keydown", (e) => this.onkey(e));
		this.list.addEventListener("focusin", (e) =>
			this.mark(e.target.closest("#messages > .message")));
		this.scroll.addEventListener("scroll", () => this.onscroll());
		new ResizeObserver(() => {
			if (this.isAtEnd)
				this.toEnd();
		}).observe(this.scroll);
		this.watcher = new IntersectionObserver((found) => {
			if (found.some((f) => f.isIntersecting))
				this.acts.older();
		}, { root: this.scroll, rootMargin: "400px 0px 0px 0px" });
		$("newest").addEventListener("click", () => this.toEnd());
	}

	clear() {
		this.room = null;
		this.pictures.clear();
		this.items.clear();
		this.list.replaceChildren();
		this.watcher.disconnect();
		$("older").hidden = true;
		$("newest").hidden = true;
	}

	toEnd() {
		this.scroll.scrollTop = this.scroll.scrollHeight;
		this.isAtEnd = true;
		$("newest").hidden = true;
	}

	onscroll() {
		const s = this.scroll;

		this.isAtEnd = s.scrollHeight - s.scrollTop - s.clientHeight < NEAR;
		$("newest").hidden = this.isAtEnd;
		if (this.isAtEnd)
			this.acts.seen();
	}

	/*
	 * An element that is replaced between the press and the release is not
	 * clicked, so nothing is drawn in between; but not for long.
	 */
	hold() {
		this.isHeld = true;
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.drop(), HELD_MS);
	}

	drop() {
		this.isHeld = false;
		if (this.isLate)
			this.acts.redraw();
		this.isLate = false;
	}

	/* Show what the room has now. */
	show(shown) {
		const isOther = this.room !== shown.room.id;

		if (this.isHeld && !isOther) {
			this.isLate = true;
			return;
		}
		if (isOther)
			this.clear();
		this.room = shown.room.id;
		const wasFirst = this.list.firstElementChild;
		const from = wasFirst === null ? 0 : wasFirst.offsetTop;
		const wasAtEnd = isOther || this.isAtEnd;

		this.arrange(this.rows(shown));
		this.showOlder(shown.timeline);
		if (wasAtEnd)
			this.toEnd();
		else if (wasFirst !== null && wasFirst.isConnected)
			this.scroll.scrollTop += wasFirst.offsetTop - from;
	}

	showOlder(t) {
		const hasMore = t.before !== null;

		$("older").hidden = !t.isLoaded;
		$("older").replaceChildren(hasMore ?
			button("Older messages", { className: "small" },
				() => this.acts.older()) :
			"This is where it begins.");
		/* Observed anew, it says again whether it is near. */
		this.watcher.disconnect();
		if (hasMore)
			this.watcher.observe($("older"));
	}

	/* What is to be seen: [key, stamp, make], in its order. */
	rows(shown) {
		const { timeline, pending, me } = shown;
		const rows = [];
		const seenBy = this.seenBy(shown);
		let last = null, isMarked = false;

		for (const m of timeline.list) {
			const at = new Date(m.created_at);
			const day = dayOf(at);

			if (last === null || dayOf(new Date(last.created_at)) !== day)
				rows.push([`day ${at.toDateString()}`, day,
					() => el("li", { className: "day" }, day)]);
			if (!isMarked && timeline.newAfter !== null &&
			    m.seq > timeline.newAfter && m.sender.id !== me.id) {
				isMarked = true;
				rows.push(["new", "", () => el("li",
					{ className: "new" }, "New")]);
				last = null;
			}
			const isNext = last !== null &&
				last.sender.id === m.sender.id &&
				at - new Date(last.created_at) < TOGETHER_MS;
			const seen = seenBy.seq === m.seq ? seenBy.names : [];

			rows.push([`m ${m.seq}`, JSON.stringify([m, isNext, seen]),
				() => this.message(m, { me, isNext, seen,
					may: shown.mayDelete(m) })]);
			last = m;
		}
		const sent = new Set(timeline.list.map((m) => m.key));

		for (const item of pending)
			if (!sent.has(item.key))
				rows.push([`p ${item.key}`, JSON.stringify(item),
					() => this.pending(item)]);
		return rows;
	}

	/* Who has read the last message of one's own. */
	seenBy({ timeline, me }) {
		const last = timeline.list.findLast((m) =>
			m.sender.id === me.id && m.deleted_at === null);
		const by = last === undefined ? [] : timeline.members
			.filter((m) => m.user.id !== me.id &&
				m.read_seq >= last.seq)
			.map((m) => m.user.display_name);

		return { seq: last?.seq, names: by };
	}

	/* Put the rows there, with as few changes as can be. */
	arrange(rows) {
		const kept = new Map();
		const keys = new Set(rows.map((row) => row[0]));

		for (const [key, item] of this.items)
			if (!keys.has(key))
				item.element.remove();
		let next = this.list.firstElementChild;

		for (const [key, stamp, make] of rows) {
			let item = this.items.get(key);

			if (item === undefined || item.stamp !== stamp) {
				const element = make();

				if (item !== undefined)
					this.replace(item.element, element);
				if (next === item?.element)
					next = element;
				item = { element, stamp };
			}
			kept.set(key, item);
			if (item.element === next)
				next = next.nextElementSibling;
			else
				this.list.insertBefore(item.element, next);
		}
		this.items = kept;
		if (this.list.querySelector('.message[tabindex="0"]') === null)
			this.mark([...this.list.querySelectorAll(".message")].at(-1) ??
				null);
	}

	/* A new state of a message gets the focus of the old one. */
	replace(old, element) {
		const had = old.contains(document.activeElement);

		if (old.tabIndex === 0)
			this.mark(element);
		old.replaceWith(element);
		if (had)
			element.focus({ preventScroll: true });
	}

	/* ---- one message */

	message(m, { me, isNext, seen, may }) {
		const isOwn = m.sender.id === me.id;
		const isGone = m.deleted_at !== null;
		const time = timeOf(new Date(m.created_at));
		const text = el("p", { className: "text", dir: "auto" },
			...(isGone ? ["This message was deleted."] : linked(m.text)));
		const li = el("li", {
			className: `message${isOwn ? " own" : ""}` +
				`${isNext ? " next" : ""}${isGone ? " gone" : ""}`,
			tabIndex: -1, "data-seq": m.seq,
		},
		el("p", { className: "head" },
			el("b", { className: "name" }, isOwn ? "You" :
				own(m.sender.username)), " ",
			el("time", { dateTime: m.created_at }, time),
			m.edited_at !== null && !isGone ?
				el("span", { className: "edited" }, " (edited)") :
				null),
		text);

		if (!isGone && m.text === "" && m.files?.length > 0)
			text.remove();
		if (!isGone && m.files?.length > 0)
			li.append(this.files(m));
		if (!isGone && m.reactions.length > 0)
			li.append(this.reactions(m, me));
		if (!isGone)
			li.append(this.tools(m, { isOwn, may }));
		if (seen.length > 0)
			li.append(el("p", { className: "seen" }, "Seen by ",
				...names(seen)));
		return li;
	}

	/* They are given out to who sends a token, which a link does not. */
	files(m) {
		return el("ul", { className: "files", "aria-label": "Files" },
			...m.files.map((file) => el("li", {},
				this.pictures.show(file), button(el("span", {},
					"⬇ ", own(file.name), ` (${sizeOf(file.size)})`),
				{ className: "small", tabIndex: -1 },
				() => this.acts.download(file)))));
	}

	reactions(m, me) {
		return el("ul", { className: "reactions", "aria-label": "Reactions" },
			...m.reactions.map((r) => {
				const isMine = r.users.some((u) => u.id === me.id);
				const who = el("span", {},
					...names(r.users.map((u) => u.username)))
					.textContent;

				return el("li", {}, button(`${r.emoji} ${r.count}`, {
					"aria-pressed": String(isMine),
					"aria-label": `${r.emoji} ${r.count} by ${who}`,
					title: who, tabIndex: -1,
				}, () => this.acts.react(m, r.emoji, !isMine)));
			}));
	}

	tools(m, { isOwn, may }) {
		const tools = el("div", { className: "tools", role: "toolbar",
			"aria-label": "This message" });
		const make = (text, label, act) => button(text, {
			"aria-label": label, title: label, tabIndex: -1 }, act);

		tools.append(make("🙂", "React", () => this.pick(tools, m)));
		if (isOwn)
			tools.append(make("✎", "Edit", () => this.acts.edit(m)));
		if (may)
			tools.append(make("🗑", "Delete", () => this.acts.remove(m)));
		return tools;
	}

	/* The toolbar offers emoji now. */
	pick(tools, m) {
		const before = [...tools.children];
		const back = () => {
			tools.replaceChildren(...before);
			before[0].focus();
		};

		tools.classList.add("open");
		tools.replaceChildren(...EMOJI.map((emoji) => button(emoji,
			{ "aria-label": `React with ${emoji}` }, () => {
				tools.classList.remove("open");
				back();
				this.acts.react(m, emoji, true);
			})), button("✕", { "aria-label": "Back" }, () => {
			tools.classList.remove("open");
			back();
		}));
		tools.firstElementChild.focus();
	}

	pending(item) {
		const hasFailed = item.error !== undefined;
		const li = el("li", { className: "message own pending" +
			(hasFailed ? " failed" : ""), tabIndex: -1 },
		el("p", { className: "text", dir: "auto" }, item.text ||
			item.files.map((file) => file.name).join(", ")));

		if (!hasFailed) {
			li.append(el("p", { className: "state" }, item.waits ?
				"Not sent yet; trying again…" : "Sending…"));
			return li;
		}
		li.append(el("p", { className: "state", role: "alert" },
			`Not sent: ${item.error} `,
			button("Try again", { className: "small" },
				() => this.acts.retry(item)), " ",
			button("Discard", { className: "small" },
				() => this.acts.discard(item))));
		return li;
	}

	/* ---- keys */

	/* The one message that Tab stops at, with what can be done to it. */
	mark(li) {
		if (li === null || li.tabIndex === 0)
			return;
		for (const old of this.list.querySelectorAll('.message[tabindex="0"]'))
			this.setTab(old, -1);
		this.setTab(li, 0);
	}

	setTab(li, index) {
		li.tabIndex = index;
		for (const b of li.querySelectorAll("button, a"))
			b.tabIndex = index;
	}

	onkey(e) {
		const li = e.target.closest("#messages > .message");
		const all = [...this.list.querySelectorAll(".message")];
		const i = all.indexOf(li);
		const to = { ArrowUp: all[i - 1], ArrowDown: all[i + 1],
			Home: all[0], End: all.at(-1) }[e.key];

		if (e.key === "Escape" && e.target !== li) {
			li.querySelector(".tools.open button:last-child")?.click();
			li.focus();
		} else if (to !== undefined && i >= 0) {
			to.focus();
		} else {
			return;
		}
		e.preventDefault();
	}
}
