/** Another cloud failed to do what it was asked; the message says what it did. */
export class PeerError extends Error {
  override readonly name = "PeerError";
}

/** Another cloud said in time that it will not do it: too much to do, too little time, or a request that it refuses. */
export class DeclinedError extends Error {
  override readonly name = "DeclinedError";
}
