// sio - the libraries of Socket.IO and Engine.IO as clients.
//
//	node sio.js SCENARIO [WORD…]
//
// NJ_URL is the server's, NJ_BUILD where npm's packages are.  Prints lines of the
// Test Anything Protocol without numbers; a line "do COMMAND…" asks for something
// to be done to the instance, and is answered when it is.
"use strict";
const { createRequire } = require("module");
const readline = require("readline");
const npm = createRequire(process.env.NJ_BUILD + "/t/npm/package.json");
const libraries = {
	4: npm("socket.io-client").io,
	3: npm("socket.io-client-3").io,
};
const engine = npm("engine.io-client");

const URL = process.env.NJ_URL;
const SLOW = Number(process.env.NJ_SLOW || 1);
const HOW = {
	polling: ["polling"], websocket: ["websocket"],
	upgrade: ["polling", "websocket"],
};

const ok = (cond, text) => {
	console.log((cond ? "ok - " : "not ok - ") + text);
	return cond;
};

const equal = (got, want, text) => {
	const [a, b] = [got, want].map((v) => JSON.stringify(v));
	if (!ok(a === b, text))
		console.log("  got:  " + a + "\n  want: " + b);
};

// Ask for something to be done to the instance.
const answers = [];
const input = readline.createInterface({ input: process.stdin });
input.on("line", (line) => answers.shift()(line));
const please = (command) => new Promise((done) => {
	answers.push(done);
	console.log("do " + command);
});

const later = (ms) => new Promise((done) => setTimeout(done, ms));

// A promise that does not wait for ever.
const within = (promise, what, ms = 20000) => Promise.race([promise,
	later(ms * SLOW).then(() => { throw new Error("no " + what); })]);

const hex = (id) => Number(id).toString(16).padStart(24, "0");

async function api(token, method, path, body) {
	const answer = await fetch(URL + path, { method,
		headers: { "Content-Type": "application/json",
			...(token ? { Authorization: "Bearer " + token } : {}) },
		body: body === undefined ? undefined : JSON.stringify(body) });
	const text = await answer.text();

	if (!answer.ok)
		throw new Error(method + " " + path + ": " + answer.status +
			" " + text);
	return text === "" ? null : JSON.parse(text);
}

// Several scenarios share an instance: names are not those of another run.
async function register(who) {
	const name = who + "-" + process.pid;
	const made = await api(null, "POST", "/v1/users", {
		username: name, password: "password-" + name });

	return { name, id: made.user.id, hex: hex(made.user.id),
		token: made.access_token };
}

async function room(owner, name, ...members) {
	const made = await api(owner.token, "POST", "/v1/rooms", {
		kind: "private", name, members: members.map((m) => m.id) });

	return { id: made.id, hex: hex(made.id) };
}

const post = (who, where, text) =>
	api(who.token, "POST", "/v1/rooms/" + where.id + "/messages", { text });

// ---- a client

// One client, and all that it is told, in order.
class Client {
	constructor(who, options = {}) {
		const { version = 4, how = "upgrade", url = URL, ...more } = options;

		this.told = [];
		this.waiting = [];
		this.socket = libraries[version](url, { forceNew: true,
			transports: HOW[how], auth: { token: who && who.token },
			reconnectionDelay: 50, reconnectionDelayMax: 200, ...more });
		for (const name of ["connect", "disconnect", "connect_error"])
			this.socket.on(name, (why) => this.hear(name,
				why instanceof Error ? why.message : why));
		this.socket.onAny((...args) => this.hear(...args));
	}

	hear(...args) {
		this.told.push(args);
		this.waiting = this.waiting.filter((look) => !look());
	}

	// The first thing told that fits, from `this.at` on; then go on behind it.
	until(name, fits = () => true) {
		return within(new Promise((done) => {
			const look = () => {
				for (; this.at < this.told.length; ) {
					const one = this.told[this.at++];

					if (one[0] === name && fits(...one.slice(1))) {
						done(one.slice(1));
						return true;
					}
				}
				return false;
			};

			if (!look())
				this.waiting.push(look);
		}), name);
	}

	at = 0;

	emit(...args) {
		return within(new Promise((done) => this.socket.emit(...args,
			(...got) => done(got))), "ack of " + args[0]);
	}

	async join(where) {
		const got = await this.emit("joinRoom", { chatroomId: where.hex });

		await this.until("notification");
		return got;
	}

	say(where, message) {
		return this.emit("chatroomMessage",
			{ chatroomId: where.hex, message });
	}

	get messages() {
		return this.told.filter((one) => one[0] === "newMessage")
			.map((one) => one[1].message);
	}

	close() {
		this.socket.disconnect();
	}
}

// ---- scenarios

const scenarios = {};

