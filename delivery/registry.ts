import { messageOf, RefusedError } from "./failure";
import { type Image, type Images, entries } from "./image";
import { run } from "./process";
import type { Context } from "./propose";
import { sideBySide } from "./side-by-side";
import { findTool } from "./tools";

/** How many registry requests run at a time: they wait for the network most of the time. */
const most = 12;

/**
 * Makes sure that every registry really has its digest, with the logins of Docker's credential store.
 *
 * @throws Error naming the cloud, the image and what the registry said
 */
export async function checkRegistries(images: readonly Images[], signal: AbortSignal): Promise<void> {
  const wanted = images.flatMap(entries);
  await sideBySide(wanted, most, async ([cloud, { repository, digest }]) => {
    const found = await crane(["digest", `${repository}@${digest}`], signal);
    if (found.code !== 0 || found.text !== digest) {
      throw new Error(
        `The registry of ${cloud} does not have ${repository}@${digest}: ${found.text}\nPush the image (\`pulumi up\` of ` +
          `the app's stack), or log in to the registry if it says that you may not read it.`,
      );
    }
  });
}

/**
 * Makes sure that no registry has lost its digest. One that cannot be asked is only told of: what is to be taken back is in
 * a hurry, and who takes it back may have no login.
 *
 * @throws RefusedError naming the cloud and the image
 */
export async function checkNotLost(images: readonly Images[], { signal, report }: Context): Promise<void> {
  await sideBySide(images.flatMap(entries), most, async ([cloud, { repository, tag, digest }]) => {
    const image = `${repository}@${digest}`;
    const found = await crane(["digest", image], signal, 15).catch((error: unknown) => {
      signal.throwIfAborted();
      return { code: 1, text: messageOf(error) };
    });
    if (found.code === 0) return;
    if (isMissing.test(found.text)) {
      throw new RefusedError(
        `The registry of ${cloud} has no ${image} any more, so ${tag} cannot be gone back to: ${found.text}\nChoose another ` +
          `build with \`trinity revert --to\`.`,
      );
    }
    report(`${cloud}: it could not be seen whether the registry still has ${image}: ${found.text}`);
  });
}

/** How registries say that they do not have something (OCI distribution specification, "Error Codes"). */
const isMissing = /MANIFEST_UNKNOWN|NAME_UNKNOWN|NOT_FOUND|404 Not Found/;

/**
 * Copies an image to another repository by its digest, and gives it the tag there. What is there already is not copied, and
 * no tag is moved: not every registry has immutable ones.
 *
 * @throws Error when it cannot be copied or asked for, or another digest has the tag there
 */
export async function copyImage(from: Image, to: Image, signal: AbortSignal): Promise<void> {
  const target = `${to.repository}:${to.tag}`;
  const source = `${from.repository}@${from.digest}`;
  let found = await crane(["digest", target], signal);
  if (found.code !== 0) {
    if (!isMissing.test(found.text)) {
      throw new Error(
        `It cannot be told whether ${target} is there: ${found.text}\nLog in to the registry if it says that you may not ` +
          `read it, or run the same command again; nothing was promoted.`,
      );
    }
    const copy = await crane(["copy", "--no-clobber", source, target], signal, 600);
    // Asked even when the copy failed: another promotion may just have made it, and the tag then refuses ours.
    found = await crane(["digest", target], signal);
    if (found.code !== 0) throw new Error(`${source} cannot be copied to ${target}: ${copy.text || found.text}`);
  }
  if (found.text === to.digest) return;
  throw new Error(
    `${target} is ${found.text}, but must be ${to.digest}, the digest that is promoted. A tag is never moved, so nothing ` +
      `was promoted. Find out who pushed another image there.`,
  );
}

async function crane(args: readonly string[], signal: AbortSignal, seconds = 60) {
  const { code, stdout, stderr } = await run(findTool("crane"), args, { signal, seconds });
  return { code, text: code === 0 ? stdout.toString("utf8").trim() : stderr.trim() };
}
