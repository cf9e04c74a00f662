// Korean letters, as keys give them one by one, put together into syllables, and taken apart again to erase the last one.
const FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const VOWEL = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
const LAST = ["", ..."ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ".split(" ")];
const DOUBLE = { ㅗㅏ: "ㅘ", ㅗㅐ: "ㅙ", ㅗㅣ: "ㅚ", ㅜㅓ: "ㅝ", ㅜㅔ: "ㅞ", ㅜㅣ: "ㅟ", ㅡㅣ: "ㅢ", ㅑㅣ: "ㅒ", ㅕㅣ: "ㅖ" };

const BLOCK = 0xac00;
const DOUBLED = new RegExp(Object.keys(DOUBLE).join("|"), "g");
/** A letter belongs to the syllable before it, unless a vowel follows: then it begins the next one. */
const SYLLABLE = new RegExp(`([${FIRST}])([${VOWEL}])((?:${[...LAST.slice(1)].sort((a, b) => b.length - a.length).join("|")})(?![${VOWEL}]))?`, "g");

/** The text with its letters as syllables, as far as they make any. */
export function together(letters) {
  return letters.replace(DOUBLED, (pair) => DOUBLE[pair]).replace(SYLLABLE, (_, first, vowel, last = "") =>
    String.fromCodePoint(BLOCK + (FIRST.indexOf(first) * VOWEL.length + VOWEL.indexOf(vowel)) * LAST.length + LAST.indexOf(last)));
}

/** The text as the letters it was typed with. */
export function apart(text) {
  return text.replace(/[\uac00-\ud7a3]/g, (syllable) => {
    const at = syllable.codePointAt(0) - BLOCK, rest = at % (VOWEL.length * LAST.length);
    return FIRST[Math.floor(at / (VOWEL.length * LAST.length))] + VOWEL[Math.floor(rest / LAST.length)] + LAST[rest % LAST.length];
  });
}
