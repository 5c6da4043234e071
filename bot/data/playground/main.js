// The page: three phones, one line to the server, and what stands around them.

import { element, icon } from "./bubble.js";
import { Phone } from "./phone.js";
import { PLACES, ROLES, SAMPLES, speak, spoken, translate, word } from "./words.js";

const $ = (selector) => document.querySelector(selector);

/** What the browser remembers of this page; a browser that refuses to is no reason to stop. */
const memory = {
  get(key) {
    try { return localStorage.getItem(`rimkhong.${key}`) ?? ""; } catch { return ""; }
  },
  set(key, value) {
    try { localStorage.setItem(`rimkhong.${key}`, value); } catch { /* then not */ }
  },
};

const phones = ROLES.map((role) => new Phone(role, { locate, heard }));
const [resident] = phones;
let active = resident;
let life = "";

// ---- the line to the server

async function catchUp(phone) {
  const name = phone.name;
  const answer = await fetch(`/playground/${name}/feed?after=${phone.n}`);
  if (!answer.ok) return;
  const { entries } = await answer.json();
  if (name === phone.name) phone.show(entries);
}

function listen() {
  const line = new EventSource("/playground/events");
  line.onmessage = ({ data }) => {
    const update = JSON.parse(data);
    if (update.phone) return phones.find((one) => one.name === update.phone)?.show(update.entries);
    // The server greets us: whatever it said while we were away is fetched. A new life counts from one again.
    if (life && life !== update.life) for (const phone of phones) phone.n = 0;
    life = update.life;
    status("online");
    phones.forEach((phone) => catchUp(phone).catch(() => {}));
  };
  line.onerror = () => {
    status("offline");
    if (line.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  };
}

function status(key) {
  $(".link").dataset.is = key;
  $("#link").dataset.t = key;
  $("#link").textContent = word(key);
}

// ---- which phone one is at

function turnTo(phone) {
  active = phone;
  phone.unread = 0;
  phone.root.classList.remove("pulse");
  for (const one of phones) one.root.classList.toggle("active", one === phone);
  badges();
}

function heard(phone) {
  if (!ready || (phone === active && document.hasFocus())) return;
  phone.unread = phone === active ? 0 : (phone.unread ?? 0) + 1;
  phone.root.classList.remove("pulse");
  void phone.root.offsetWidth; // lets the same animation begin again
  phone.root.classList.add("pulse");
  badges();
}

function badges() {
  for (const [place, phone] of phones.entries()) {
    const tab = $("#tabs").children[place];
    tab.setAttribute("aria-pressed", String(phone === active));
    tab.lastElementChild.textContent = phone.unread || "";
    tab.lastElementChild.setAttribute("aria-label", phone.unread ? `${phone.unread} ${word("unread")}` : "");
  }
}

// ---- sending a place

function locate() {
  const dialog = $("#where");
  const form = dialog.querySelector("form");
  form.reset();
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const [lat, lon] = [form.lat.valueAsNumber, form.lon.valueAsNumber];
      if (dialog.returnValue !== "send" || Number.isNaN(lat + lon)) return resolve(null);
      const known = PLACES.find((place) => place.lat === lat && place.lon === lon);
      resolve({ lat, lon, title: known ? known[spoken()] : "" });
    }, { once: true });
  });
}

// ---- what stands around

function furnish() {
  const tabs = phones.map((phone) => {
    const tab = element("button");
    tab.type = "button";
    const name = element("span");
    name.dataset.t = phone.role;
    tab.append(name, element("b"));
    tab.addEventListener("click", () => (turnTo(phone), phone.down()));
    return tab;
  });
  $("#tabs").replaceChildren(...tabs);
  $("#samples").replaceChildren(...SAMPLES.map((sample) => choice(sample, sample.text, sample.icon, () => {
    turnTo(resident);
    if (narrow.matches) $("#try").open = false;
    resident.paste(sample.text);
  })));
  const form = $("#where form");
  $("#places").replaceChildren(...PLACES.map((place) => choice(place, `${place.lat}, ${place.lon}`, "place", () => {
    form.lat.value = place.lat;
    form.lon.value = place.lon;
    form.querySelector(".strong").focus();
  })));
  translate(document);
}

function choice(named, more, picture, act) {
  const [item, button, text, sign] = [element("li"), element("button"), element("span"), element("i")];
  sign.append(icon(picture));
  text.append(element("b", "", named[spoken()]), element("small", "", more));
  button.type = "button";
  button.append(sign, text);
  button.addEventListener("click", act);
  item.append(button);
  return item;
}

function change(language) {
  speak(language);
  memory.set("language", spoken());
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === spoken()));
  }
  furnish();
  badges();
}

const narrow = matchMedia("(max-width: 899px)");
const fold = () => ($("#try").open = !narrow.matches);
let ready = false;

for (const phone of phones) {
  $("#stage").append(phone.root);
  phone.root.addEventListener("focusin", () => phone === active || turnTo(phone));
  phone.root.addEventListener("pointerdown", () => phone === active || turnTo(phone));
}
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => change(button.dataset.language));
}
$("#again").addEventListener("click", () => {
  // By the second, so that the new resident is new to the database too, whatever this browser has forgotten.
  resident.open(`resident-${Math.floor(Date.now() / 1000)}`);
  memory.set("resident", resident.name);
  turnTo(resident);
});
narrow.addEventListener("change", fold);

if (/^resident-[1-9]\d{0,11}$/.test(memory.get("resident"))) resident.open(memory.get("resident"));
change(memory.get("language") || "th");
fold();
turnTo(resident);
const tick = () => phones.forEach((phone) => phone.tick(new Date()));
tick();
setInterval(tick, 10_000);
status("connecting");
await Promise.all(phones.map((phone) => catchUp(phone).catch(() => {})));
ready = true;
listen();
