/*
 * files - sending them, and looking at pictures.
 *
 * A file is uploaded first, and then posted with a message that waits in the
 * outbox like any other; an upload that fails is said so, and forgotten.  Files
 * are given out to who sends a token, which an <img> does not, so pictures are
 * fetched, and shown from memory as long as their room is open.
 */

import { ask } from "/test/api.js";
import { $, el } from "/test/dom.js";

const SHOWN = /^image\/(gif|jpeg|png|webp)$/;
const SHOWN_MAX = 3e6;		/* bytes that nobody has asked for */

/* `room`: the id of the one that is open; `send`: a file to it; `note`: say it. */
export class Files {
	constructor({ room, send, note }) {
		Object.assign(this, { room, send, note });
		$("attach").addEventListener("click", () => $("file").click());
		$("file").addEventListener("change", () => {
			const list = [...$("file").files];

			$("file").value = "";
			this.take(list);
		});
		$("text").addEventListener("paste", (e) => {
			if (e.clipboardData.files.length > 0)
				this.bring(e, e.clipboardData.files);
		});
		$("room").addEventListener("dragover", (e) => {
			if (e.dataTransfer.types.includes("Files"))
				e.preventDefault();
		});
		$("room").addEventListener("drop", (e) => {
			if (e.dataTransfer.files.length > 0)
				this.bring(e, e.dataTransfer.files);
		});
	}

	bring(e, list) {
		e.preventDefault();
		this.take([...list]);
	}

	/* One after the other, to the room that is open now. */
	async take(list) {
		const room = this.room();

		if (room === null)
			return;
		$("attach").disabled = true;
		for (const file of list)
			await this.upload(room, file);
		$("attach").disabled = false;
	}

	async upload(room, file) {
		this.note(`Sending ${file.name}…`);
		try {
			this.send(room, await ask("POST", "/v1/files?name=" +
				encodeURIComponent(file.name), file));
			this.note(`${file.name} is uploaded.`);
		} catch (error) {
			this.note(`${file.name} was not sent. ${error.message}`);
		}
	}
}

export class Pictures {
	constructor() {
		this.urls = new Map();		/* id of a file → promise of a URL */
	}

	/* An element, if it is a picture that is not too large. */
	show(file) {
		if (!SHOWN.test(file.type) || file.size > SHOWN_MAX)
			return null;
		const img = el("img", { className: "picture", alt: file.name });

		this.load(file.id).then((url) => {
			img.src = url;
		}, () => {
			this.urls.delete(file.id);
			img.remove();
		});
		return img;
	}

	load(id) {
		if (!this.urls.has(id))
			this.urls.set(id, ask("GET", `/v1/files/${id}`, undefined,
				{ asBlob: true }).then((b) => URL.createObjectURL(b)));
		return this.urls.get(id);
	}

	clear() {
		for (const url of this.urls.values())
			url.then((u) => URL.revokeObjectURL(u), () => {});
		this.urls.clear();
	}
}
