/** What keys do, by the key's name or sign. */
export type KeyActions = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/**
 * Listens to keys, unless something on the page takes them itself.
 *
 * @param signsAllowed whether keys with letters and signs act: who speaks to a computer may not want them to
 */
export function listenToKeys(actions: KeyActions, signsAllowed: () => boolean): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) {
      return;
    }
    const isSign = event.key.length === 1;
    const action = actions[isSign ? event.key.toLowerCase() : event.key];
    if (action !== undefined && (!isSign || signsAllowed())) {
      event.preventDefault();
      action(event);
    }
  });
}

function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) {
    return false;
  }
  const dialog = target.closest("dialog");
  // A dialog that was closed keeps the focus until the next frame, and takes no keys any more.
  return dialog === null ? target.closest("input, select, textarea") !== null : dialog.open;
}