// Everything that two clients say to each other, over each transport.
scenarios.talk = async (how, version) => {
	const [ann, bob] = [await register("ann"), await register("bob")];
	const pond = await room(ann, "pond", bob);
	const options = { how, version: Number(version) };
	const a = new Client(ann, options), b = new Client(bob, options);
	const what = how + ", client " + version + ": ";

	for (const c of [a, b]) {
		await c.until("connect");
		equal((await c.until("joinedUserRoom"))[0].roomId,
			c === a ? ann.hex : bob.hex, what + "connected");
	}
	equal(await a.join(pond), [], what + "an ack has no arguments");
	equal((await b.join(pond)), [], what + "the other joins");
	equal((await a.until("notification"))[0],
		{ message: "User " + bob.hex + " joined the chatroom" },
		what + "who is there is told");
	await a.say(pond, "one");
	await b.say(pond, "two");
	await post(ann, pond, "three");
	for (const c of [a, b]) {
		await c.until("newMessage", (m) => m.message === "three");
		equal(c.messages, ["one", "two", "three"],
			what + "each message once, and in order");
	}
	await a.emit("chatroomMessage", { chatroomId: pond.hex, message: " " });
	equal((await a.until("error"))[0], { message: "Message cannot be empty" },
		what + "an error for who made it");
	await b.emit("leaveRoom", { chatroomId: pond.hex });
	equal((await a.until("notification"))[0],
		{ message: "User left chatroom " + pond.hex }, what + "one leaves");
	await a.say(pond, "four");
	await a.until("newMessage", (m) => m.message === "four");
	await b.emit("leaveRoom", { chatroomId: pond.hex });
	equal(b.messages, ["one", "two", "three"], what + "and hears no more");
	if (how === "upgrade")
		equal(a.socket.io.engine.transport.name, "websocket",
			what + "it has been upgraded");
	for (const c of [a, b])
		c.close();
	equal((await b.until("disconnect"))[0], "io client disconnect",
		what + "disconnected");
};

// Half an emoji, where a text was cut, and a NUL: no reason to end a session.
scenarios.halves = async (how) => {
	const ann = await register("ann");
	const pond = await room(ann, "pond");
	const a = new Client(ann, { how, reconnection: false });
	const texts = ["whole \u{1f438}", "half \ud83d", "\udc38 half",
		"a\u0000b", "the end"];

	await a.until("connect");
	await a.join(pond);
	for (const text of texts)
		a.socket.emit("chatroomMessage",
			{ chatroomId: pond.hex, message: text });
	await a.until("newMessage", (m) => m.message === "the end");
	equal(a.messages, ["whole \u{1f438}", "half \ufffd", "\ufffd half",
		"a\ufffdb", "the end"], how + ": halves of an emoji, and NUL");
	ok(a.socket.connected, how + ": the session goes on");
	a.close();
};

// Who may come in, and by what.
scenarios.enter = async (how) => {
	const ann = await register("ann");
	const what = how + ": ";
	const refused = async (auth, more, why) => {
		const c = new Client(null, { how, auth, ...more });

		equal((await c.until("connect_error"))[0], why, what + why);
		c.close();
	};
	const taken = async (text, options) => {
		const c = new Client(null, { how, auth: {}, ...options });

		await c.until("connect");
		equal((await c.until("joinedUserRoom"))[0].roomId, ann.hex,
			what + text);
		c.close();
	};

	await refused({}, {}, "No authorization token provided");
	await refused({ token: "x.y.z" }, {}, "Invalid or expired token.");
	await refused({ token: ann.token }, { url: URL + "/admin" },
		"Invalid namespace");
	await taken("auth.token", { auth: { token: ann.token } });
	await taken("auth.token with Bearer",
		{ auth: { token: "Bearer " + ann.token } });
	await taken("a bare header",
		{ extraHeaders: { Authorization: ann.token } });
	await taken("a header with Bearer",
		{ extraHeaders: { Authorization: "Bearer " + ann.token } });
	await taken("?token=", { query: { token: ann.token } });
	await taken("the namespace /socket.io",
		{ url: URL + "/socket.io", auth: { token: ann.token } });
	await taken("a path with socket.io twice",
		{ path: "/socket.io/socket.io/", auth: { token: ann.token } });
	await taken("a path without its last slash",
		{ addTrailingSlash: false, auth: { token: ann.token } });
};

