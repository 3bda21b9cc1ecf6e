// ws - Node's WebSocket client, driven by lines.
//
//	node ws.js SOCKET PATH TOKEN header|query|subprotocol
//
// Prints {"open":protocol}, {"message":text} and {"close":code,"reason":text};
// sends each line that it reads, and closes at the end of its input.
"use strict";
const readline = require("readline");
const WebSocket = require("ws");

const [sock, path, token, how] = process.argv.slice(2);
const query = how === "query" ? "&token=" + token : "";
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");
const ws = new WebSocket("ws+unix://" + sock + ":" + path + query,
	how === "subprotocol" ? ["natterjack.v1", "bearer." + token] : [],
	how === "header" ? { headers: { Authorization: "Bearer " + token } } : {});

ws.on("message", (data) => say({ message: data.toString() }));
ws.on("close", (code, reason) => {
	say({ close: code, reason: reason.toString() });
	process.exit(0);
});
ws.on("error", (e) => say({ error: String(e) }));
ws.on("open", () => {
	say({ open: ws.protocol });
	readline.createInterface({ input: process.stdin })
		.on("line", (line) => ws.send(line))
		.on("close", () => ws.close(1000));
});
