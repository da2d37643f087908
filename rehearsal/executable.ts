import * as fs from "node:fs";
import path from "node:path";

/** Writes an executable file, unless it is there already with the same text. */
export function writeExecutable(file: string, text: string): void {
  writeUnlessSame(file, text, 0o755);
}

/** Writes a file, unless it is there already with the same text. */
export function writeUnlessSame(file: string, text: string, mode = 0o644): void {
  if (fs.existsSync(file) && fs.readFileSync(file, "utf8") === text) {
    return;
  }
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, text, { mode });
  fs.renameSync(temporary, file);
}

/** POSIX shell quoting. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