// Both names of the namespace in one session, each with its own rooms.
scenarios.namespaces = async (how) => {
	const ann = await register("ann");
	const [pond, lake] = [await room(ann, "pond"), await room(ann, "lake")];
	const a = new Client(ann, { how });
	const what = how + ": ";

	await a.until("connect");
	const b = new Client(ann, { how, forceNew: false });

	// A manager of its own for the second, to be shared by the third.
	await b.until("connect");
	const c = new Client(ann, { how, url: URL + "/socket.io",
		forceNew: false });

	await c.until("connect");
	ok(c.socket.io === b.socket.io, what + "two namespaces, one session");
	await b.join(pond);
	await c.join(lake);
	await a.join(pond);
	await a.join(lake);
	await a.say(pond, "in the pond");
	await a.say(lake, "in the lake");
	await b.until("newMessage");
	await c.until("newMessage");
	equal([b.messages, c.messages], [["in the pond"], ["in the lake"]],
		what + "each hears what it has joined");
	b.close();
	await b.until("disconnect");
	await a.say(lake, "still there");
	await c.until("newMessage");
	equal(b.messages, ["in the pond"], what + "one can go without the other");
	for (const one of [a, c])
		one.close();
};

// Push is killed, and then ends as it should; what was said meanwhile comes when it
// is there again.
scenarios.restart = async (how) => {
	const [ann, bob] = [await register("ann"), await register("bob")];
	const [pond, lake, sea] = [await room(ann, "pond", bob),
		await room(ann, "lake", bob), await room(ann, "sea", bob)];
	const options = { how, auth: { token: bob.token, recovery: true } };
	const b = new Client(bob, options), what = how + ": ";

	await b.until("connect");
	const id = b.socket.id;

	await b.join(pond);
	await b.join(lake);
	await post(ann, pond, "before");
	await b.until("newMessage");
	for (let round = 1; round <= 2; round++) {
		equal(await please(round === 1 ? "kill_push" : "end_push"),
			"done 0", what + "push has gone");
		await b.until("disconnect");
		for (let i = 1; i <= 5; i++) {
			await post(ann, pond, round + " pond " + i);
			await post(ann, sea, round + " sea " + i);
			await post(ann, lake, round + " lake " + i);
		}
		await please("start_push");
		await b.until("connect");
		ok(b.socket.recovered, what + "recovered from restart " + round);
		equal(b.socket.id, id, what + "by the same id");
		await post(ann, lake, "after " + round);
		await b.until("newMessage", (m) => m.message === "after " + round);
	}
	const want = ["before"];

	for (const round of [1, 2]) {
		for (let i = 1; i <= 5; i++)
			want.push(round + " pond " + i, round + " lake " + i);
		want.push("after " + round);
	}
	equal(b.messages, want, what + "nothing is lost, doubled, or of a room " +
		"that was not joined");
	b.close();
};

// A pid of somebody else, a place that there is not: a new connection.
scenarios.fresh = async () => {
	const [ann, bob] = [await register("ann"), await register("bob")];
	const pond = await room(ann, "pond", bob);
	const first = new Client(ann, { auth: { token: ann.token,
		recovery: true } });

	await first.until("connect");
	await first.join(pond);
	const pid = first.socket._pid, offset = first.socket._lastOffset;
	const again = async (who, more, text, isAgain) => {
		const c = new Client(who, { auth: { token: who.token,
			recovery: true, pid, offset, ...more } });

		await c.until("connect");
		// It has not had the pid itself, so it is compared here.
		equal(c.socket._pid === pid, isAgain, text);
		await post(ann, pond, text);
		if (isAgain)
			await c.until("newMessage", (m) => m.message === text);
		await c.emit("leaveRoom", { chatroomId: pond.hex });
		equal(c.messages.includes(text), isAgain, text + ": its rooms");
		c.close();
	};

	ok(typeof pid === "string" && /^[0-9]+[.][0-9]+$/.test(offset),
		"a pid, and an offset with the room: " + offset);
	await again(ann, {}, "it goes on", true);
	await again(bob, {}, "somebody else's pid", false);
	await again(ann, { pid: "x" }, "no pid", false);
	await again(ann, { offset: "999999" }, "beyond the log", false);
	await again(ann, { recovery: false }, "recovery that is not wanted", false);
	first.close();
};

// The log is cut behind an offset.
scenarios.cut = async () => {
	const ann = await register("ann");
	const pond = await room(ann, "pond");
	const a = new Client(ann, { auth: { token: ann.token, recovery: true } });

	await a.until("connect");
	await a.join(pond);
	a.socket.io.reconnection(false);
	a.socket.io.engine.close();
	await a.until("disconnect");
	await post(ann, pond, "that nobody sees");
	await please("cut_log");
	a.socket.connect();
	await a.until("connect");
	equal(a.socket.recovered, false, "the log does not reach back: it is told");
	await a.join(pond);
	await a.say(pond, "hi");
	await a.until("newMessage");
	equal(a.messages, ["hi"], "and goes on");
	a.close();
};

