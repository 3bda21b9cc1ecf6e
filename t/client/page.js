// page - run a script as a page of the site would: with the browser's WebSocket.
//
//	node page.js SOCKET SCRIPT [COOKIE]
//
// The script's addresses lead to the SOCKET, with the Origin of a page of the
// site and the COOKIE that the browser keeps for it.  What it logs is printed;
// it runs until it is killed.
"use strict";
const fs = require("fs");
const vm = require("vm");
const WebSocket = require("ws");

const [sock, script, cookie] = process.argv.slice(2);

class PageSocket extends WebSocket {
	constructor(address, protocols) {
		const url = new URL(address);
		const headers = { Host: url.host, Origin: "http://" + url.host };
		if (cookie)
			headers.Cookie = cookie;
		super("ws+unix://" + sock + ":" + url.pathname + url.search,
			protocols || [], { headers });
		this.on("error", (e) => console.log("error: " + e.message));
	}
}

vm.runInNewContext(fs.readFileSync(script, "utf8"),
	{ WebSocket: PageSocket, console });
