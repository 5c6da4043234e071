// One phone: its conversation, and everything one can do on it.

import { clock, dayLine, dayOf, element, icon, labelled, row, welcome } from "./bubble.js";
import { translate, word } from "./words.js";

const LARGEST = 10 * 1024 * 1024;

/** A new id for one thing done, so that doing it twice by mistake is still one thing. */
const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

export class Phone {
  constructor(role, { locate, heard }) {
    this.role = role;
    this.locate = locate;
    this.heard = heard;
    this.root = document.querySelector("#phone").content.firstElementChild.cloneNode(true);
    this.root.dataset.role = role;
    this.find(".who use").setAttribute("href", `/playground/static/icons.svg#${role}`);
    this.find(".role").dataset.t = role;
    this.find(".note").dataset.t = `${role}_note`;
    this.root.dataset.tLabel = role;
    [this.log, this.input, this.tray, this.chooser] = [".log", "textarea", ".tray", ".chooser"].map((one) => this.find(one));
    this.open(`${role}-1`);
    this.listen();
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  /** Becomes another person's phone, with nothing on it yet. */
  open(name) {
    this.name = name;
    this.n = 0;
    this.day = "";
    this.waiting = 0;
    this.choices = null;
    this.following = true;
    this.rows = new Map();
    this.block(false);
    this.log.replaceChildren(welcome(() => this.say({ joined: true })));
  }

  listen() {
    const on = (selector, event, act) => this.find(selector).addEventListener(event, act);
    on(".composer", "submit", (event) => (event.preventDefault(), this.sendText()));
    on("textarea", "input", () => this.fit());
    on("textarea", "keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.sendText();
    });
    on("textarea", "paste", (event) => {
      const [photo] = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
      if (photo) event.preventDefault(), this.sendFile("photo", photo);
    });
    on(".more", "click", () => this.expand(this.tray.hidden));
    on(".pin", "click", () => this.sendPlace());
    on(".forward", "click", () => this.forward(this.find(".forwarding").hidden));
    on(".newest", "click", () => this.down());
    on(".log", "scroll", () => {
      this.following = this.atEnd();
      if (this.following) this.find(".newest").hidden = true;
    });
    new ResizeObserver(() => this.following && this.down()).observe(this.log);
    on(".block", "click", () => {
      this.find(".menu").open = false;
      this.say(this.blocked ? { joined: true } : { left: true });
    });
    on(".chooser", "change", () => {
      if (this.chooser.files[0]) this.sendFile(this.chooser.dataset.kind, this.chooser.files[0]);
      this.chooser.value = "";
    });
    for (const button of this.root.querySelectorAll("[data-kind]")) {
      button.addEventListener("click", () => this.choose(button.dataset.kind, button.dataset.accept));
    }
  }

  // ---- doing

  sendText() {
    const text = this.input.value.trim();
    if (!text) return;
    const forwarded = !this.find(".forwarding").hidden;
    this.input.value = "";
    this.forward(false);
    this.expand(false);
    this.fit();
    this.say({ text, forwarded }, { kind: "text", text, forwarded });
  }

  /** Puts a text where one types, to be looked at before it is sent. */
  paste(text) {
    this.input.value = text;
    this.fit();
    this.input.focus();
  }

  async sendPlace() {
    this.expand(false);
    const place = await this.locate();
    if (place) this.say({ place }, { kind: "place", text: place.title, ...place });
  }

  choose(kind, accept) {
    this.chooser.accept = accept;
    this.chooser.dataset.kind = kind;
    this.chooser.click();
  }

  sendFile(kind, file) {
    this.expand(false);
    if (file.size > LARGEST) return this.note("too_large");
    const event = fresh();
    const query = new URLSearchParams({ kind, event, name: file.name });
    const headers = { "Content-Type": file.type || "application/octet-stream" };
    this.post(event, `media?${query}`, { headers, body: file }, { kind: "file", name: file.name });
  }

  say(what, shown, event = fresh()) {
    const body = JSON.stringify({ ...what, event });
    this.post(event, "say", { headers: { "Content-Type": "application/json" }, body }, shown);
  }

  /** Sends one thing; it is on the screen at once, and can be sent again when it did not get through. */
  async post(event, path, request, shown) {
    if (shown) this.pending(event, shown);
    const name = this.name;
    this.wait(+1);
    try {
      const answer = await fetch(`/playground/${name}/${path}`, { method: "POST", ...request });
      if (!answer.ok) throw new Error(await answer.text());
      if (name === this.name) this.state(event, "read");
    } catch (error) {
      console.warn(error.message);
      if (name === this.name) this.state(event, "failed", () => this.post(event, path, request));
    } finally {
      if (name === this.name) this.wait(-1);
    }
  }

  // ---- showing

  /** New entries from the server; those of this phone that are on the screen already take their final form. */
  show(entries) {
    for (const entry of entries) {
      if (entry.n <= this.n) continue;
      this.n = entry.n;
      if (entry.kind === "unsent") this.takenBack(entry);
      else this.place(entry);
      if (entry.kind === "left" || entry.kind === "joined") this.block(entry.kind === "left");
      if (!entry.mine) this.heard(this);
    }
  }