// An extra argument for those only that can do with it.
scenarios.offsets = async () => {
	const ann = await register("ann");
	const pond = await room(ann, "pond");
	const counted = async (options) => {
		const c = new Client(ann, options);

		await c.until("connect");
		await c.join(pond);
		await c.say(pond, "hi");
		const got = await c.until("newMessage");

		c.close();
		return [got.length, c.socket._pid !== undefined];
	};
	const agent = (text) => ({ how: "polling",
		extraHeaders: { "User-Agent": text } });

	equal(await counted(agent("Mozilla/5.0")), [2, true], "a browser");
	equal(await counted({ how: "polling" }), [2, true], "Node");
	equal(await counted(agent("okhttp/4.9")), [1, false], "another library");
	equal(await counted({ how: "websocket" }), [1, false], "nobody known");
	equal(await counted({ how: "websocket", query: { recovery: 1 } }),
		[2, true], "who asks in the query");
	equal(await counted({ auth: { token: ann.token, recovery: false } }),
		[1, false], "and who asks for none");
};

// The account's session ends: its clients are told, and do not come again.
scenarios.ended = async (how) => {
	const [ann, bob] = [await register("ann"), await register("bob")];
	const pond = await room(ann, "pond", bob);
	const a = new Client(ann, { how }), b = new Client(bob, { how });
	const what = how + ": ";

	for (const c of [a, b]) {
		await c.until("connect");
		await c.join(pond);
	}
	await api(ann.token, "DELETE", "/v1/sessions/current");
	equal((await a.until("disconnect"))[0], "io server disconnect",
		what + "told by the server");
	await b.say(pond, "without you");
	await b.until("newMessage");
	equal(a.messages, [], what + "and nothing else");
	b.close();
};

// Many at once, each of them let in and told everything once.
scenarios.crowd = async (how, n) => {
	const people = [];
	const ann = await register("ann");

	for (let i = 0; i < 20; i++)
		people.push(await register("user" + i));
	const pond = await room(ann, "pond", ...people);
	const all = [];

	for (let i = 0; i < Number(n); i++)
		all.push(new Client(people[i % 20], { how, timeout: 60000 }));
	await Promise.all(all.map(async (c) => {
		await within(c.until("connect"), "connect", 60000);
		await c.join(pond);
	}));
	ok(true, how + ": " + n + " connect at once");
	for (const text of ["one", "two", "three"])
		await post(ann, pond, text);
	await Promise.all(all.map((c) =>
		c.until("newMessage", (m) => m.message === "three")));
	const right = all.filter((c) => c.messages.join() === "one,two,three");

	equal(right.length, all.length, how + ": each message once at each");
	for (const c of all)
		c.close();
};

// Engine.IO alone, at the echo: text and bytes, in both directions.
scenarios.engine = async (how) => {
	const bytes = Buffer.from([0, 1, 2, 253, 254, 255]);
	const socket = new engine.Socket(URL, { path: "/echo",
		addTrailingSlash: false, transports: HOW[how] });
	const got = [], what = how + ": ";
	let look = () => {};
	const have = (n) => within(new Promise((done) => {
		look = () => got.length >= n && done();
		look();
	}), "echo");

	socket.binaryType = "nodebuffer";
	socket.on("message", (data) => { got.push(data); look(); });
	await within(new Promise((done) => socket.on("open", done)), "open");
	for (let i = 0; i < 100; i++)
		socket.send(i % 3 === 0 ? bytes : "text " + i + " \u{1F438}");
	await have(100);
	if (how === "upgrade" && socket.transport.name !== "websocket")
		await within(new Promise((done) => socket.on("upgrade", done)),
			"upgrade");
	for (let i = 100; i < 110; i++)
		socket.send("text " + i);
	await have(110);
	const wrong = got.filter((data, i) => i < 100 && i % 3 === 0 ?
		!Buffer.isBuffer(data) || !data.equals(bytes) :
		data !== "text " + i + (i < 100 ? " \u{1F438}" : ""));

	equal(wrong, [], what + "what is sent comes back, in order");
	ok(socket.transport.name === HOW[how].at(-1), what + "over " +
		socket.transport.name);
	socket.send("x".repeat(900000));
	await have(111);
	equal(got[110].length, 900000, what + "a long message");
	const closed = new Promise((done) => socket.on("close", done));

	socket.close();
	await within(closed, "close");
	ok(true, what + "closed");
};

// They answer pings, and so live on.
scenarios.pings = async (how) => {
	const socket = new engine.Socket(URL, { path: "/echo",
		addTrailingSlash: false, transports: HOW[how] });
	let pings = 0, closed = false;

	socket.on("ping", () => pings++);
	socket.on("close", () => { closed = true; });
	await within(new Promise((done) => socket.on("open", done)), "open");
	await within((async () => {
		while (pings < 6)
			await later(20);
	})(), "pings");
	ok(!closed, how + ": it lives through six pings");
	socket.close();
};

const [name, ...words] = process.argv.slice(2);

scenarios[name](...words).then(() => process.exit(0), (e) => {
	console.log("not ok - " + name + ": " + (e && e.stack || e)
		.split("\n").join("\n  "));
	process.exit(1);
});
