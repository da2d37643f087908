import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page } from "playwright-core";
import { colours, linkOf, withApp } from "./visit.js";

const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 3, hasTouch: true, isMobile: true };

describe("the page, for everyone", () => {
  const { home, open } = withApp();

  it("names every control", async () => {
    const { page, complete, close } = await open();
    await complete();
    const tree = await page.locator("body").ariaSnapshot();
    assert.doesNotMatch(
      tree,
      /- (button|combobox|checkbox|spinbutton|textbox|img|application|progressbar)( \[.*\])?:?$/m,
    );
    for (const name of ["Zoom in", "Zoom out", "Whole set", "Fewer iterations", "More iterations", "Help"]) {
      assert.equal(await page.getByRole("button", { name, exact: true }).count(), 1, name);
    }
    for (const key of ["d", "?"]) {
      await page.keyboard.press(key);
      const dialog = page.getByRole("dialog");
      assert.match(await dialog.ariaSnapshot(), /^- dialog ".+"/);
      assert.doesNotMatch(await dialog.ariaSnapshot(), /- (button|combobox|checkbox|spinbutton|textbox)( \[.*\])?:?$/m);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
    }
    await close();
  });

  it("can be gone through with the Tab key, and says where the focus is", async () => {
    const { page, complete, close } = await open();
    await complete();
    const visited = new Set<string>();
    for (let press = 0; press < 14; press += 1) {
      await page.keyboard.press("Tab");
      const { id, outline } = await page.evaluate(() => ({
        id: document.activeElement?.id ?? "",
        outline: getComputedStyle(document.activeElement ?? document.body).outlineStyle,
      }));
      visited.add(id);
      assert.ok(id === "" || outline === "solid", `${id}: ${outline}`);
    }
    for (const id of ["picture", "palette", "zoom-in", "overlay", "link", "download", "help", "deeper"]) {
      assert.ok(visited.has(id), id);
    }
    await close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has enough contrast in ${colorScheme}`, async () => {
      const { page, complete, close } = await open(home(), { colorScheme });
      await complete();
      await page.keyboard.press("o");
      const [background = "", text = "", quiet = ""] = await page.evaluate(() =>
        [
          ["#legend", "backgroundColor"] as const,
          ["#zoom-figure", "color"] as const,
          ["#legend dt", "color"] as const,
        ].map(([selector, property]) => getComputedStyle(document.querySelector(selector) ?? document.body)[property]),
      );
      // The panel lets a little of the picture through: at worst, of black or white.
      for (const behind of [0, 255]) {
        assert.ok(contrast(text, background, behind) >= 7, `text on ${behind}`);
        assert.ok(contrast(quiet, background, behind) >= 4.5, `quiet text on ${behind}`);
      }
      await close();
    });
  }

  it("fits a phone", async () => {
    const { page, complete, close } = await open(home(), phone);
    await complete();
    await page.getByRole("button", { name: "Clouds that painted" }).tap();
    const { width, height } = phone.viewport;
    const controls = page.locator("button:visible, select:visible");
    for (const control of await controls.all()) {
      const box = await control.boundingBox();
      assert.ok(box !== null);
      const name = (await control.getAttribute("aria-label")) ?? (await control.getAttribute("id")) ?? "";
      assert.ok(box.width >= 44 && box.height >= 44, `${name} is ${box.width} x ${box.height}`);
      assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, name);
    }
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    // Three pixels of the device for one of CSS, of which two are enough.
    assert.equal(await page.evaluate(() => document.querySelector("canvas")?.width), 2 * width);
    await close();
  });

  it("zooms by pinching and moves by dragging with a finger", async () => {
    const { page, complete, close } = await open(home(), phone);
    await complete();
    const [colour] = await colours(page, [[0.5, 0.5]]);
    await pinch(page, { x: 180, y: 300 }, 30, 90);
    await complete();
    const span = Number(linkOf(page).get("span"));
    assert.ok(Math.abs(span - 2.8 / 3) < 0.05, String(span));
    await page.keyboard.press("0");
    await complete();
    await touch(page, [[180, 370]], [[120, 370]]);
    await complete();
    assert.deepEqual(await colours(page, [[120 / 360, 0.5]]), [colour]);
    await page.touchscreen.tap(180, 370);
    await page.touchscreen.tap(180, 370);
    await complete();
    assert.equal(linkOf(page).get("span"), "1.4");
    await close();
  });
});

type Finger = readonly [number, number];

async function pinch(page: Page, { x, y }: { x: number; y: number }, from: number, to: number): Promise<void> {
  const fingers = (distance: number): Finger[] => [
    [x - distance, y],
    [x + distance, y],
  ];
  await touch(page, fingers(from), fingers(to));
}

/** Puts fingers down, moves them in steps, and lifts them. */
async function touch(page: Page, from: readonly Finger[], to: readonly Finger[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const points = (share: number) =>
    from.map(([x, y], id) => {
      const [toX, toY] = to[id] ?? [x, y];
      return { x: x + (toX - x) * share, y: y + (toY - y) * share, id };
    });
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: points(0) });
  for (let step = 1; step <= 6; step += 1) {
    await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: points(step / 6) });
  }
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

/** Contrast as WCAG 2 has it, of a colour on another that lets a grey behind it through. */
function contrast(front: string, back: string, behind: number): number {
  const [red = 0, green = 0, blue = 0, alpha = 1] = channels(back);
  const mixed = [red, green, blue].map((value) => value * alpha + behind * (1 - alpha));
  const [lighter = 0, darker = 0] = [luminance(channels(front)), luminance(mixed)].sort((one, other) => other - one);
  return (lighter + 0.05) / (darker + 0.05);
}

function channels(colour: string): number[] {
  return [...colour.matchAll(/[\d.]+/g)].map(([number]) => Number(number));
}

function luminance(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
