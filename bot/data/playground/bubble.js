// How one entry of a conversation looks. Everything is set as text: nothing anyone wrote becomes markup or a link.

import { languageOf, spoken, translate, word } from "./words.js";

const CLOCK = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Bangkok", hour: "2-digit", minute: "2-digit" });
const DATE = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Bangkok" });

/** The time of day, as in Thailand wherever the browser is. */
export const clock = (date) => CLOCK.format(date);

/** The date in Thailand, to tell one day from another. */
export const dayOf = (date) => DATE.format(date);

/** The line that begins a day. */
export function dayLine(date) {
  const line = element("div", "row event day");
  const named = { timeZone: "Asia/Bangkok", weekday: "short", day: "numeric", month: "short" };
  line.append(dayOf(date) === dayOf(new Date()) ? labelled("span", "", "today")
    : element("span", "", date.toLocaleDateString(spoken() === "th" ? "th-TH" : "en-GB", named)));
  return line;
}

export function element(tag, name = "", text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

export function labelled(tag, name, key) {
  const made = element(tag, name, word(key));
  made.dataset.t = key;
  return made;
}

export function icon(name) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/playground/static/icons.svg#${name}`);
  picture.setAttribute("aria-hidden", "true");
  picture.append(use);
  return picture;
}

/** A row of the conversation: a bubble with its time, or a line in the middle for what is no message. */
export function row(entry) {
  const line = element("div", "row");
  line.dataset.event = entry.event;
  if (["joined", "left", "unsent"].includes(entry.kind)) {
    line.classList.add("event");
    line.append(labelled("span", "", entry.kind));
    return line;
  }
  line.classList.add(entry.mine ? "mine" : "theirs");
  const side = element("div", "side");
  if (entry.mine) side.append(labelled("span", "state", "read"));
  const time = element("time", "", clock(new Date(entry.at)));
  time.dateTime = entry.at;
  side.append(time);
  line.append(bubble(entry), side);
  return line;
}

function bubble(entry) {
  const box = element("div", `bubble ${entry.kind}`);
  if (entry.forwarded) {
    const mark = element("p", "forwarded");
    mark.append(icon("forward"), labelled("span", "", "forwarded"));
    box.append(mark);
  }
  box.append(...(SHAPES[entry.kind] ?? (() => []))(entry));
  if (entry.text && entry.kind !== "place") box.append(words(entry.text));
  return box;
}

function words(text) {
  const said = element("p", "said", text);
  said.lang = languageOf(text);
  said.dir = "auto";
  return said;
}

const SHAPES = {
  photo(entry) {
    if (!entry.media) return SHAPES.file(entry);
    const picture = element("img");
    picture.src = entry.media;
    picture.alt = entry.name || word("picture");
    picture.addEventListener("error", () => picture.replaceWith(chip("photo", entry)));
    return [picture];
  },
  voice(entry) {
    if (!entry.media) return [chip("voice", entry)];
    const sound = element("audio");
    Object.assign(sound, { src: entry.media, controls: true, preload: "metadata" });
    sound.addEventListener("error", () => sound.replaceWith(chip("voice", entry)));
    return [sound];
  },
  video: (entry) => [chip("file", entry)],
  file: (entry) => [chip("file", entry)],
  place(entry) {
    const map = element("div", "map");
    map.append(icon("place"));
    const name = entry.text ? element("b", "", entry.text) : labelled("b", "", "pin");
    return [map, name, element("small", "", `${entry.lat.toFixed(4)}, ${entry.lon.toFixed(4)}`)];
  },
};

function chip(name, entry) {
  const shown = element(entry.media ? "a" : "span", "chip");
  if (entry.media) Object.assign(shown, { href: entry.media, download: entry.name || "file" });
  shown.append(icon(name), element("span", "", entry.name || word(name)));
  return shown;
}

/** What stands in an empty chat: who this is, and the button that every messenger has here. */
export function welcome(add) {
  const card = element("div", "hello");
  const logo = element("img");
  Object.assign(logo, { src: "/playground/static/logo.svg", alt: "" });
  const button = labelled("button", "strong", "add");
  button.type = "button";
  button.addEventListener("click", add);
  card.append(logo, labelled("b", "", "hello"), labelled("p", "", "hello_how"), button);
  translate(card);
  return card;
}
