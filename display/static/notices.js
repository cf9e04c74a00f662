// What the board tells besides calls: read anew when a wave is called in, and as long as there is something to tell.
import { api } from "/static/look/live.js";

const SETTLE_MS = 300;
const WHILE_MS = 30_000;

/** `take(notices)` is told what the board at `path` tells now. Answers what is to be told of each event. */
export function notices(path, take) {
  let timer = 0;

  function soon(pause) {
    clearTimeout(timer);
    timer = setTimeout(read, pause);
  }

  async function read() {
    const told = await api("GET", path, undefined, { tries: 1 }).catch(() => null);
    if (told) take(told.notices);
    if (!told || told.notices.length) soon(WHILE_MS); // they end by the clock, which no event tells
  }

  return ({ event }) => { if (event === "WaveCalled") soon(SETTLE_MS); };
}
