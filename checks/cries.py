"""Texts of a few words, typed by frightened thumbs: read without stray spaces, and without what only sounds alike."""

import re
from collections.abc import Sequence

_SHORT = 40
"""Characters up to which a text is a cry: few words say all, and little else can be meant by them."""

_OF_ELSE = re.compile(
    r"เพลง|หนัง(?!สือ)|เกม|ละคร|นิยาย|ซีรี|pubg|rov|tiktok|ฟีฟาย|ฟรีฟาย|แรงค์|บอท|เฟส|มวย|ฟุตบอล|แมนยู|หงส์แดง|ผีแดง|ประตู(?:ช่วง|ชัย|แรก|ที่)"
    r"|หวย|เลขเด็ด|ประกัน|เคลม|ฉีดยา|วัคซีน|เลเซอร์|ลืมกุญแจ|น้ำยาง|ราคายาง|ผ้าพันคอ|(?<!\d)555|(?<!ได้)ข่าว|ฝัน|สำนวน|มุก"
    r"|\b(?:movie|song|game|match|ref|lol|haha|lmao|news|dream)"
)
"""A short text that speaks of a song, a match, a game or the news, or that laughs, cries for nothing."""
_ALIKE = re.compile(
    r"ตกน้ำ(?:หนัก|มัน|ตาล)|เป็นลม(?:พิษ|แดดไหม)|สลบ(?:ไปเลย|ไสล)|จน(?:หายใจไม่|จะเป็นลม)|หายใจไม่(?:ออก|ทัน)เพราะ(?:เขา|เธอ)|หมดสะติสตังค์|เลือดเต็มถุง|ไหม้เกรียม|เจ็บหาย"
    r"|ชัก(?:จะ|ช้า|ชวน|ดื้อ|สงสัย|ว่าว|โครก|ผ้า|รอก|ธง|เริ่ม|ใย|ไม่|แปลก|งง|กลัว|อยาก|หิว|เบื่อ|เหนื่อย|รำคาญ|มัน|โมโห|หมั่น|ดาบ|นำ)"
    r"|ฟัน(?:ธง|ราคา|บิ่น|ผุ|กราม|หัก|คุด|กำไร|หลอ|น้ำนม|ปลอม)|ฆ่า(?:เชื้อ|หมู|ไก่|วัว|ควาย|เป็ด|ปลา|เวลา|มด|ยุง|แมลงสาบ|หญ้าใน)"
    r"|(?:แทง|ยิง)(?:เรื่อง|แม่น|ลูก|คนเดียว)|ปืน(?:ฉีด|กาว|อัดลม|ของเล่น|ที่สนาม|เด็กเล่น)|คลั่งยา(?:ดม|หม่อง)|จี้ดจ๊าด"
    r"|ซ้อม(?:ดนตรี|วิ่ง|บอล|เต้น|รำ|ร้อง|ใหญ่|รบ|เชียร์|แม่ไม้|ละคร)|เตะ(?:บอล|ตะกร้อ|ลูก|ปี๊บ|แม่น)|ต่อยแม่น"
    r"|ทุบ(?:กระเทียม|กำแพง|ตึก|พริก|ราคา|สถิติ|หมู|ปลา|โต๊ะ)|ตี(?:แม่น|ลูก(?:เทนนิส|ปิงปอง|แบด|กอล์ฟ)|ไก่|แบด|กลอง|กอล์ฟ|ป้อม|ปิงปอง|ตั๋ว|ราคา)"
    r"|ขัง(?:ปลา|ไก่|นก|หมู|กบ|น้ำ|หมา|แมว)|ไม่ให้ออก(?:ใบ|รถ|ทุน)|ไม่ให้กลับ(?:รถ|ตัว)|ออกไม่ได้ติด|ผูกคอ(?:หมา|แมว|วัว|เสื้อ|เท่)"
    r"|ระเบิด(?:ลงจอ|น้ำ|ภูเขา|เวลา|ความ|พลัง|อารมณ์|อารมย์)|เงินหาย(?:ห่วง|าก|ไปไหนหมด)|ทำเงินหาย|หลอก(?:ยังไง|อย่างไร|ดาว|ผี)|เรือ(?:ล่ม|คว่ำ)(?:เมื่อจอด|ในหนอง)"
    r"|ตาย(?:ไหม|มั้ย|กี่|หรือ)|(?:ศพ|ทับ|ชน)(?:หมา|แมว|นก|ปลา|ไก่)|จับไปแล้ว|งูเข้าบ้าน.{0,12}จับ|die laughing|all inclusive"
    r"|ติด(?:อยู่)?ในรถ(?:ติด|เมล์|ไฟ|ทัวร์)|choking hazard|ขาย(?:หนู|น้อง|ลูก)(?:หมู|หมา|แมว|แฮม)"
)
"""Words that only begin or end like a cry: a skin rash is no fainting, to lose weight no fall into the water."""
_STRAY = re.compile(r"(?<=[\u0e00-\u0eff\u1780-\u17ff]) +(?=[\u0e00-\u0eff\u1780-\u17ff])|([^\W\d_])\1+(?=\1)")
"""Spaces inside Thai, Lao and Khmer writing, which has none between words; of three letters alike all but one."""


def cried(lowered: str) -> tuple[str, Sequence[int]]:
    """A short text as its writer meant to type it, and where each of its characters stands; nothing for any other."""
    if len(lowered) > _SHORT:
        return "", ()
    stray = {at for found in _STRAY.finditer(lowered) for at in range(*found.span())}
    places = [at for at in range(len(lowered)) if at not in stray]
    return "".join([lowered[at] for at in places]), places


def in_earnest(text: str) -> str:
    """
    A short text with the words blanked out that only sound like a cry; the characters keep their places.

    Nothing for a text that speaks of a game, a song, the news: there words mean something else.
    """
    return "" if _OF_ELSE.search(text) else _ALIKE.sub(lambda found: "_" * len(found[0]), text)
