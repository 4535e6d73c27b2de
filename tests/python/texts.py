"""Texts on which tokenizers are likely to disagree, written for this purpose.

`tokenizer_texts()` is the corpus of `tokens.json`; `ROWS` are the prompts and responses of `encode.json`.
Invisible characters are written as escapes, so that an editor cannot lose them.
"""

import random

SEED = 7

PLAIN = [
    "",
    "a",
    "Hello, world!",
    "The cat sat on the mat.",
    "Thank you for waiting; your refund of $49.90 was sent this morning.",
    "I'm sorry, but I can't tell you that. I don't know, and I won't guess.",
    "How do I reset my password? I've tried 3 times & it still says \"unknown user\".",
    "unbelievably overcomplicated antidisestablishmentarianism",
    "e-mail, co-operate, state-of-the-art, twenty-one, re-enter",
    "rock 'n' roll; the '90s; it's the dogs' bowl; y'all'd've",
    "UPPER lower MiXeD iPhone McDonald's eBay LaTeX GmbH",
    "Dr. Smith, e.g. at 5 p.m., i.e. 17:00, vs. Mr. Jones Jr.",
    "Wait... what?! No!!! Really??? (Yes.) [Maybe.] {Never.} <Always.>",
    "one\ntwo\nthree",
    "first line\r\nsecond line\r\n\r\nlast line",
    "\tindented\twith\ttabs\t",
    "   leading and trailing   ",
    "1. First\n2. Second\n   - nested\n   - nested again\n\n3. Third",
    "| name | price |\n|------|------:|\n| tea  |  2.50 |",
    "# Title\n\nSome *emphasis*, some **strength**, some `code`, a [link](https://example.org/a_b?c=d#e).",
]

NUMBERS = [
    "0 1 12 123 1234 12345 123456789012345678901234567890",
    "3.14159 2,718,281 1e-9 6.022E23 -40 +7 1/2 50% \u00bd \u00be \u00b2 \u00b3 x\u2082",
    "2024-06-07T12:34:56.789Z",
    "+44 (0)20 7946 0958 ext. 12",
    "192.168.0.1 ::1 2001:db8::8a2e:370:7334 00:1A:2B:3C:4D:5E",
    "\u0661\u0662\u0663 \u0967\u0968\u0969 \uff11\uff12\uff13 \u2160\u2161\u2162 \u2460\u2461 \u5341\u4e8c",
    "$5 \u20ac5 \u00a35 \u00a55 \u20b95 \u20bf5 5\u00a2 5\u20bd",
    "0x1F 0b1010 0o17 1_000_000 1'000'000 1\u00a0000\u202f000",
    "v1.2.3-rc.4+build.5",
    "A4 B2B 4x4 3D 5G 2nd 10th 1990s R2D2 C3PO",
]

LINKS = [
    "https://example.org",
    "https://www.example.org:8443/a/b/c.html?x=1&y=%C3%A9&z=a+b#part-2",
    "mailto:someone.else+tag@mail.example.co.uk",
    "See http://example.org/~me/, ftp://files.example.org and //cdn.example.org/x.js.",
    "C:\\Users\\me\\file.txt /usr/local/bin/tool ~/notes.md ../up/one",
    "@name #hashtag $TICKER u/user r/place",
]

CODE = [
    "fn main() { println!(\"{:?}\", vec![1, 2, 3].iter().map(|x| x * 2).collect::<Vec<_>>()); }",
    "def f(x: int = 0, *args, **kwargs) -> None:\n    return [y for y in args if y != x]  # done",
    "for (let i = 0; i < n; ++i) { a[i] ??= b?.c ?? `t${i}`; }",
    "SELECT a.*, COUNT(b.id) AS n FROM a LEFT JOIN b ON a.id = b.a_id WHERE a.x <> 'it''s' GROUP BY 1;",
    "<div class=\"a b\" data-x='1'>&lt;&amp;&nbsp;&#39;</div><!-- note -->",
    "{\"key\": [1, 2.5, null, true], \"\\u00e9\": \"\\n\\t\\\"\"}",
    "if [[ -z \"$VAR\" && $# -gt 0 ]]; then echo \"${VAR:-none}\" | sed -E 's/^a+$/b/g' >&2; fi",
    "x = (a & b) | (c ^ ~d) << 2 >> 1; y = a === b !== c <= d >= e => f -> g",
    "\\begin{equation} \\frac{a_1^2}{\\sqrt{b}} \\le \\sum_{i=0}^{\\infty} x_i \\end{equation}",
    "snake_case camelCase PascalCase kebab-case SCREAMING_CASE __dunder__ _private",
    "^(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]+)@(?:[a-z0-9]+\\.)+[a-z]{2,}$",
    "#include <stdio.h>\nint main(void){return 0;}//end",
]

