/** Another cloud did not do what it was asked; the message says what it did. */
export class PeerError extends Error {
  override readonly name = "PeerError";
}

/** Another cloud has too much to do: no fault of its. */
export class BusyError extends Error {
  override readonly name = "BusyError";
}
