/*
 * dom - elements without markup: what people write only ever becomes text.
 */

export const $ = (id) => document.getElementById(id);

/* An element with properties, `data-` and `aria-` attributes, and children. */
export function el(tag, props = {}, ...children) {
	const e = document.createElement(tag);

	for (const [name, value] of Object.entries(props)) {
		if (value === null || value === undefined)
			continue;
		if (name.startsWith("on"))
			e.addEventListener(name.slice(2), value);
		else if (name.includes("-") || name === "role")
			e.setAttribute(name, value);
		else
			e[name] = value;
	}
	e.append(...children.filter((child) => child !== null));
	return e;
}

export function button(text, props, onclick) {
	return el("button", { type: "button", ...props, onclick }, text);
}

/* Say something to those who do not see. */
export function say(text) {
	$("said").textContent = text;
}

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/gu;

/* A text as nodes, its addresses as links. */
export function linked(text) {
	const nodes = [];
	let at = 0;

	for (const found of text.matchAll(LINK)) {
		nodes.push(text.slice(at, found.index), el("a", {
			href: found[0], target: "_blank",
			rel: "noopener noreferrer nofollow",
		}, found[0]));
		at = found.index + found[0].length;
	}
	nodes.push(text.slice(at));
	return nodes;
}

const clock = new Intl.DateTimeFormat(undefined,
	{ hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(undefined,
	{ weekday: "long", day: "numeric", month: "long" });

export const timeOf = (date) => clock.format(date);

export function dayOf(date) {
	const today = new Date().toDateString();

	return date.toDateString() === today ? "Today" : calendar.format(date);
}

export function sizeOf(bytes) {
	return bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ?
		`${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/* What somebody has chosen turns nothing that stands beside it around. */
export const own = (text) => el("bdi", {}, text);

/* "ann", "ann and bob", "ann, bob and 3 others", as nodes */
export function names(list) {
	const shown = list.length > 3 ?
		[...list.slice(0, 2).map(own), `${list.length - 2} others`] :
		list.map(own);

	return shown.flatMap((name, i) => i === 0 ? [name] :
		[i < shown.length - 1 ? ", " : " and ", name]);
}
