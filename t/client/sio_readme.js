// sio_readme - the scripts of chatroom's description, as they stand there, in
// the hands of npm's socket.io-client.
//
//	node sio_readme.js MODULE
//
// Each line of the input is a script; one that declares `socket` makes a new one
// of that name.  Prints what its socket hears, a line each: ["connect"],
// ["connect_error",message], ["disconnect"], or the event with its arguments.
"use strict";
const readline = require("readline");
const { io } = require(process.argv[2]);

const say = (...what) => process.stdout.write(JSON.stringify(what) + "\n");
let socket;

function begin(script) {
	socket = new Function("io", script + "\nreturn socket;")(io);
	socket.on("connect", () => say("connect"));
	socket.on("connect_error", (e) => say("connect_error", e.message));
	socket.on("disconnect", () => say("disconnect"));
	socket.onAny((event, argument) => say(event, argument));
}

readline.createInterface({ input: process.stdin })
	.on("line", (line) => {
		if (/const socket/.test(line))
			begin(line);
		else
			new Function("socket", line)(socket);
	})
	.on("close", () => process.exit(0));
