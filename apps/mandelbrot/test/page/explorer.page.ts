import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { until } from "../support/app.js";
import { colourCount, colours, linkOf, withApp } from "./visit.js";

/** A point of the boundary on the real axis: the root of c³ + 2c² + 2c + 2 = 0. */
const spike = "re=-1.543689012692076361570855971801747986525203297650983524&im=0";

describe("the explorer", () => {
  const { home, open } = withApp();

  it("shows the whole set: a coarse picture, then every tile", async () => {
    const { page, asked, errors, complete, close } = await open();
    await complete();
    assert.equal(asked[0]?.searchParams.get("stride"), "8");
    assert.equal(asked.filter((address) => address.searchParams.has("stride")).length, 1);
    assert.equal(asked.length, 1 + 3 * 2);
    const [centre, far] = await colours(page, [
      [0.6, 0.5],
      [0.02, 0.02],
    ]);
    assert.equal(centre, "0,0,0");
    assert.notEqual(far, "0,0,0");
    assert.deepEqual(errors, []);
    await close();
  });

  it("pans by dragging, and asks only for tiles that are new", async () => {
    const { page, asked, complete, close } = await open();
    await complete();
    const before = asked.length;
    const [dark] = await colours(page, [[0.6, 0.5]]);
    await page.mouse.move(600, 350);
    await page.mouse.down();
    await page.mouse.move(400, 350, { steps: 4 });
    await page.mouse.up();
    await complete();
    assert.deepEqual(await colours(page, [[0.4, 0.5]]), [dark]);
    const added = asked.slice(before).filter((address) => !address.searchParams.has("stride"));
    assert.equal(added.length, 2);
    assert.ok(Math.abs(Number(linkOf(page).get("re")) - (-0.7 + (200 * 2.8) / 700)) < 1e-5);
    await close();
  });

  it("zooms towards the pointer with the wheel", async () => {
    const { page, complete, close } = await open();
    await complete();
    const pointer = { x: 300, y: 200 };
    const under = { re: -0.7 + ((pointer.x - 500) * 2.8) / 700, im: (-(pointer.y - 350) * 2.8) / 700 };
    await page.mouse.move(pointer.x, pointer.y);
    for (let turn = 0; turn < 6; turn += 1) {
      await page.mouse.wheel(0, -200);
    }
    await complete();
    const link = linkOf(page);
    const span = Number(link.get("span"));
    assert.ok(span < 0.7, String(span));
    assert.ok(Math.abs(Number(link.get("re")) + ((pointer.x - 500) * span) / 700 - under.re) < 1e-5);
    assert.ok(Math.abs(Number(link.get("im")) - ((pointer.y - 350) * span) / 700 - under.im) < 1e-5);
    await close();
  });

  it("zooms by a double click", async () => {
    const { page, complete, close } = await open();
    await complete();
    await page.mouse.dblclick(500, 350);
    await complete();
    assert.equal(linkOf(page).get("span"), "1.4");
    await close();
  });

  it("follows the keyboard", async () => {
    const { page, complete, close } = await open();
    await complete();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowUp");
    await complete();
    assert.equal(linkOf(page).get("re"), "-0.38");
    assert.equal(linkOf(page).get("im"), "0.32");
    await page.keyboard.press("+");
    await page.keyboard.press("]");
    await page.keyboard.press("p");
    await complete();
    assert.ok(Math.abs(Number(linkOf(page).get("span")) - 2.8 / 1.5) < 1e-5);
    assert.equal(linkOf(page).get("depth"), "1");
    assert.equal(linkOf(page).get("palette"), "ember");
    await page.keyboard.press("0");
    await complete();
    assert.equal(page.url(), `${home()}/#re=-0.7&im=0&span=2.8&palette=ember`);
    await close();
  });

  it("leaves keys with signs alone when told to", async () => {
    const { page, complete, close } = await open();
    await complete();
    await page.keyboard.press("?");
    await page.getByLabel("Keys with letters and signs").uncheck();
    await page.keyboard.press("Escape");
    await page.keyboard.press("p");
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowRight");
    await complete();
    assert.equal(linkOf(page).get("palette"), "dusk");
    assert.equal(linkOf(page).get("span"), "2.8");
    assert.equal(linkOf(page).get("re"), "-0.38");
    await close();
  });

  it("follows a key that comes right after a dialog was closed", async () => {
    const { page, complete, close } = await open();
    await complete();
    await page.keyboard.press("?");
    // Before the next frame the focus is where it was, in the dialog.
    await page.getByLabel("Keys with letters and signs").evaluate((box) => {
      box.focus();
      box.closest("dialog")?.close();
      box.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }));
    });
    await complete();
    assert.equal(linkOf(page).get("re"), "-0.38");
    await close();
  });

  it("goes where a link leads, and gives the same link", async () => {
    const link = `${home()}/#${spike}&span=1e-30&palette=lagoon`;
    const { page, complete, close } = await open(link);
    await complete();
    assert.ok((await colourCount(page)) > 8);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowLeft");
    await complete();
    const places = [
      [0.1, 0.1],
      [0.5, 0.3],
      [0.7, 0.9],
    ] as const;
    const first = await colours(page, places);
    const address = page.url();
    assert.ok(address.endsWith("&span=1e-30&palette=lagoon"), address);
    await close();
    const again = await open(address);
    await again.complete();
    assert.deepEqual(await colours(again.page, places), first);
    await again.page.evaluate(() => {
      location.hash = "#re=0&im=1&span=1e-100";
    });
    await again.complete();
    assert.match((await again.page.locator("#zoom-figure").textContent()) ?? "", /^2\.8e100$/);
    await again.close();
  });

  it("goes deep, far past what doubles tell apart", async () => {
    const { page, errors, complete, close } = await open(`${home()}/#re=0&im=1&span=1e-268&palette=dusk`);
    await complete();
    const [one, ...others] = await colours(page, [
      [0.1, 0.1],
      [0.5, 0.5],
      [0.9, 0.3],
      [0.3, 0.8],
      [0.7, 0.6],
    ]);
    assert.ok(
      others.some((colour) => colour !== one),
      "the picture has one colour",
    );
    const [before] = await colours(page, [[0.5, 0.5]]);
    await page.mouse.move(500, 350);
    await page.mouse.down();
    await page.mouse.move(450, 350, { steps: 3 });
    await page.mouse.up();
    await complete();
    assert.deepEqual(await colours(page, [[0.45, 0.5]]), [before]);
    assert.deepEqual(errors, []);
    await close();
  });

  it("changes the palette without asking for anything", async () => {
    const { page, asked, complete, close } = await open();
    await complete();
    const before = asked.length;
    const places = [
      [0.1, 0.1],
      [0.6, 0.5],
    ] as const;
    const [outside, inside] = await colours(page, places);
    await page.getByRole("combobox", { name: "Palette" }).selectOption("cividis");
    await complete();
    const [outsideNow, insideNow] = await colours(page, places);
    assert.notEqual(outsideNow, outside);
    assert.equal(insideNow, inside);
    assert.equal(asked.length, before);
    assert.match((await page.getByRole("img", { name: "Colours" }).getAttribute("aria-label")) ?? "", /Cividis/);
    await close();
  });

  it("cancels what the view has left", async () => {
    const slow = 1_500;
    const { page, asked, aborted, complete, close } = await open(home(), {}, (opened) =>
      opened.route("**/api/render?**", async (route) => {
        if (!route.request().url().includes("stride=")) {
          await new Promise((resolve) => setTimeout(resolve, slow));
        }
        await route.continue().catch(() => undefined);
      }),
    );
    const tiles = () => asked.filter((address) => !address.searchParams.has("stride"));
    await until("tiles are asked for", () => tiles().length > 0);
    const left = tiles();
    assert.ok(left.length <= 5, String(left.length));
    await page.keyboard.press("+");
    await until("what was asked for is aborted", () =>
      left.every(({ href }) => aborted.some((each) => each.href === href)),
    );
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await complete();
    await close();
  });

  it("asks again later when the server is busy", async () => {
    let refused = 0;
    const { page, complete, close } = await open(home(), {}, (opened) =>
      opened.route("**/api/render?**", async (route) => {
        if (refused < 8) {
          refused += 1;
          await route.fulfill({ status: 503, headers: { "retry-after": "0" }, body: "{}" });
        } else {
          await route.continue();
        }
      }),
    );
    await complete();
    assert.equal(refused, 8);
    assert.equal(await page.locator("#notice").isVisible(), false);
    await close();
  });

  it("says what could not be painted, and tries again when told to", async () => {
    let broken = true;
    const { page, asked, complete, close } = await open(home(), {}, (opened) =>
      opened.route("**/api/render?**", async (route) => {
        const address = new URL(route.request().url());
        if (broken && (address.searchParams.get("top") === "0" || address.searchParams.has("stride"))) {
          await route.fulfill({ status: 500, body: "{}" });
        } else {
          await route.continue();
        }
      }),
    );
    const alert = page.getByRole("alert");
    await alert.waitFor();
    await page.waitForFunction(() => document.querySelector("#tiles-figure")?.textContent === "3 of 6");
    assert.equal(
      await page.locator("#notice-text").textContent(),
      "3 tiles could not be painted: the server answered 500.",
    );
    assert.equal(
      asked.filter(({ searchParams }) => searchParams.has("stride")).length,
      1,
      "nor asked for again and again",
    );
    broken = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await complete();
    assert.equal(await alert.isVisible(), false);
    await close();
  });

  it("saves the picture at a chosen size", async () => {
    const { page, complete, close } = await open();
    await complete();
    await page.keyboard.press("d");
    await page.getByLabel("Width").fill("641");
    await page.getByLabel("Height").fill("480");
    assert.equal(await page.getByLabel("Size").inputValue(), "own");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as PNG" }).click();
    const file = await download;
    assert.equal(file.suggestedFilename(), "mandelbrot-641x480.png");
    const stream = await file.createReadStream();
    const bytes = Buffer.concat((await stream.toArray()) as Buffer[]);
    assert.equal(bytes.toString("latin1", 1, 4), "PNG");
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [641, 480]);
    await page.locator("#download-dialog").waitFor({ state: "hidden" });
    await close();
  });

  it("refuses to make a picture that is too large, and cancels one that is wanted no more", async () => {
    const { page, aborted, complete, close } = await open();
    await complete();
    await page.getByRole("button", { name: "Download picture" }).click();
    await page.getByLabel("Width").fill("8192");
    await page.getByLabel("Height").fill("8192");
    assert.match((await page.locator("#download-note").textContent()) ?? "", /more than 34 million/);
    await page.getByLabel("Height").fill("4000");
    await page.getByRole("button", { name: "Save as PNG" }).click();
    await page.getByRole("progressbar").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.locator("#download-dialog").waitFor({ state: "hidden" });
    await page.waitForTimeout(200);
    assert.ok(aborted.length > 0);
    await close();
  });

  it("copies the link, or shows it where it may not", async () => {
    const { page, complete, close } = await open();
    await complete();
    await page.evaluate(() => {
      Object.defineProperty(navigator, "clipboard", { value: undefined });
    });
    await page.getByRole("button", { name: "Copy link" }).click();
    const text = page.getByRole("textbox", { name: "Link" });
    assert.equal(await text.inputValue(), `${home()}/#re=-0.7&im=0&span=2.8&palette=dusk`);
    await close();
  });

  it("keeps the picture when the window changes its size", async () => {
    const { page, complete, close } = await open();
    await complete();
    await page.setViewportSize({ width: 700, height: 800 });
    await complete();
    assert.deepEqual(await colours(page, [[0.6, 0.5]]), ["0,0,0"]);
    const size = await page.evaluate(() => document.querySelector("canvas")?.width);
    assert.equal(size, 700);
    await close();
  });

  it("paints what a larger window shows, at the depth of its shape", async () => {
    const link = `${home()}#re=-0.7436&im=0.1318&span=0.01`;
    const { page, complete, close } = await open(link, { viewport: { width: 700, height: 450 } });
    await complete();
    await page.setViewportSize({ width: 1280, height: 800 });
    await complete();
    assert.equal(await page.locator("#tiles-figure").textContent(), "8 of 8", "4 by 2 of at most 400 pixels");
    await close();
  });
});
