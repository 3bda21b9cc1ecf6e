/*
 * api - requests to /v1, and the tokens that they need.
 *
 * Tokens are kept in localStorage, for all tabs.  An access token is replaced
 * before it expires.  A refresh token is good once, so only one tab at a time
 * may use it; the others find what it got.
 */

const PLACE = "natterjack.session";
const EARLY_MS = 60000;

/* What is wrong, where the server says it of a field that is not shown so. */
const WRONG = {
	"bad_value username": "This name cannot be used.",
	"too_long username": "This name is too long.",
	"bad_value password": "This password is too short.",
	"too_long password": "This password is too long.",
	"bad_value name": "This name cannot be used.",
	"too_long name": "This name is too long.",
	"too_long text": "This message is too long.",
	"conflict emoji": "There are too many reactions to this already.",
};

/* What the server refuses; `status` 0: it was not reached. */
export class Refused extends Error {
	constructor(status, problem, retryAfter) {
		super(WRONG[`${problem.code} ${problem.field}`] ??
			(problem.detail || "The server cannot be reached."));
		this.status = status;
		this.code = problem.code || "";
		this.retryMs = Number(retryAfter) * 1000 || 0;
	}

	/* May the same request succeed later? */
	get mayPass() {
		return [0, 408, 429].includes(this.status) || this.status >= 500;
	}
}

let session = null;
let timer = 0;
let refreshing = null;
let onGone = () => {};

export const me = () => session.user;

function read() {
	try {
		return JSON.parse(localStorage.getItem(PLACE));
	} catch {
		return null;
	}
}

function keep(tokens) {
	session = { ...tokens,
		expires_at: Date.now() + tokens.expires_in * 1000 };
	localStorage.setItem(PLACE, JSON.stringify(session));
	plan();
}

function forget() {
	clearTimeout(timer);
	session = null;
	localStorage.removeItem(PLACE);
}

/* The session is over, and whoever shows it is told why. */
function gone(why) {
	forget();
	onGone(why);
}

/* Refresh in time, even if nothing is asked for meanwhile. */
function plan() {
	const left = session.expires_at - Date.now() - EARLY_MS;

	clearTimeout(timer);
	timer = setTimeout(() => fresh().catch(plan), Math.max(left, 1000));
}

async function send(method, path, { body, token, signal, asBlob } = {}) {
	const headers = {};
	let answer, text;

	if (body instanceof Blob)
		headers["Content-Type"] = body.type || "application/octet-stream";
	else if (body !== undefined)
		headers["Content-Type"] = "application/json";
	if (token !== undefined)
		headers.Authorization = `Bearer ${token}`;
	try {
		answer = await fetch(path, {
			method, headers, signal, cache: "no-store",
			credentials: "omit",
			body: body === undefined || body instanceof Blob ? body :
				JSON.stringify(body),
		});
		if (answer.ok && asBlob)
			return await answer.blob();
		text = await answer.text();
	} catch (error) {
		if (error.name === "AbortError")
			throw error;
		throw new Refused(0, {});
	}
	if (answer.ok)
		return text === "" ? null : JSON.parse(text);
	throw new Refused(answer.status, parse(text),
		answer.headers.get("Retry-After"));
}

function parse(text) {
	try {
		const problem = JSON.parse(text);

		return typeof problem === "object" && problem ? problem : {};
	} catch {
		return {};
	}
}

/* One tab after the other, where the browser has locks. */
function alone(work) {
	return navigator.locks === undefined ? work() :
		navigator.locks.request(PLACE, work);
}

async function refresh(stale) {
	const stored = read();

	if (stored === null) {
		gone("");
		return;
	}
	if (stored.access_token !== stale) {
		session = stored;
		plan();
		return;
	}
	try {
		keep(await send("POST", "/v1/sessions/refresh",
			{ body: { refresh_token: stored.refresh_token } }));
	} catch (error) {
		if (error.status === 401)
			gone("Your session has ended. Log in again.");
		throw error;
	}
}

/* An access token that is good for a while. */
export async function fresh(stale) {
	if (session === null)
		throw new Refused(401, { detail: "You are not logged in." });
	if (stale === session.access_token ||
	    session.expires_at - Date.now() < EARLY_MS) {
		const old = session.access_token;

		refreshing ??= alone(() => refresh(old)).finally(() => {
			refreshing = null;
		});
		await refreshing;
	}
	if (session === null)
		throw new Refused(401, { detail: "You are not logged in." });
	return session.access_token;
}

/* A request of who is logged in; `more`: signal, asBlob. */
export async function ask(method, path, body, more) {
	const token = await fresh();

	try {
		return await send(method, path, { ...more, body, token });
	} catch (error) {
		if (error.status !== 401)
			throw error;
	}
	return send(method, path, { ...more, body, token: await fresh(token) });
}

/* Log in, or register: `path` says which. */
export async function enter(path, username, password) {
	keep(await send("POST", path, { body: { username, password } }));
}

export function leave() {
	const token = session.access_token;

	forget();
	return send("DELETE", "/v1/sessions/current", { token });
}

/* Is there a session from before?  `gone` is called when it ends. */
export function start(whenGone) {
	onGone = whenGone;
	session = read();
	if (session !== null)
		plan();
	/* Another tab has logged out, or in as somebody else. */
	addEventListener("storage", (event) => {
		if (event.key !== PLACE || session === null)
			return;
		const stored = read();

		if (stored === null || stored.user.id !== session.user.id)
			gone("You have logged out.");
		else
			session = stored;
	});
	return session !== null;
}
