/*
 * dialogs - finding rooms and people, who is in a room, and "are you sure?".
 */

import { ask } from "/test/api.js";
import { $, button, el, own, say } from "/test/dom.js";
import { nameOf } from "/test/model.js";

/* Beside a dialog nothing is seen, or read out: its faults are in it. */
const fault = (error) => el("li", { className: "error", role: "alert" },
	error.message);

for (const b of document.querySelectorAll("[data-close]"))
	b.addEventListener("click", () => b.closest("dialog").close());

/* True if the answer is yes. */
export function sure(text) {
	const dialog = $("ask");

	$("ask-text").textContent = text;
	dialog.returnValue = "no";
	dialog.showModal();
	return new Promise((done) => {
		dialog.addEventListener("close",
			() => done(dialog.returnValue === "yes"), { once: true });
	});
}

/* Accounts by the beginning of their names, as it is typed. */
function search(input, list, row) {
	let latest = 0;

	input.addEventListener("input", async () => {
		const text = input.value.trim();
		const mine = ++latest;
		let rows = [];

		if (text !== "")
			try {
				rows = (await ask("GET", "/v1/users?limit=10&q=" +
					encodeURIComponent(text))).items.map(row);
				if (rows.length === 0)
					rows.push(el("li", { className: "quiet" },
						"Nobody."));
			} catch (error) {
				rows.push(fault(error));
			}
		if (mine === latest)
			list.replaceChildren(...rows);
	});
}

function clearSearch(input, list) {
	input.value = "";
	list.replaceChildren();
}

const person = (user, ...rest) => el("li", {}, el("span",
	{ className: "grow" }, own(user.display_name),
	user.display_name === user.username ? null :
		el("span", { className: "quiet" }, " ", own(user.username))), ...rest);

/* `open`: go to a room that is yours now; `me`: who that is. */
export class Find {
	constructor({ open, me }) {
		this.open = open;
		this.dialog = $("find");
		for (const b of document.querySelectorAll("[data-find]"))
			b.addEventListener("click", () => this.show());
		$("make").addEventListener("submit", (e) => {
			e.preventDefault();
			this.go(ask("POST", "/v1/rooms", {
				name: $("make-name").value.trim(),
				kind: $("make-public").checked ? "public" : "private",
			}));
		});
		search($("who"), $("found"), (user) => person(user,
			user.id === me().id ? null : button("Write", {
				className: "small",
				"aria-label": `Write to ${user.display_name}`,
			}, () => this.go(ask("POST", "/v1/rooms/direct",
				{ user_id: user.id })))));
	}

	async go(request) {
		$("find-error").textContent = "";
		try {
			const room = await request;

			this.dialog.close();
			this.open(room);
		} catch (error) {
			$("find-error").textContent = error.message;
		}
	}

	async show() {
		$("make-name").value = "";
		$("find-error").textContent = "";
		clearSearch($("who"), $("found"));
		$("public").replaceChildren();
		this.dialog.showModal();
		$("public").replaceChildren(...await this.rooms());
	}

	async rooms() {
		const rows = [];
		let after = "";

		try {
			do {
				const page = await ask("GET",
					`/v1/rooms?public=true&limit=200${after}`);

				for (const room of page.items)
					if (room.role === null)
						rows.push(this.row(room));
				after = page.next === null ? null :
					`&after=${page.next}`;
			} while (after !== null && rows.length < 100);
		} catch (error) {
			return [fault(error)];
		}
		return rows.length > 0 ? rows : [el("li", { className: "quiet" },
			"There is none that you are not in.")];
	}

	row(room) {
		const name = nameOf(room);

		return el("li", {}, el("span", { className: "grow" }, "#\u00a0",
			own(name)),
			button("Join", { className: "small",
				"aria-label": `Join ${name}` }, () =>
				this.go(ask("POST", `/v1/rooms/${room.id}/join`))));
	}
}

/* `room`: the one that is open; `members`: of it; `left`: it is not any more. */
export class People {
	constructor({ room, members, reload, left }) {
		Object.assign(this, { room, members });
		this.dialog = $("people");
		$("people-open").addEventListener("click", () => this.show());
		search($("invite-who"), $("invite-found"), (user) => person(user,
			button("Bring in", { className: "small",
				"aria-label": `Bring ${user.display_name} in` },
			async () => {
				try {
					await ask("PUT", `/v1/rooms/${room().id}` +
						`/members/${user.id}`);
					say(`${user.display_name} is in the room.`);
					clearSearch($("invite-who"), $("invite-found"));
					await reload(room().id);
					this.list();
				} catch (error) {
					$("invite-found").replaceChildren(fault(error));
				}
			})));
		$("part").addEventListener("click", async () => {
			try {
				const { id } = room();

				await ask("POST", `/v1/rooms/${id}/leave`);
				this.dialog.close();
				left(id);
			} catch (error) {
				$("members").prepend(fault(error));
			}
		});
	}

	list() {
		$("members").replaceChildren(...this.members().map((m) =>
			person(m.user, el("span", { className: "quiet" },
				m.role === "member" ? "" : m.role))));
	}

	show() {
		const room = this.room();
		const isDirect = room.kind === "direct";

		clearSearch($("invite-who"), $("invite-found"));
		$("invite").hidden = isDirect ||
			!["owner", "admin"].includes(room.role);
		$("part").parentElement.hidden = isDirect;
		this.list();
		this.dialog.showModal();
	}
}
