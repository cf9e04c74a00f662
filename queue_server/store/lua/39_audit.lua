-- note_act: what somebody did that changes nothing here, for the ledger: a sign-in, a reading, a refusal, an address.
-- Refuses nothing. Emits ActNoted with the facts of the order.

act('note_act', function(hall, order)
  emit(hall, 'ActNoted', nil, { window = order.window, staff = order.staff }, order.facts)
  return {}
end)
