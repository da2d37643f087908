"use strict";

/**
 * Run first by every npm script: makes node_modules match package-lock.json, and is over in milliseconds when it
 * already does. Plain JavaScript with no dependency, because it runs before any package is there; Node.js 20 or later.
 *
 * The packages bring a newer Node.js, first on the PATH of npm's scripts. A script says `hash -r` between this and its
 * own `node`, because the shell remembers where it found the one that ran this.
 */

const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { clearInterval, setInterval } = require("node:timers");

const root = path.resolve(__dirname, "..");
const modules = path.join(root, "node_modules");
const wantedFile = path.join(root, "package-lock.json");
/** npm's own account of what it installed; it writes it last. */
const installedFile = path.join(modules, ".package-lock.json");
const stampFile = path.join(root, ".trinity", "setup", "node_modules.json");
const lockFile = path.join(root, ".trinity", "locks", "node_modules.lock");

const OLDEST_NODE_TO_INSTALL = [20, 0];
/** What the packages themselves ask for, where none of them brings its own Node.js (see optionalDependencies). */
const OLDEST_NODE_TO_RUN = [22, 14];

async function main() {
  if (isOlder(OLDEST_NODE_TO_INSTALL)) {
    fail(`Node.js ${process.version} at ${process.execPath} is too old: Trinity needs Node.js 20 or later.`);
  }
  if (!isStamped()) {
    const { acquireLock } = require("./tools/lock.cjs");
    const lock = await acquireLock(lockFile, {
      onWait: (pid) => say(`Waiting for process ${pid}, which is installing the packages`),
    });
    try {
      if (!isStamped()) {
        if (!isInstalled()) await install();
        writeStamp();
      }
    } finally {
      lock.release();
    }
  }
  if (isOlder(OLDEST_NODE_TO_RUN) && !fs.existsSync(path.join(modules, ".bin", "node"))) {
    fail(
      `Node.js ${process.version} at ${process.execPath} is too old: no package brings its own Node.js for ` +
        `${platform()}, and so Trinity needs Node.js ${OLDEST_NODE_TO_RUN.join(".")} or later there.`,
    );
  }
}

/** Whether the last complete installation was of these very files, on this kind of machine. */
function isStamped() {
  const stamp = stampNow();
  return stamp !== undefined && stamp === readIfThere(stampFile);
}

function stampNow() {
  const wanted = fs.readFileSync(wantedFile);
  const installed = readIfThere(installedFile);
  if (installed === undefined) return undefined;
  return JSON.stringify({ wanted: hash(wanted), installed: hash(installed), platform: platform() });
}

function writeStamp() {
  const stamp = stampNow();
  if (stamp === undefined) fail(`npm ci ended well but left no ${installedFile}. Run npm ci by hand and look.`);
  fs.mkdirSync(path.dirname(stampFile), { recursive: true });
  fs.writeFileSync(`${stampFile}.new`, stamp);
  fs.renameSync(`${stampFile}.new`, stampFile);
}

/** Whether node_modules, installed by somebody's own npm ci or npm install, is what package-lock.json says. */
function isInstalled() {
  const text = readIfThere(installedFile);
  if (text === undefined) return false;
  const wanted = JSON.parse(fs.readFileSync(wantedFile, "utf8")).packages;
  const installed = JSON.parse(text).packages;
  if (Object.keys(installed).some((name) => wanted[name] === undefined)) return false;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === "") return true;
    const there = installed[name];
    if (there === undefined) return entry.optional === true && !isForThisMachine(entry);
    return there.version === entry.version && there.integrity === entry.integrity;
  });
}

/** Whether an optional package is meant for this machine; one bound to a C library is left to npm to judge. */
function isForThisMachine(entry) {
  const allows = (list, value) => list === undefined || list.includes(value);
  return allows(entry.os, process.platform) && allows(entry.cpu, process.arch) && entry.libc === undefined;
}

async function install() {
  const total = Object.keys(JSON.parse(fs.readFileSync(wantedFile, "utf8")).packages).length - 1;
  say(`Installing the npm packages of package-lock.json (up to ${total}; a minute or two the first time)`);
  // An installation that is cut short must not be taken for a whole one by what an earlier one left.
  fs.rmSync(installedFile, { force: true });
  fs.rmSync(stampFile, { force: true });
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const every = process.stderr.isTTY ? 1_000 : 10_000;
  const timer = setInterval(() => say(`Installing packages: ${countPackages()} of ${total}, ${seconds()} s`), every);
  const { code, output } = await npmCi().finally(() => clearInterval(timer));
  if (code !== 0) {
    process.stderr.write(output);
    fail(`npm ci failed (${code}) in ${root}. ${advice(output)}`);
  }
  say(`Installed the npm packages in ${seconds()} s`);
}

/** Runs `npm ci` to its end, and its children with it when this process is interrupted. */
function npmCi() {
  const { spawn } = require("node:child_process");
  const args = ["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  // npm's own ten seconds and a minute between tries would leave a machine without network waiting.
  args.push("--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000");
  const npm = process.env.npm_execpath;
  const [command, first] = npm && /npm-cli\.c?js$/.test(npm) ? [process.execPath, [npm]] : ["npm", []];
  return new Promise((resolve) => {
    const child = spawn(command, [...first, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    const stop = (signal) => child.kill(signal);
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
    child.on("error", (error) => resolve({ code: error.code, output: `${output}${error.message}\n` }));
    child.on("close", (code, signal) => resolve({ code: code ?? signal, output }));
  });
}

function advice(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i.test(output)) {
    return "The npm registry was not reached: look at the network, HTTPS_PROXY and `npm config get registry`, then run this again.";
  }
  if (/ENOENT/.test(output) && /spawn npm/.test(output)) return "npm is not on PATH: install Node.js with npm.";
  if (/in sync/.test(output)) return "package.json and package-lock.json differ: run npm install, and commit both.";
  return "npm's own words are above; run this again when they are dealt with.";
}

function countPackages() {
  const folders = (dir) => fs.readdirSync(dir).filter((name) => !name.startsWith("."));
  try {
    return folders(modules).reduce(
      (sum, name) => sum + (name.startsWith("@") ? folders(path.join(modules, name)).length : 1),
      0,
    );
  } catch {
    return 0; // npm moves folders about while we look
  }
}

function isOlder([major, minor]) {
  const [ownMajor, ownMinor] = process.versions.node.split(".").map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

function platform() {
  return `${process.platform}-${process.arch}`;
}

function hash(content) {
  return crypto.createHash("sha256").update(content).digest("hex");
}

function readIfThere(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  }
}

function say(message) {
  process.stderr.write(`${message}\n`);
}

function fail(message) {
  throw Object.assign(new Error(message), { expected: true });
}

main().catch((error) => {
  say(error.expected ? error.message : error.stack);
  process.exitCode = 1;
});
