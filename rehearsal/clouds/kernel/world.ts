import * as fs from "node:fs";
import * as path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { ActionRequest, Actor } from "./actor";
import { CloudError } from "./errors";
import type { Properties } from "./values";

/** A resource that a simulated cloud holds. Times are milliseconds of simulated time. */
export interface CloudRecord {
  readonly type: string;
  readonly id: string;
  /** What is unique about it, or null. */
  readonly identity: string | null;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** When its creation ends; before that it exists but cannot be used. */
  readonly readyAt: number;
  /** When every service of the cloud sees it. */
  readonly visibleAt: number;
  /** When its deletion ends or ended; null while nobody deletes it. */
  readonly deletedAt: number | null;
}

/** One operation that a simulated cloud carried out. */
export interface JournalEntry {
  readonly urn: string;
  readonly operation: "create" | "update" | "delete";
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** Permissions of whoever calls, as patterns with `*`: `ecr:*`, `Microsoft.Authorization/*`. */
export interface Caller {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** An action that an identity was let do. */
export interface Use {
  /** See {@link Actor}. */
  readonly identity: string;
  readonly action: string;
}

/** An operation that the cloud is to refuse, to rehearse a failure. */
export interface Fault {
  readonly type: string;
  readonly operation: "create" | "update" | "delete";
  /** The cloud's words. */
  readonly error: string;
  /** How often it refuses before it gives in. */
  readonly times: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS resources (
    type TEXT NOT NULL, id TEXT NOT NULL, identity TEXT, inputs TEXT NOT NULL, outputs TEXT NOT NULL,
    ready_at REAL NOT NULL, visible_at REAL NOT NULL, deleted_at REAL, held_until REAL,
    PRIMARY KEY (type, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS journal (
    urn TEXT NOT NULL, operation TEXT NOT NULL, started_at REAL NOT NULL, finished_at REAL NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS uses (
    identity TEXT NOT NULL, action TEXT NOT NULL, PRIMARY KEY (identity, action)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

/** One second of simulated time lasts this many milliseconds divided by the scale. */
const millisecondsPerSecond = 1000;

/**
 * What one simulated cloud holds, in an SQLite file: several provider processes use it at once, and it survives the
 * death of any of them at any moment, as a cloud does.
 */
export class World {
  private readonly database: DatabaseSync;
  /** Simulated seconds per real second. Set when the world is made. */
  readonly scale: number;
  /** Who acts in this process. @default an administrator, whose actions are not recorded */
  actor: Actor | undefined;

  /**
   * @param folder where the worlds lie, one file each
   * @param name for instance `aws`
   * @param scale simulated seconds per real second, for a world that does not exist yet. @default 60
   */
  constructor(
    readonly folder: string,
    readonly name: string,
    scale = 60,
  ) {
    fs.mkdirSync(folder, { recursive: true });
    this.database = new DatabaseSync(path.join(folder, `${name}.sqlite`), { timeout: 10_000 });
    this.database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${schema}`);
    this.database.prepare("INSERT INTO settings VALUES ('scale', ?) ON CONFLICT DO NOTHING").run(JSON.stringify(scale));
    this.scale = this.setting("scale", scale);
  }

  close(): void {
    this.database.close();
  }

  /** Simulated time in milliseconds. */
  now(): number {
    return Date.now() * this.scale;
  }

  /** Waits until a simulated time. A timer may be early by part of a millisecond, so it is asked again. */
  async until(time: number): Promise<void> {
    for (let left = time - this.now(); left > 0; left = time - this.now()) {
      await sleep(Math.ceil(left / this.scale));
    }
  }

  /** Runs `work` alone: no other process reads or writes in between, and an error undoes all of it. */
  transaction<Result>(work: () => Result): Result {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.database.exec("COMMIT");
      return result;
    } catch (error) {
      this.database.exec("ROLLBACK");
      throw error;
    }
  }

  /** Everything that exists, also what is being created or deleted; of one type if one is named. */
  list(type?: string): CloudRecord[] {
    const rows =
      type === undefined
        ? this.database.prepare("SELECT * FROM resources WHERE deleted_at IS NULL OR deleted_at > ?").all(this.now())
        : this.database
            .prepare("SELECT * FROM resources WHERE type = ? AND (deleted_at IS NULL OR deleted_at > ?)")
            .all(type, this.now());
    return rows.map(record);
  }

  find(type: string, id: string): CloudRecord | undefined {
    const row = this.database
      .prepare("SELECT * FROM resources WHERE type = ? AND id = ? AND (deleted_at IS NULL OR deleted_at > ?)")
      .get(type, id, this.now());
    return row === undefined ? undefined : record(row);
  }

  /** The resource whose identity it is; a deleted one while the cloud still holds its name. */
  holder(type: string, identity: string): { readonly record: CloudRecord; readonly held: boolean } | undefined {
    const row = this.database
      .prepare(
        "SELECT * FROM resources WHERE type = ? AND identity = ? AND (deleted_at IS NULL OR deleted_at > ? OR held_until > ?)",
      )
      .get(type, identity, this.now(), this.now());
    if (row === undefined) {
      return undefined;
    }
    const found = record(row);
    return { record: found, held: found.deletedAt !== null && found.deletedAt <= this.now() };
  }

  insert(item: Omit<CloudRecord, "deletedAt">): void {
    this.database
      .prepare("INSERT OR REPLACE INTO resources VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)")
      .run(
        item.type,
        item.id,
        item.identity,
        JSON.stringify(item.inputs),
        JSON.stringify(item.outputs),
        item.readyAt,
        item.visibleAt,
      );
  }

  /** Changes what a resource is: by its provider, or by a test that plays somebody at the console. */
  replaceProperties(type: string, id: string, inputs: Properties, outputs: Properties): void {
    this.database
      .prepare("UPDATE resources SET inputs = ?, outputs = ? WHERE type = ? AND id = ?")
      .run(JSON.stringify(inputs), JSON.stringify(outputs), type, id);
  }

  /** Begins a deletion that ends at `deletedAt`; the identity stays taken until `heldUntil`. */
  delete(type: string, id: string, deletedAt = this.now(), heldUntil: number | null = null): void {
    this.database
      .prepare("UPDATE resources SET deleted_at = ?, held_until = ? WHERE type = ? AND id = ?")
      .run(deletedAt, heldUntil, type, id);
  }

  /** Brings back what was deleted, as an administrator does while the cloud still holds it. */
  undelete(type: string, id: string): void {
    this.database
      .prepare("UPDATE resources SET deleted_at = NULL, held_until = NULL WHERE type = ? AND id = ? AND held_until > ?")
      .run(type, id, this.now());
  }

  enter(entry: JournalEntry): void {
    this.database
      .prepare("INSERT INTO journal VALUES (?, ?, ?, ?)")
      .run(entry.urn, entry.operation, entry.startedAt, entry.finishedAt);
  }

  journal(): JournalEntry[] {
    return this.database
      .prepare(
        "SELECT urn, operation, started_at AS startedAt, finished_at AS finishedAt FROM journal ORDER BY started_at",
      )
      .all() as unknown as JournalEntry[];
  }

  setting<Value>(key: string, otherwise: Value): Value {
    const row = this.database.prepare("SELECT value FROM settings WHERE key = ?").get(key);
    return row === undefined ? otherwise : (JSON.parse(String(row.value)) as Value);
  }

  set(key: "caller" | "faults" | "session-key", value: Caller | readonly Fault[] | string): void {
    this.database
      .prepare("INSERT INTO settings VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
      .run(key, JSON.stringify(value));
  }

  /**
   * Lets an action happen, and records it with who did it.
   *
   * @param asked the action, or a whole request where a resource or a condition matters
   * @throws CloudError when the caller lacks the permission, in the cloud's words where a login acts
   */
  authorize(asked: string | ActionRequest): void {
    const request = typeof asked === "string" ? { action: asked } : asked;
    const permission = request.action;
    const refusal = this.actor?.refusal(request);
    if (refusal !== undefined) throw refusal;
    this.refuseCaller(permission);
    if (this.actor !== undefined) {
      this.database
        .prepare("INSERT INTO uses VALUES (?, ?) ON CONFLICT DO NOTHING")
        .run(this.actor.identity, permission);
    }
  }

  /** Every action that a login was let do in this world. */
  uses(): Use[] {
    return this.database
      .prepare("SELECT identity, action FROM uses ORDER BY identity, action")
      .all() as unknown as Use[];
  }

  private refuseCaller(permission: string): void {
    const caller = this.setting<Caller>("caller", { allow: ["*"], deny: [] });
    if (!matchesAny(permission, caller.allow) || matchesAny(permission, caller.deny)) {
      throw new CloudError(
        "AuthorizationFailed",
        `the caller does not have authorization to perform action '${permission}'`,
      );
    }
  }

  /** @throws CloudError when a rehearsed failure stands for this operation; uses it up by one */
  failIfRehearsed(type: string, operation: Fault["operation"]): void {
    const faults = this.setting<readonly Fault[]>("faults", []);
    const fault = faults.find((item) => item.type === type && item.operation === operation && item.times > 0);
    if (fault !== undefined) {
      this.set(
        "faults",
        faults.map((item) => (item === fault ? { ...item, times: item.times - 1 } : item)),
      );
      throw new CloudError("ServiceFailure", fault.error);
    }
  }

  /** Simulated milliseconds of so many simulated seconds. */
  milliseconds(seconds: number): number {
    return seconds * millisecondsPerSecond;
  }
}

function matchesAny(permission: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const expression = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${expression.join(".*")}$`, "i").test(permission);
  });
}

function record(row: Record<string, unknown>): CloudRecord {
  return {
    type: String(row.type),
    id: String(row.id),
    identity: typeof row.identity === "string" ? row.identity : null,
    inputs: JSON.parse(String(row.inputs)) as Properties,
    outputs: JSON.parse(String(row.outputs)) as Properties,
    readyAt: Number(row.ready_at),
    visibleAt: Number(row.visible_at),
    deletedAt: row.deleted_at === null ? null : Number(row.deleted_at),
  };
}
