"""
How names are spelt: a letter-triple model that tells "chiangkhan" from "xqzvbrtk".

Learned from word lists that come with our own dependencies and with Python, none of them copied: names of the public
suffix list (towns and companies of the world), Thai place names of geothai (CC BY 4.0), Python's own documentation
topics, place names of the phonenumbers geocoder (Apache-2.0), and the web words below. The result is one byte a triple.
"""

import importlib
import math
import pydoc_data.topics
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from checks.parts import suffixes
from checks.randomness import LETTERS, UNSEEN, code

_WEB_WORDS = """
shop store online app web site blog news media tech info cloud data mail game games play sport sports auto cars travel
hotel tour food health home house bank pay money market trade forex crypto coin wallet token swap stock invest fund
loan credit card insurance law legal job jobs career school edu academy learn book books music movie film video tube
stream live chat talk social forum wiki host server cdn static img image images photo pics file files upload download
soft ware code dev git open source free best top pro plus max mega super ultra smart easy quick fast speed net work
works team group hub lab labs studio design art digital marketing ads ad track tracker analytics metric stat stats
click link links share connect sync drive box zone world global inter national city land green blue red black white
gold silver star sun moon sky fire ice water air earth wind solar energy power electric phone mobile tele com telecom
beauty fashion style wear shoes bags watch jewel kids baby mom dad pet pets dog cat horse bike motor truck ship boat
porn sex xxx adult cam cams dating date love girl girls boys gay fuck teen milf hentai anime manga comic comics toon
torrent proxy vpn serial keygen crack apk mod android iphone windows linux mac ubuntu python java script php
weather radio podcast journal times post daily today tribune herald gazette press magazine review reviews guide tips
recipe kitchen cook coffee tea beer wine pizza burger sushi fitness gym yoga run clinic doctor dental pharma drug med
medical care hospital life living garden farm agro tool tools parts supply supplies factory industry machine robot
bike rent rental realty estate property build builder construction engineer consult solution solutions service
services system systems soft group holding capital partners ventures trust union federal national state gov
baidu taobao zhihu weibo douyin bilibili sina sohu tencent huawei xiaomi alipay wang zhang chen liu yang huang zhao wu
zhou xu sun ma zhu hu guo lin he gao liang zheng luo song xie tang han cao deng feng zeng peng xiao tian dong pan yuan
cai jiang yu du ye cheng wei su lu ding ren shen yao lu jiang cui zhong tan lu fan wang jin shi liao jia xia wei fu
fang bai zou meng xiong qin qiu hou yin xue yan lei long duan tao he gu mao hao gong shao wan qian tu niu qi mo
"""


def words() -> Iterator[str]:
    """Every word learned from, lower case, each as often as its list tells."""
    for suffix in suffixes()._publicsuffix:
        yield from (label for label in suffix.split(".") if not label.startswith("xn--"))
    for topic in pydoc_data.topics.topics.values():
        yield from re.findall(r"[a-z]{3,}", topic.lower())
    yield from _WEB_WORDS.split() * 20
    yield from _places()


def _places() -> Iterator[str]:
    geothai = importlib.import_module("geothai")
    for path in sorted(Path(str(geothai.__file__)).parent.rglob("*.json")):
        yield from re.findall(r"[a-z]{3,}", path.read_text("utf-8").lower())
    geocoder = importlib.import_module("phonenumbers.geodata")
    for path in sorted(Path(str(geocoder.__file__)).parent.glob("data*.py")):
        yield from re.findall(r"[a-z]{3,}", path.read_text("utf-8").lower())


def learned() -> bytes:
    """The model: for each triple, how surprising its last letter is after the first two, in eighths of a bit."""
    counts: Counter[str] = Counter()
    for word, times in Counter(words()).items():
        spelt = f"^^{word}$"
        # A word seen a thousand times is not a thousand times the evidence on how names are spelt.
        weight = 1 + int(math.log2(times))
        for at in range(len(spelt) - 2):
            counts[spelt[at : at + 3]] += weight
    table = bytearray([UNSEEN]) * len(LETTERS) ** 3
    pairs: Counter[str] = Counter()
    for triple, count in counts.items():
        pairs[triple[:2]] += count
    for first in LETTERS:
        for second in LETTERS:
            total = pairs[first + second] + 0.5 * len(LETTERS)
            for third in LETTERS:
                chance = (counts[first + second + third] + 0.5) / total
                table[code(first + second + third)] = min(UNSEEN, round(-8 * math.log2(chance)))
    return bytes(table)
