// readme - a README's own lines, as one types them into a browser's console.
//
//	node readme.js SOCKET COOKIE ORIGIN <lines
//
// The lines up to the first that sends are run at once, the rest when the
// WebSocket is open.  Addresses of localhost lead to SOCKET; COOKIE is what the
// browser has kept of a login, "" for nothing.  What console.log gets is printed
// as JSON, a refused handshake as {"refused": status}; the first ends it.
"use strict";
const vm = require("vm");
const WS = require("ws");

const [sock, cookie, origin] = process.argv.slice(2);
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");

class Browser extends WS {
	constructor(url) {
		const { host, pathname, search } = new URL(url);
		const headers = { Host: host };
		if (cookie !== "")
			headers.Cookie = cookie;
		super("ws+unix://" + sock + ":" + pathname + search, [],
			{ headers, origin });
		this.on("unexpected-response", (request, response) => {
			say({ refused: response.statusCode });
			process.exit(0);
		});
		this.on("open", () => run(rest));
	}
}

const world = vm.createContext({
	WebSocket: Browser,
	console: { log: (...words) => { say(words); process.exit(0); } },
});
const run = (text) => vm.runInContext(text, world);
const lines = require("fs").readFileSync(0, "utf8");
const at = lines.indexOf("ws.send");
const rest = lines.slice(at);
run(lines.slice(0, at));
