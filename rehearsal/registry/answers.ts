import type * as http from "node:http";
import type { Refusal } from "./refusals";

/** Answers with JSON. */
export function answer(response: http.ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/** Answers with an error. */
export function refuse(response: http.ServerResponse, { status, code, message, detail }: Refusal): void {
  answer(response, status, { errors: [{ code, message, detail }] });
}

/** The whole body. @throws Error when it is larger than so many bytes, naming `what` it is */
export async function readBody(request: http.IncomingMessage, largest: number, what: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largest) {
      throw new Error(`${what} of more than ${largest} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}
