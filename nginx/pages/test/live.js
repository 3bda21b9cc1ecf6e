/*
 * live - the WebSocket of /v1/events, which comes back by itself.
 *
 *	connecting --- hello ---> open --- lost ---> waiting --- time ---.
 *	     ^                                                           |
 *	     `-----------------------------------------------------------'
 *
 * The cursor is the seq of the newest event that was seen.  A new connection
 * goes on after it, so nothing is lost and nothing comes twice, however long it
 * took.  When the log no longer reaches back so far, the server says `reset`.
 */

import { ask, fresh } from "/test/api.js";

const WAIT_MS = [500, 1000, 2000, 4000, 8000, 15000];
const SILENCE_MS = 45000;	/* after which it is asked for a sign of life */
const ANSWER_MS = 5000;
const SESSION_ENDED = 4401;

export class Live {
	constructor({ onstate, onhello, onevent, onreset }) {
		Object.assign(this, { onstate, onhello, onevent, onreset });
		this.cursor = null;
		this.socket = null;
		this.tries = 0;
		this.timer = 0;
		this.watch = 0;
		this.running = false;
		addEventListener("online", () => this.look());
		document.addEventListener("visibilitychange", () => {
			if (!document.hidden)
				this.look();
		});
	}

	start() {
		this.running = true;
		this.cursor = null;
		this.tries = 0;
		this.connect();
	}

	stop() {
		this.running = false;
		this.drop();
	}

	/* Forget the socket, whatever it may still say. */
	drop() {
		const socket = this.socket;

		clearTimeout(this.timer);
		clearTimeout(this.watch);
		this.socket = null;
		if (socket !== null)
			socket.close();
	}

	async connect(stale) {
		let token;

		this.drop();
		this.onstate("connecting");
		try {
			/* A token may be refused before its time. */
			if (this.tries > 1)
				await ask("GET", "/v1/me");
			token = await fresh(stale);
		} catch {
			this.retry();
			return;
		}
		if (this.running && this.socket === null)
			this.open(token);
	}

	open(token) {
		const url = new URL("/v1/events", location.href);

		url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
		if (this.cursor !== null)
			url.searchParams.set("since", this.cursor);
		const socket = new WebSocket(url,
			["natterjack.v1", `bearer.${token}`]);

		this.socket = socket;
		socket.onmessage = (message) => {
			if (socket === this.socket)
				this.take(JSON.parse(message.data));
		};
		socket.onclose = (close) => {
			if (socket === this.socket)
				this.lost(close.code, token);
		};
	}

	take(frame) {
		this.expect(SILENCE_MS);
		if (frame.kind === "hello") {
			const again = this.cursor !== null;

			this.tries = 0;
			this.cursor ??= frame.next;
			this.onstate("open", { again });
			this.onhello(again);
		} else if (frame.kind === "reset") {
			this.cursor = null;
			this.onreset();
			this.connect();
		} else if (frame.kind !== undefined) {
			if (frame.seq !== undefined)
				this.cursor = Math.max(this.cursor, frame.seq);
			this.onevent(frame);
		}
	}

	/* A handshake that was refused does not say why: the token may be bad. */
	lost(code, token) {
		this.drop();
		if (code === SESSION_ENDED)
			this.connect(token);
		else
			this.retry();
	}

	retry() {
		const wait = WAIT_MS[Math.min(this.tries, WAIT_MS.length - 1)] *
			(0.75 + Math.random() / 2);

		if (!this.running)
			return;
		this.tries++;
		this.onstate("waiting", { until: Date.now() + wait });
		this.timer = setTimeout(() => this.connect(), wait);
	}

	/* Do not wait any longer. */
	now() {
		if (this.running && !this.isOpen())
			this.connect();
	}

	isOpen() {
		return this.socket !== null &&
			this.socket.readyState === WebSocket.OPEN;
	}

	send(command) {
		if (this.isOpen())
			this.socket.send(JSON.stringify(command));
	}

	/* The network may have changed, or the machine have slept. */
	look() {
		if (!this.running)
			return;
		if (this.isOpen())
			this.probe();
		else
			this.now();
	}

	/* Something has to come within this time. */
	expect(ms) {
		clearTimeout(this.watch);
		this.watch = setTimeout(() => {
			if (ms === ANSWER_MS)
				this.lost(0);
			else
				this.probe();
		}, ms);
	}

	/* Any command is answered, this one with a refusal. */
	probe() {
		this.expect(ANSWER_MS);
		this.send({ do: "nothing", id: "probe" });
	}
}
