/** Thrown for a request that is out of its limits: the fault of whoever asks. */
export class RequestError extends RangeError {
  override readonly name = "RequestError";
}
