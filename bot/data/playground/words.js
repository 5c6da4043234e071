// The page's own labels in Thai and English, things to try, and places to send. What the bot says is never here.

const WORDS = {
  th: {
    only: "สนามทดลอง ทำงานเฉพาะบนเครื่องนี้ ไม่ได้ส่งถึงใครใน LINE หรือ Telegram",
    connecting: "กำลังเชื่อมต่อ", online: "เชื่อมต่อแล้ว", offline: "ขาดการเชื่อมต่อ กำลังต่อใหม่",
    again: "เริ่มใหม่", again_why: "เปลี่ยนเป็นชาวบ้านคนใหม่ที่ยังไม่เคยคุยกับบอต",
    language: "ภาษาของหน้านี้", phones: "เลือกโทรศัพท์",
    try: "ลองส่งดู", try_how: "แตะเพื่อวางลงในโทรศัพท์ของชาวบ้าน แล้วกดส่ง",
    try_more: "ข้อความตัวอย่างแต่งขึ้นทั้งหมด ลิงก์เขียนแบบ [.] ให้กดไม่ได้",
    resident: "ชาวบ้าน", resident_note: "ส่งสิ่งที่สงสัย แจ้งเหตุ",
    volunteer: "อาสา ชรบ.", volunteer_note: "รับแจ้งเหตุในพื้นที่",
    coordinator: "ผู้ประสานงาน", coordinator_note: "ดูรายงาน ส่งประกาศ",
    bot: "บัญชีบอต", menu: "เมนูของห้องแชต", block: "บล็อกบอต", unblock: "เลิกบล็อก",
    log: "ข้อความในห้องแชต", newest: "ข้อความใหม่ ↓", type: "พิมพ์ข้อความ", send: "ส่ง", attach: "แนบรูป เสียง ไฟล์ หรือตำแหน่ง",
    photo: "รูป", voice: "เสียง", video: "วิดีโอ", file: "ไฟล์", place: "ตำแหน่ง", forward: "ส่งต่อ",
    forwarding: "จะส่งแบบ “ส่งต่อ”", forwarded: "ส่งต่อ",
    where: "ส่งตำแหน่ง", lat: "ละติจูด", lon: "ลองจิจูด", cancel: "ยกเลิก", send_place: "ส่งตำแหน่งนี้", pin: "ตำแหน่งที่ปักหมุด",
    sending: "กำลังส่ง", read: "อ่านแล้ว", failed: "ส่งไม่สำเร็จ แตะเพื่อลองใหม่", typing: "บอตกำลังพิมพ์",
    joined: "เพิ่มบอตเป็นเพื่อนแล้ว", left: "บล็อกบอตแล้ว", unsent: "ยกเลิกข้อความแล้ว", unsend: "ยกเลิกข้อความ",
    hello: "ยังไม่มีข้อความ", hello_how: "เพิ่มบอตเป็นเพื่อน หรือพิมพ์ได้เลย", add: "เพิ่มเพื่อน",
    want_place: "ส่งตำแหน่ง", want_photo: "ส่งรูป", choices: "ปุ่มตอบ", today: "วันนี้", unread: "ข้อความใหม่",
    too_large: "ไฟล์ใหญ่เกินไป ไม่เกิน 10 MB", picture: "รูปที่ส่ง",
  },
  en: {
    only: "A playground, on this machine only. Nothing here reaches anyone on LINE or Telegram",
    connecting: "Connecting", online: "Connected", offline: "Connection lost, trying again",
    again: "Start over", again_why: "Become a new resident, who has never talked to the bot",
    language: "Language of this page", phones: "Choose a phone",
    try: "What to try", try_how: "Press one to paste it into the resident’s phone, then send",
    try_more: "All samples are made up. Links are written with [.] so that none can be opened",
    resident: "Resident", resident_note: "asks, reports",
    volunteer: "Volunteer", volunteer_note: "hears of reports nearby",
    coordinator: "Coordinator", coordinator_note: "queries, alerts",
    bot: "Bot account", menu: "Chat menu", block: "Block the bot", unblock: "Unblock",
    log: "Messages of this chat", newest: "New message ↓", type: "Type a message", send: "Send", attach: "Attach a photo, voice, file or place",
    photo: "Photo", voice: "Voice", video: "Video", file: "File", place: "Place", forward: "Forward",
    forwarding: "will be sent as “forwarded”", forwarded: "Forwarded",
    where: "Send a place", lat: "Latitude", lon: "Longitude", cancel: "Cancel", send_place: "Send this place", pin: "Dropped pin",
    sending: "Sending", read: "Read", failed: "Not sent. Press to try again", typing: "The bot is typing",
    joined: "Added the bot as a friend", left: "Blocked the bot", unsent: "Message taken back", unsend: "Take back",
    hello: "No messages yet", hello_how: "Add the bot as a friend, or just type", add: "Add friend",
    want_place: "Send a place", want_photo: "Send a photo", choices: "Answer buttons", today: "Today", unread: "new messages",
    too_large: "Too large: at most 10 MB", picture: "Photo sent",
  },
};

