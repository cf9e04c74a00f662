// One ticket as its events tell it: pure, no clock and no network.

const CALLS = new Set(["TicketCalled", "TicketRecalled"]);
const FINAL = new Set(["done", "cancelled", "expired"]);

/** What is told beside the ticket's own moves: only the server can say what it means for it. */
const BESIDE = new Set(["InterpreterAsked", "InterpreterAssigned", "InterpreterDone", "PapersChecked", "PromiseMade", "PromiseChanged", "TicketEscalated"]);

/** What moves the path of a visit with several stops. */
const MOVES_PATH = new Set(["TicketHeld", "TicketPlanned", "ServiceStarted", "ServiceFinished"]);

export const isFinal = (ticket) => FINAL.has(ticket.status);

/** What the event leaves open and only the server can say: how many are ahead now, or what an undo brought back. */
export const leavesOpen = (event) => event.status === "waiting" || event.event === "ActUndone" || MOVES_PATH.has(event.event) || BESIDE.has(event.event);

/** The ticket after its visitor answered an offer, here or at the guide desk; what ends it is told by another event. */
function answered(ticket, { diversion, answer }) {
  if (ticket.offer?.diversion !== diversion || answer === "done") return ticket;
  const goesOn = answer === "accepted" && ticket.offer.action === "guide_to_device";
  return { ...ticket, offer: goesOn ? { ...ticket.offer, accepted: true } : undefined };
}

/** The ticket after one of its events. */
export function step(ticket, event) {
  if (event.event === "PlaceChanged") {
    return ticket.status === "waiting" ? { ...ticket, ahead: event.ahead, wait_s: event.wait_s } : ticket;
  }
  if (event.event === "DiversionAnswered") return answered(ticket, event);
  if (event.event === "TicketNear") return { ...ticket, near: true };
  if (BESIDE.has(event.event)) return ticket;
  const waits = event.status === "waiting";
  const next = {
    ...ticket, status: event.status, zone: event.zone || ticket.zone, queue: event.queue || ticket.queue,
    service: event.service || ticket.service, window: waits ? undefined : event.window ?? ticket.window,
    wait_s: waits ? ticket.wait_s : null,
  };
  if (CALLS.has(event.event)) return { ...next, coming: false, called_at: event.at, times_called: event.times ?? 1 };
  if (event.event === "TicketAcknowledged") return { ...next, coming: true };
  if (event.event === "TicketTransferred") return { ...next, stop: event.stop ?? ticket.stop, stops: event.stops ?? ticket.stops };
  return next;
}
