/*
 * outbox - messages on their way.
 *
 * They leave in their order, one at a time, and stay here until the server has
 * answered.  Each has a key, so trying again never posts it twice: not after an
 * answer that was lost, and not after this page was closed and opened again.
 */

import { ask } from "/test/api.js";

const WAIT_MS = [1000, 2000, 4000, 8000, 15000];

/* crypto.randomUUID() is not there for pages without TLS. */
function newKey() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));

	return Array.from(bytes,
		(byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
	constructor(account, { onchange, onsent }) {
		this.place = `natterjack.outbox.${account}`;
		this.onchange = onchange;
		this.onsent = onsent;
		this.items = this.read();
		this.tries = 0;
		this.timer = 0;
		this.isBusy = false;
		this.isOver = false;
	}

	read() {
		try {
			const items = JSON.parse(localStorage.getItem(this.place));

			return Array.isArray(items) ? items : [];
		} catch {
			return [];
		}
	}

	changed() {
		localStorage.setItem(this.place, JSON.stringify(this.items));
		this.onchange();
	}

	of(room) {
		return this.items.filter((item) => item.room === room);
	}

	/* `files` have been uploaded; with some, there need not be a text. */
	add(room, text, files = []) {
		this.items.push({ key: newKey(), room, text, files,
			at: Date.now() });
		this.changed();
		this.flush();
	}

	remove(key) {
		this.items = this.items.filter((item) => item.key !== key);
		this.changed();
	}

	retry(key) {
		for (const item of this.items)
			if (item.key === key)
				delete item.error;
		this.changed();
		this.flush();
	}

	/* Send what waits, now. */
	async flush() {
		clearTimeout(this.timer);
		if (this.isBusy)
			return;
		this.isBusy = true;
		while (!this.isOver) {
			const item = this.items.find((i) => i.error === undefined);

			if (item === undefined || !await this.post(item))
				break;
		}
		this.isBusy = false;
	}

	/* False: not now. */
	async post(item) {
		let message;

		try {
			message = await ask("POST", `/v1/rooms/${item.room}/messages`,
				{ text: item.text || undefined, key: item.key,
					files: item.files?.map((file) => file.id) });
		} catch (error) {
			return this.refused(item, error);
		}
		this.tries = 0;
		this.onsent(message);
		this.remove(item.key);
		return true;
	}

	refused(item, error) {
		if (this.isOver)
			return false;
		if (!error.mayPass && error.status !== 401) {
			item.error = error.message;
			this.changed();
			return true;
		}
		const wait = error.retryMs ||
			WAIT_MS[Math.min(this.tries++, WAIT_MS.length - 1)];

		item.waits = true;
		this.changed();
		this.timer = setTimeout(() => this.flush(), wait);
		return false;
	}

	stop() {
		this.isOver = true;
		clearTimeout(this.timer);
	}
}