  place(entry) {
    const follow = entry.mine || this.atEnd();
    const made = row(entry);
    const old = entry.event && this.rows.get(entry.event);
    this.clear();
    if (old) old.replaceWith(made);
    else this.add(made, entry.at);
    if (entry.event) this.rows.set(entry.event, made);
    if (entry.mine && entry.event && entry.n) this.mayUnsend(made, entry);
    if (entry.buttons?.length || entry.wants) this.offer(entry);
    for (const picture of made.querySelectorAll("img")) picture.addEventListener("load", () => follow && this.down());
    this.typing();
    if (follow) this.down();
    else this.find(".newest").hidden = false;
  }

  pending(event, shown) {
    this.place({ ...shown, n: 0, event, mine: true, at: new Date().toISOString() });
    this.state(event, "sending");
  }

  add(made, at) {
    this.find(".hello")?.remove();
    const date = new Date(at);
    if (dayOf(date) !== this.day) this.log.append(dayLine(date));
    this.day = dayOf(date);
    const theirs = (line) => Boolean(line?.classList.contains("theirs"));
    const apart = date - this.last > 60_000;
    this.last = date;
    made.classList.toggle("first", theirs(made) && (apart || !theirs(this.log.lastElementChild)));
    this.log.append(made);
  }

  /** The buttons under the newest message. They are gone once anything is said, as on LINE. */
  offer(entry) {
    const box = element("div", "quick");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", word("choices"));
    for (const { label, token } of entry.buttons) {
      const event = fresh();
      const press = () => (this.clear(), this.say({ press: token, label }, { kind: "press", text: label }, event));
      box.append(this.button(element("button", "", label), press));
    }
    const wanted = { place: () => this.sendPlace(), photo: () => this.choose("photo", "image/*") }[entry.wants];
    if (wanted) {
      const button = this.button(element("button", "want"), wanted);
      button.append(icon(entry.wants), labelled("span", "", `want_${entry.wants}`));
      box.prepend(button);
    }
    this.choices = box;
    this.log.append(box);
  }

  button(made, act) {
    made.type = "button";
    made.addEventListener("click", () => (act(), made.isConnected || this.input.focus()));
    return made;
  }

  clear() {
    this.choices?.remove();
    this.choices = null;
    this.dots?.remove();
  }

  state(event, key, act) {
    const state = this.rows.get(event)?.querySelector(".state");
    if (!state) return;
    const made = labelled(act ? "button" : "span", `state ${key}`, key);
    if (act) made.addEventListener("click", () => (this.state(event, "sending"), act()));
    state.replaceWith(made);
  }

  mayUnsend(made, entry) {
    const back = labelled("button", "unsend", "unsend");
    back.type = "button";
    back.addEventListener("click", () => this.say({ unsend: entry.event }));
    if (entry.kind !== "joined" && entry.kind !== "left" && entry.kind !== "press") made.querySelector(".side")?.prepend(back);
  }

  takenBack(entry) {
    const line = row(entry);
    const old = this.rows.get(entry.text);
    if (old) old.replaceWith(line);
    else this.add(line, entry.at);
    this.rows.set(entry.text, line);
  }

  /** How many answers we wait for; with one outstanding for a moment, the bot is seen typing. */
  wait(change) {
    this.waiting = Math.max(0, this.waiting + change);
    clearTimeout(this.slow);
    if (this.waiting) this.slow = setTimeout(() => this.typing(), 350);
    else this.dots?.remove();
  }

  typing() {
    this.dots?.remove();
    if (!this.waiting || this.log.lastElementChild?.classList.contains("quick")) return;
    this.dots = element("div", "row theirs first dots");
    const bubble = element("div", "bubble");
    bubble.setAttribute("aria-label", word("typing"));
    bubble.append(element("i"), element("i"), element("i"));
    this.dots.append(bubble);
    this.log.append(this.dots);
    this.down();
  }

  note(key) {
    const line = element("div", "row event");
    line.append(labelled("span", "", key));
    this.log.append(line);
    this.down();
  }

  block(blocked) {
    this.blocked = blocked;
    this.find(".block").dataset.t = blocked ? "unblock" : "block";
    translate(this.find(".menu"));
  }

  // ---- the furniture

  tick(now) {
    this.find(".clock").textContent = clock(now);
  }

  expand(open) {
    this.tray.hidden = !open;
    this.find(".more").setAttribute("aria-expanded", String(open));
    if (open) this.down();
  }

  forward(on) {
    this.find(".forwarding").hidden = !on;
    this.find(".forward").setAttribute("aria-pressed", String(on));
    if (on) this.input.focus();
  }

  fit() {
    this.input.rows = 1;
    const line = Number.parseFloat(getComputedStyle(this.input).lineHeight);
    this.input.rows = Math.min(6, Math.max(1, Math.round((this.input.scrollHeight - 8) / line)));
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  down() {
    this.following = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.find(".newest").hidden = true;
  }
}