PUNCTUATION = [
    *"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    "!!!???...,,,;;;:::",
    "-- --- ---- == === ~~ ``` *** ___",
    "\u2018single\u2019 \u201cdouble\u201d \u201elow\u201d \u00abguillemets\u00bb \u2039one\u203a",
    "en\u2013dash em\u2014dash horizontal\u2015bar minus\u2212sign hyphen\u2010hyphen non\u2011breaking soft\u00adhyphen",
    "ellipsis\u2026 bullet\u2022 middle\u00b7dot dagger\u2020 section\u00a7 pilcrow\u00b6",
    "\u00bfQu\u00e9? \u00a1No!",
    "\u3001\u3002\uff01\uff1f\u300c\u300d\u300e\u300f\u3010\u3011\u30fb",
    "\u00a9 \u00ae \u2122 \u00b0C \u00b1 \u00d7 \u00f7 \u2260 \u2264 \u221e \u2211 \u221a \u222b \u2202 \u2192 \u21d2 \u2200 \u2203",
    "\u2500\u2502\u250c\u2510 \u2588\u2591 \u25a0\u25cf\u25b2 \u2713\u2717 \u2605\u2606 \u2665\u2660",
    "\u060c \u061b \u061f \u066a \u0964 \u0965 \u1362 \u05be \u05f3",
]

ACCENTS = [
    "caf\u00e9 na\u00efve r\u00e9sum\u00e9 \u00e0 la carte \u00c5ngstr\u00f6m \u00dcber Stra\u00dfe GRO\u00dfE",
    "cafe\u0301 nai\u0308ve re\u0301sume\u0301 A\u030angstro\u0308m",
    "\u1ebe\u1ec6\u1ed8 Ti\u1ebfng Vi\u1ec7t c\u00f3 d\u1ea5u: \u0111\u01b0\u1eddng, ngh\u0129a, qu\u1ef3nh",
    "Za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105 ja\u017a\u0144; P\u0159\u00edli\u0161 \u017elu\u0165ou\u010dk\u00fd k\u016f\u0148",
    "\u0130stanbul \u0131\u015f\u0131k \u011e\u00fcne\u015f I\u0307 i\u0307 \u01c5 \u01c6 \u00df \u1e9e",
    "\u00c6sir \u0153uvre \u00d8re \u00de\u00f3r \u00f0\u00e6gn \u0142\u00f3d\u017a \u0111ak",
    "\ufb01ne \ufb02ow \ufb03 \ufb04 \ufb05 \u01f1 \u0133 \u2126 \u212b \u212a",
    "Z\u0351\u036b\u0343a\u0363\u0364l\u0325\u032eg\u031fo\u035c t\u0336e\u0337x\u0338t\u20dd",
    "o\u0302\u0323 \u1ed9 \u00f4\u0323 o\u0323\u0302",
    "\u0301 starts with a mark; ends with a mark \u0301",
    "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309",
]