export const ROLES = ["resident", "volunteer", "coordinator"];

export const SAMPLES = [
  { th: "SMS พัสดุปลอม", en: "Fake parcel SMS", icon: "parcel",
    text: "แจ้งเตือน: พัสดุของท่านถูกตีกลับ เนื่องจากที่อยู่ไม่ครบถ้วน กรุณายืนยันข้อมูลและชำระค่าส่งใหม่ 28 บาท ภายในวันนี้ hxxps://th-parcel-fee[.]cc/confirm" },
  { th: "คืนเงินค่าไฟ", en: "Electricity “refund”", icon: "power",
    text: "การไฟฟ้าแจ้งคืนเงินค่าประกันมิเตอร์ 1,850 บาท ลงทะเบียนรับเงินภายใน 24 ชม. ที่ pea-refund[.]cc" },
  { th: "เล่าเรื่องสายโทรหลอก", en: "A scam call, told", icon: "call",
    text: "เมื่อเช้ามีผู้ชายโทรมา บอกว่าเป็นตำรวจ สภ.เมือง ว่าบัญชีแม่พัวพันยาเสพติด ให้แอดไลน์แล้วโอนเงินไปตรวจสอบ ห้ามบอกใคร" },
  { th: "เรือขนของกลางคืน", en: "Boat at night", icon: "boat", text: "เห็นเรือขนของกลางคืน" },
  { th: "โอนเงินไปแล้ว", en: "Money already sent", icon: "money", text: "โอนเงินไปแล้ว" },
  { th: "ประกาศจริงจากเทศบาล", en: "A genuine notice", icon: "notice",
    text: "เทศบาลแจ้งหยุดจ่ายน้ำประปาวันพุธนี้ 09.00-15.00 น. เพื่อซ่อมท่อหน้าตลาด ขอให้สำรองน้ำไว้ใช้" },
];

// Centres of districts, WGS 84, good to a few kilometres: the same as texts/data/places/border_districts.csv.
export const PLACES = [
  { th: "เชียงคาน เลย", en: "Chiang Khan, Loei", lat: 17.8795, lon: 101.7282 },
  { th: "เมืองหนองคาย หนองคาย", en: "Mueang Nong Khai, Nong Khai", lat: 17.8433, lon: 102.7696 },
  { th: "เมืองบึงกาฬ บึงกาฬ", en: "Mueang Bueng Kan, Bueng Kan", lat: 18.2858, lon: 103.6948 },
  { th: "เมืองมุกดาหาร มุกดาหาร", en: "Mueang Mukdahan, Mukdahan", lat: 16.5326, lon: 104.6257 },
  { th: "เชียงแสน เชียงราย", en: "Chiang Saen, Chiang Rai", lat: 20.2929, lon: 100.2376 },
  { th: "อรัญประเทศ สระแก้ว", en: "Aranyaprathet, Sa Kaeo", lat: 13.6658, lon: 102.465 },
];

let language = "th";

export function speak(chosen) {
  language = chosen in WORDS ? chosen : "th";
  document.documentElement.lang = language;
  translate(document);
}

export const spoken = () => language;
export const word = (key) => WORDS[language][key] ?? key;

/** Puts words into everything that asks for them: data-t is its text, the others its attributes. */
export function translate(root) {
  for (const one of root.querySelectorAll("[data-t]")) one.textContent = word(one.dataset.t);
  for (const one of root.querySelectorAll("[data-t-label]")) one.setAttribute("aria-label", word(one.dataset.tLabel));
  for (const one of root.querySelectorAll("[data-t-title]")) one.title = word(one.dataset.tTitle);
  for (const one of root.querySelectorAll("[data-t-hint]")) one.placeholder = word(one.dataset.tHint);
}

/** The language of a text by its letters, so that it is read aloud and broken into lines as it should be. */
export function languageOf(text) {
  const count = (letters) => (text.match(letters) ?? []).length;
  const [best, found] = Object.entries({
    th: count(/[\u0e01-\u0e5b]/g), lo: count(/[\u0e81-\u0edf]/g), km: count(/[\u1780-\u17ff]/g), en: count(/[A-Za-z]/g) / 3,
  }).reduce((a, b) => (b[1] > a[1] ? b : a));
  return found ? best : "";
}
