"use strict";

/**
 * A lock between processes of one machine: a file made by exclusive create, holding its owner's process id.
 * Plain JavaScript without dependencies, because rehearsal/setup.cjs needs it before any package is installed.
 * Its types are in lock.d.cts.
 */

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

const POLL_MS = 200;
const DEFAULT_TIMEOUT_MS = 30 * 60_000;
/** Removing a stale lock takes microseconds; a removal older than this was itself cut short. */
const REMOVAL_TIMEOUT_MS = 10_000;

async function acquireLock(file, options = {}) {
  const { onWait, signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const deadline = Date.now() + timeoutMs;
  for (let waited = false; ; waited = true) {
    const mine = tryCreate(file);
    if (mine !== undefined) return { release: () => release(file, mine) };
    const owner = readOwner(file);
    if (owner !== undefined && isGone(owner.text)) {
      removeStale(file, owner.text);
      continue;
    }
    if (!waited && onWait && owner) onWait(parse(owner.text)?.pid);
    if (Date.now() > deadline) throw new Error(timeoutMessage(file, owner, timeoutMs));
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Makes the lock with its content in one step (a link is exclusive, too), so that nobody reads half an owner. */
function tryCreate(file) {
  const owner = { pid: process.pid, started: startOf(process.pid), host: os.hostname(), nonce: Math.random() };
  const text = JSON.stringify(owner);
  const draft = `${file}.${process.pid}.${owner.nonce}`;
  fs.writeFileSync(draft, text, { flag: "wx" });
  try {
    fs.linkSync(draft, file);
    return text;
  } catch (error) {
    if (error.code === "EEXIST") return undefined;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function release(file, mine) {
  if (readOwner(file)?.text === mine) fs.rmSync(file, { force: true });
}

function readOwner(file) {
  try {
    return { text: fs.readFileSync(file, "utf8") };
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the owner has ended. An owner on another host (a container that shares the folder) cannot be judged. */
function isGone(text) {
  const owner = parse(text);
  if (owner === undefined || !Number.isInteger(owner.pid)) return true;
  if (owner.host !== os.hostname()) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (error.code === "ESRCH") return true;
  }
  // A process with that id lives; if it started at another time, the id was given out again.
  const started = startOf(owner.pid);
  return owner.started !== null && started !== null && owner.started !== started;
}

/** When a process started, in ticks since the machine did; null where the system does not say (macOS). */
function startOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold spaces; field 22 is the 20th after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

/** Two waiters may see the same stale lock: only the one that makes the folder removes it, after looking again. */
function removeStale(file, text) {
  const removal = `${file}.removal`;
  try {
    fs.mkdirSync(removal);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const age = Date.now() - (fs.statSync(removal, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > REMOVAL_TIMEOUT_MS) fs.rmSync(removal, { recursive: true, force: true });
    return;
  }
  try {
    if (readOwner(file)?.text === text) fs.rmSync(file, { force: true });
  } finally {
    fs.rmSync(removal, { recursive: true, force: true });
  }
}

function timeoutMessage(file, owner, timeoutMs) {
  const { pid, host } = (owner && parse(owner.text)) || {};
  return (
    `The lock ${file} is still held by process ${pid} on ${host} after ${Math.round(timeoutMs / 1000)} s. ` +
    `Wait for that process or end it; if it is long over, delete the file and run this again.`
  );
}

module.exports = { acquireLock };
