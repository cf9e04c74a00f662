// How full the zones are: what gates' counts and waves make of it. Pure.

/** The zones after an event: counted at a gate, one more outside, or one let in. */
export function counted(places, event) {
  const zone = event.outside || event.zone, before = places.get(zone);
  if (!before) return places;
  const after = new Map(places);
  if (event.event === "PeopleCounted") after.set(zone, { ...before, counted: true, people: event.people });
  else after.set(zone, { ...before, outside: Math.max(0, before.outside + (event.event === "WaveCalled" ? -1 : 1)) });
  return after;
}
