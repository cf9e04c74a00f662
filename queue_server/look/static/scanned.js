// What a scanned or typed text stands for: a booking, a ticket, or nothing of ours. Pure: no page, no calls.

/** What nobody misreads: the letters of booking codes. */
export const LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
export const CODE_LENGTH = 8;
const CODE = new RegExp(`^[${LETTERS}]{${CODE_LENGTH}}$`);
const NUMBER = /^[A-Z]{1,3}[0-9]{3,4}$/;
const TOKEN = /^([bkt])\.([a-z0-9-]{1,64})\.([A-Za-z0-9_-]{1,64})\.[A-Za-z0-9_-]{22}$/;

/** A code as it was typed: without spaces and dashes, in capitals, and only what codes are made of. */
export const lettersOf = (text) => [...text.toUpperCase()].filter((letter) => LETTERS.includes(letter)).join("").slice(0, CODE_LENGTH);

/** A code as people read it: `K7Q4-M2XD`. */
export const grouped = (code) => (code.length > CODE_LENGTH / 2 ? `${code.slice(0, CODE_LENGTH / 2)}-${code.slice(CODE_LENGTH / 2)}` : code);

/** The last part of an address, or the text itself. */
function kernel(text) {
  const path = text.split(/[?#]/, 1)[0];
  return path.includes("/") ? path.split("/").filter(Boolean).pop() ?? "" : path;
}

/**
 * `{kind: "booking", wish: {code} | {pass}}`, `{kind: "ticket", hall, ticket, token}`, `{kind: "number", number}`, or null.
 * A link to a booking's page says as much as its code.
 */
export function standsFor(text) {
  const core = kernel(text.trim());
  const [, what, hall, id] = TOKEN.exec(core) ?? [];
  if (what === "k") return { kind: "booking", hall, wish: { pass: core } };
  if (what === "b") return { kind: "booking", hall, wish: { code: id } };
  if (what === "t") return { kind: "ticket", hall, ticket: id, token: core };
  const plain = core.toUpperCase().replaceAll(/[\s-]/g, "");
  if (CODE.test(plain)) return { kind: "booking", wish: { code: plain } };
  return NUMBER.test(plain) ? { kind: "number", number: plain } : null;
}