SCRIPTS = [
    "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440! \u0401\u0436 \u0438 \u0439\u043e\u0433\u0430. \u0407\u0436\u0430\u043a, \u045e, \u0452.",
    "\u039a\u03b1\u03bb\u03b7\u03bc\u03ad\u03c1\u03b1 \u03ba\u03cc\u03c3\u03bc\u03b5, \u039f\u0394\u039f\u03a3 \u03bf\u03b4\u03cc\u03c2 \u1f00\u03c1\u03c7\u1fc6",
    "\u4f60\u597d\uff0c\u4e16\u754c\uff01\u4eca\u5929\u5929\u6c14\u4e0d\u9519\u3002",
    "\u4e2d\u6587English\u6df7\u5408123\u6587\u672c",
    "\u9f98\u9749\u7c32 \U00020000\U0002a6d6 \U0002b740\u3400\u9fff \uf900\u2f00",
    "\u3053\u3093\u306b\u3061\u306f\u4e16\u754c\u3002\u30ab\u30bf\u30ab\u30ca\u3068\u6f22\u5b57\u3001\u304c\u304e\u3050\u3071\u3074",
    "\u304b\u3099\u304d\u3099 \u30cf\u309a \uff76\uff9e\uff77\uff9e \uff21\uff22\uff23 \uff54\uff45\uff58\uff54",
    "\uc548\ub155\ud558\uc138\uc694 \uc138\uacc4 \u1112\u1161\u11ab\u1100\u1173\u11af \u3131\u3134",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645\u060c \u0643\u064a\u0641 \u062d\u0627\u0644\u0643\u061f",
    "\u0645\u064f\u0631\u064e\u062d\u0651\u064e\u0628\u064b\u0627 \u0640\u0640\u0640 \ufefb \ufedf\ufe8e",
    "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd, \u05de\u05b7\u05d4 \u05e9\u05bc\u05c1\u05dc\u05d5\u05b9\u05de\u05b0\u05da\u05b8?",
    "abc \u05d0\u05d1\u05d2 123 \u202bRTL\u202c \u202eforced\u202c \u2067isolate\u2069 \u200fmark\u200e",
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e\u0964 \u0915\u094d\u0937\u0924\u094d\u0930\u093f\u092f \u0915\u093c \u0958",
    "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd \u0c24\u0c46\u0c32\u0c41\u0c17\u0c41 \u0d2e\u0d32\u0d2f\u0d3e\u0d33\u0d02 \u0a97\u0ac1\u0a9c\u0ab0\u0abe\u0aa4\u0ac0",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01 \u0e19\u0e49\u0e33 \u0e01\u0e33",
    "\u1019\u103c\u1014\u103a\u1019\u102c \u1797\u17b6\u179f\u17b6\u1781\u17d2\u1798\u17c2\u179a \u0ea5\u0eb2\u0ea7 \u0f56\u0f7c\u0f51\u0f0b",
    "\u10d2\u10d0\u10db\u10d0\u10e0\u10ef\u10dd\u10d1\u10d0 \u1c92 \u0532\u0561\u0580\u0587 \u1230\u120b\u121d \u13a3\u13b3\u13a9",
    "\U0001d573\U0001d58a\U0001d591\U0001d591\U0001d594 \U0001d4d7 \U0001d7d9 \u24b6\u24d1 \U0001f170 \U00010330\U00010331",
]

EMOJI = [
    "\U0001f600",
    "Great! \U0001f600\U0001f680\U0001f44d thanks\U0001f64f\U0001f64f",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 family, \U0001f3f3\ufe0f\u200d\U0001f308 flag, \U0001f469\U0001f3fd\u200d\U0001f680 astronaut",
    "\U0001f44b\U0001f3fb\U0001f44b\U0001f3ff waves",
    "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7 flags \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "1\ufe0f\u20e3 #\ufe0f\u20e3 keycaps; \u2764\ufe0f red, \u2764 plain, \u2764\ufe0e text; \u263a",
    "word\U0001f600word \U0001f600, \U0001f600. :-) ;) <3 xD \u00af\\_(\u30c4)_/\u00af (\u256f\u00b0\u25a1\u00b0)\u256f\ufe35 \u253b\u2501\u253b",
    "\u200d \ufe0f \U0001f3fd alone",
]

INVISIBLE = [
    "\x00",
    "nul\x00inside\x00\x00",
    "\x01\x02\x07bell\x08back\x0bvt\x0cff\x1b[31mred\x1b[0m\x7fdel",
    "\x80\x85\x9f c1 controls",
    "zero\u200bwidth\u200cjoin\u200dword\u2060bom\ufeffend",
    "\ufeffstarts with a byte order mark",
    "no\u00a0break thin\u2009space hair\u200aspace em\u2003space ideographic\u3000space ogham\u1680space",
    "line\u2028separator paragraph\u2029separator next\u0085line",
    "replacement \ufffd noncharacter \ufffe \uffff private \ue000 \U0010ffff unassigned \u0378",
    " ",
    "\n",
    "\t \n \r \x0b \x0c",
    "\u200b",
    "\u3000",
    "a" + " " * 300 + "b",
    "a" + "\n" * 100 + "b" + "\t" * 50 + "c",
    "variation \u845b\U000e0100 selector; tags \U000e0041; interlinear \ufff9a\ufffab\ufffb",
]

