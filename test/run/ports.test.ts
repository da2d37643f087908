import assert from "node:assert/strict";
import * as net from "node:net";
import { test } from "node:test";
import { freePorts, listen } from "../../rehearsal/ports";

test("ports that are free are different, can be had, and are none that Linux gives to connections or Kubernetes to nodes", async () => {
  const ports = await freePorts(50);
  assert.equal(new Set(ports).size, 50);
  assert.deepEqual(
    ports.filter((port) => port < 11_000 || port >= 30_000),
    [],
  );
  const server = net.createServer();
  await listen(server, ports[0] ?? 0, "127.0.0.1");
  server.close();
});

test("an address that is not this machine's is an error, not an endless search", async () => {
  // 192.0.2.0/24 is for documentation (RFC 5737).
  await assert.rejects(freePorts(1, "192.0.2.1"), /EADDRNOTAVAIL/);
});