SPECIAL_TOKENS = [
    "[CLS] [SEP] [MASK] [PAD] [UNK]",
    "text[SEP]text [sep] [ SEP ] [[SEP]] [CLS",
    "<s> </s> <|endoftext|> <unk> ##ing ##",
]

LONG = [
    "x" * 99,
    "x" * 100,
    "x" * 101,
    "a" * 250 + " b",
    "supercalifragilistic" * 6,
    "\u00e9" * 100 + " " + "e\u0301" * 60,
    "\u4e2d" * 120,
    "\U0001f600" * 101,
    "0123456789" * 15,
    "a-" * 120,
    "-" * 150,
    "word " * 400,
    "The quick brown fox jumps over the lazy dog. " * 20,
]

WORDS = (
    "please the order Refund 3-5 days caf\u00e9 I'd \u4f60\u597d \U0001f600 https://example.org/x don't $9.99 "
    "step-by-step \u041f\u0440\u0438\u0432\u0435\u0442 (maybe) \"quoted\" re\u0301sume\u0301 #1 e.g. \u0645\u0631\u062d\u0628\u0627 "
    "unhelpfulness 2024 `code` \u2014 \u2026 WARRANTY t\u00fcr \U0001f469\u200d\U0001f4bb \u3042\u308a [note] a/b 50% x_y\u00a0z"
).split(" ")
GAPS = [" ", " ", " ", " ", "", ", ", ". ", "\n", "\n\n", "  ", "\t", "\u00a0", "\u200b"]


def mixed(count: int) -> list[str]:
    """Sentences put together by chance from awkward words and awkward gaps, the same every time."""
    chance = random.Random(SEED)
    return [
        "".join(chance.choice(WORDS) + chance.choice(GAPS) for _ in range(chance.randint(2, 40)))
        for _ in range(count)
    ]


def tokenizer_texts() -> list[str]:
    """Every text of the corpus, each once."""
    written = [
        *PLAIN, *NUMBERS, *LINKS, *CODE, *PUNCTUATION, *ACCENTS, *SCRIPTS,
        *EMOJI, *INVISIBLE, *SPECIAL_TOKENS, *LONG,
    ]  # fmt: skip
    return list(dict.fromkeys([*written, *mixed(100)]))


ASK = "My parcel shows as delivered, but nothing has arrived. What should I do now?"
ANSWER = (
    "I'm sorry about that. Please look around the door and ask your neighbours first; carriers sometimes leave "
    "a parcel there. If it isn't found by tomorrow, write to us and we'll send a new one free of charge."
)
STORY = " ".join(
    f"{day} I wrote to you about order {1000 + place * 37}, and {clerk} answered that it would take {place + 2} days."
    for place, (day, clerk) in enumerate(
        (day, clerk)
        for clerk in ("Ana", "Bj\u00f6rn", "Chidi", "Dana")
        for day in ("On Monday", "On Tuesday", "Last week", "In March", "Yesterday")
    )
)
STEPS = "\n".join(
    f"{number}. {step}"
    for number, step in enumerate(
        [
            "Open the settings and choose \u201cAccount\u201d.",
            "Select \u2018Security\u2019, then press *Reset password*.",
            "Look into your mail (spam, too!) for our message.",
            "Follow the link within 30 minutes; after that it no longer works.",
            "Think of a new password: at least 12 characters, nothing you use elsewhere.",
            "Sign in again on every device \U0001f4bb\U0001f4f1.",
        ]
        * 5,
        start=1,
    )
)

# (prompt, response, max_tokens)
ROWS = [
    ("How are you?", "Fine, thank you!", 256),
    (ASK, ANSWER, 256),
    (ASK, "", 256),
    ("", ANSWER, 256),
    ("", "", 64),
    (ASK, ANSWER, 64),
    (STORY, "Sorry.", 128),
    (STORY, STEPS, 256),
    (STORY, STEPS, 128),
    (STORY, STEPS, 64),
    ("Short.", STEPS, 128),
    (STORY, ANSWER, 256),
    (STORY, "", 64),
    ("\u041f\u043e\u0434\u0441\u043a\u0430\u0436\u0438 caf\u00e9 \u5728\u54ea\u91cc? \U0001f600", "\u3042\u308a\u304c\u3068\u3046 \U0001f469\u200d\U0001f4bb \u2014 `x += 1`\u2026", 256),
]
