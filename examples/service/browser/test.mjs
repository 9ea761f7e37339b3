// The page as a browser shows it. What comes in: the built service (MAITRE_SERVICE, else target/debug/maitre-service) and a
// Chromium (CHROMIUM, else /usr/bin/chromium). What goes out: a line for each check, pictures of the four layouts, and a code
// other than 0 if a check fails.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const here = import.meta.dirname;
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
const LAYOUTS = { essential: "hana", simple: "efe", standard: "ivo", rich: "bela" };

let failed = 0;
let passed = 0;
function check(holds, what, more = "") {
  if (holds) passed += 1;
  else { failed += 1; console.error(`FAILED: ${what} ${typeof more === "string" ? more : JSON.stringify(more)}`); }
}

const folder = mkdtempSync(join(tmpdir(), "maitre-page-"));
const service = spawn(
  process.env.MAITRE_SERVICE ?? join(here, "../../../target/debug/maitre-service"),
  [join(here, "../../policies/harbour_mobile.toml"), "--listen", "127.0.0.1:0", "--profiles", join(folder, "profiles.redb")],
  { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, NO_COLOR: "1", RUST_LOG: "info" } });
const url = await new Promise((found, lost) => {
  let log = "";
  service.stderr.on("data", (text) => {
    log += text;
    const at = /serving on (http:\/\/[0-9.:]+)/.exec(log);
    if (at) found(at[1]);
  });
  service.on("exit", () => lost(new Error(`the service did not start:\n${log}`)));
});
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

/** A page that tells of every error, every refusal and every request that goes elsewhere. */
async function open(query, options = {}) {
  const { width = 1280, height = 900, ...rest } = options;
  const context = await browser.newContext({ viewport: { width, height }, ...rest });
  const page = await context.newPage();
  page.on("console", (message) => check(!["error", "warning"].includes(message.type()), `console, ${query}`, message.text()));
  page.on("pageerror", (error) => check(false, `script, ${query}`, error.message));
  page.on("request", (request) => check(new URL(request.url()).origin === url, `origin, ${query}`, request.url()));
  page.on("response", (response) => check(response.status() < 400, `answer, ${query}`, `${response.status()} ${response.url()}`));
  await page.goto(`${url}/?${query}`);
  await page.waitForSelector("#site .site");
  return page;
}
const shown = (page) => page.evaluate(() => ({ ...document.getElementById("site").dataset }));
const announced = (page, part) => page.waitForFunction((part) => document.getElementById("told").textContent.includes(part), part);
const settled = async (page, act) => {
  const answer = page.waitForResponse((response) => response.url().endsWith("/page/explain"));
  await act();
  await answer;
  await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
};
async function axe(page, what) {
  // In the page's own world scripts from elsewhere are refused, as they should be; this one comes through the debugger.
  await page.evaluate(axeSource);
  const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), TAGS);
  check(found.passes.length > 25, `axe looked, ${what}`, found.passes.length);
  check(found.violations.length === 0, `axe, ${what}`,
    found.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(" | ")}`).join("\n  "));
}

try {
  // Four layouts that differ in what is there.
  const shape = (page) => page.evaluate(() => {
    const count = (what) => document.querySelectorAll(`#site ${what}`).length;
    const help = document.getElementById("help-button");
    return {
      questions: count(".question"), tables: count("table"), charts: count(".chart"), cards: count(".cards"), orders: count(".order"),
      filters: count("select"), plans: count("input[name=plan]"), starts: count("input[name=when]"),
      help: [...document.querySelectorAll("#site button, #site a, #site input, #site select")].indexOf(help),
      parent: help.parentElement.parentElement.className, box: help.getBoundingClientRect().toJSON(),
      frame: document.querySelector("#site .bar").getBoundingClientRect().toJSON(),
    };
  });
  const shapes = {};
  for (const [layout, visitor] of Object.entries(LAYOUTS)) {
    const page = await open(`visitor=${visitor}`, { width: 1440, height: 900, deviceScaleFactor: 0.82 });
    check((await shown(page)).layout === layout, `${visitor} sees ${layout}`, await shown(page));
    shapes[layout] = await shape(page);
    await page.screenshot({ path: join(here, `../screenshots/${layout}.png`), clip: { x: 0, y: 0, width: 1440, height: 900 } });
    await page.context().close();
  }
  const { essential, simple, standard, rich } = shapes;
  check(essential.questions === 1 && essential.starts === 0 && essential.orders === 0, "essential: one question", essential);
  check(simple.plans > 0 && simple.starts > 0 && simple.cards === 0 && simple.tables === 0 && simple.orders === 0, "simple: one column", simple);
  check(standard.cards === 1 && standard.orders === 1 && standard.tables === 0 && standard.filters === 0, "standard: cards and order", standard);
  check(rich.tables === 1 && rich.charts === 1 && rich.filters === 3 && rich.orders === 1 && rich.plans === 6, "rich: all", rich);

  // Whatever the layout, the way to a person is at the same place: first in order, right end of the same bar.
  const places = {};
  for (const wish of Object.keys(LAYOUTS)) {
    const page = await open(`visitor=bela&layout=${wish}`);
    places[wish] = await shape(page);
    await page.context().close();
  }
  for (const [layout, { help, parent, box, frame }] of Object.entries(places)) {
    check(help === 0 && parent === "bar", `help comes first, ${layout}`, { help, parent });
    const at = [box.x, box.y - frame.y, box.width, box.height].map(Math.round).join();
    const first = places.essential;
    check(at === [first.box.x, first.box.y - first.frame.y, first.box.width, first.box.height].map(Math.round).join(), `help at the same place, ${layout}`, at);
  }

  // Axe: four layouts, light and dark, wide and narrow.
  for (const [layout, visitor] of Object.entries(LAYOUTS)) {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1280, 400]) {
        const page = await open(`visitor=${visitor}`, { width, colorScheme, reducedMotion: "reduce" });
        check((await shown(page)).layout === layout, `${visitor} at ${width} sees ${layout}`, await shown(page));
        await axe(page, `${layout}, ${colorScheme}, ${width}`);
        await page.context().close();
      }
    }
  }
  // And with what needs change.
  for (const colorScheme of ["light", "dark"]) {
    const page = await open("visitor=carol&layout=essential&assistance=human&needs=large_text,more_contrast,large_targets,keyboard_only,plain_language,fewer_choices,extra_time,low_data", { colorScheme });
    await page.locator("#help-button").click();
    await page.locator("#why summary").first().click();
    await axe(page, `all needs, ${colorScheme}`);
    await page.context().close();
  }
  for (const visitor of ["ana", "dev", "fay", "carol"]) {
    const page = await open(`visitor=${visitor}`);
    await axe(page, visitor);
    await page.context().close();
  }

  // Narrow: nothing to scroll sideways, whoever visits and whatever they wish.
  for (const visitor of ["ana", "bela", "efe", "hana", "dev", "fay", "carol", "ivo"]) {
    for (const needs of ["", "&needs=large_text,large_targets"]) {
      const page = await open(`visitor=${visitor}${needs}`, { width: 320, height: 640 });
      const [wide, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, document.querySelector("#site .site").scrollWidth - document.querySelector("#site .site").clientWidth]);
      check(wide <= 320 && inner <= 0, `no overflow at 320, ${visitor}${needs}`, { wide, inner });
      await page.context().close();
    }
  }

  // By keyboard alone through the essential page.
  {
    const page = await open("visitor=hana");
    const press = (key) => page.keyboard.press(key);
    const at = () => page.evaluate(() => document.activeElement.id);
    await press("Tab");
    check((await at()) === "" && await page.evaluate(() => document.activeElement.matches(".skip")), "the first stop skips");
    await press("Enter");
    await press("Tab");
    check((await at()) === "help-button", "then help", await at());
    await press("Enter");
    check(await page.locator("#help-how").isVisible(), "help opens");
    await press("Tab");
    check((await at()).startsWith("plan-"), "then the first question", await at());
    await press("Space");
    check((await at()) === "plan-s", "choosing keeps the place", await at());
    await press("ArrowDown");
    check((await at()) === "plan-m" && await page.locator("#plan-m").isChecked(), "arrows choose", await at());
    await press("Tab");
    await press("Enter");
    check((await at()) === "when-next", "the second question has the focus", await at());
    await press("Tab"); await press("Tab"); await press("Enter");
    check((await at()) === "question", "the last has it", await at());
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    check(outline !== "none", "where one is can be seen", outline);
    await press("Tab"); await press("Tab"); await press("Enter");
    check((await page.locator("#question").textContent()).startsWith("Done"), "done", await page.locator("#question").textContent());
    await page.context().close();
  }
  // And through the others: choose a plan, confirm.
  for (const [layout, visitor] of Object.entries(LAYOUTS).filter(([name]) => name !== "essential")) {
    const page = await open(`visitor=${visitor}`);
    await page.locator("#help-button").focus();
    const until = async (id) => {
      for (let stops = 0; stops < 40; stops += 1) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((id) => document.activeElement.id === id, id)) return true;
      }
      return false;
    };
    await page.keyboard.press("Tab");
    check(await until("plan-s") || await page.evaluate(() => document.activeElement.id.startsWith("plan-")), `a plan can be reached, ${layout}`);
    await page.keyboard.press("ArrowDown");
    check(await until("confirm"), `the button can be reached, ${layout}`);
    await page.keyboard.press("Enter");
    check(await page.locator(".finished").isVisible(), `the task is done, ${layout}`);
    check(await page.evaluate(() => document.activeElement.id === "question"), `the focus is where it says so, ${layout}`);
    await page.context().close();
  }

  // Every change asks anew, is told, and leaves the focus.
  {
    const page = await open("visitor=ana");
    await page.locator("#visitor-ana").focus();
    await settled(page, () => page.keyboard.press("ArrowDown"));
    await announced(page, "Rich");
    check(await page.evaluate(() => document.activeElement.id === "visitor-bela"), "the focus stays in the chooser");
    check((await shown(page)).assistance === "self_service", "Bela is left in peace", await shown(page));
    await settled(page, () => page.locator("#device-slow").check());
    await announced(page, "Simple");
    await settled(page, () => page.locator("#hour-sunday").check());
    await announced(page, "closed now");
    check((await page.locator("#help-button").textContent()).includes("closed now"), "the way out says that it is closed");
    await page.context().close();
  }

  // What the visitor says counts, within bounds, and where one holds the page says which.
  {
    const page = await open("visitor=ivo");
    await settled(page, () => page.locator("#layout-rich").check());
    check((await shown(page)).layout === "rich" && await page.locator(".notice").count() === 0, "a wish is granted", await shown(page));
    await settled(page, () => page.locator("#assistance-self_service").check());
    check((await shown(page)).assistance === "self_service", "help can be waived", await shown(page));
    await settled(page, () => page.locator("#device-slow").check());
    const notice = page.locator("#bounded .notice");
    check((await shown(page)).layout === "simple", "a bound holds", await shown(page));
    check(/You asked for “Rich”. It stays at “Simple”, because .*your connection is slow/.test(await notice.first().textContent()), "and is named: rule", await notice.allTextContents());
    check(await page.locator("#site .notice").count() === 1, "on the visitor's page too");
    await announced(page, "It stays at “Simple”");
    await settled(page, () => page.locator("#device-desktop").check());
    await settled(page, () => page.locator("#need-fewer_choices").check());
    check(/because .*you asked for “fewer choices”/.test(await notice.first().textContent()), "and is named: need", await notice.allTextContents());
    await settled(page, () => page.locator("#undo").click());
    check((await shown(page)).layout === "standard" && await notice.count() === 0, "back to what was decided", await shown(page));
    await page.context().close();
    const fay = await open("visitor=fay&assistance=self_service");
    check(/It stays at “Call back”, because you told us that we let you down/.test(await fay.locator("#bounded .notice").first().textContent()), "help that is owed stays", await fay.locator("#bounded .notice").allTextContents());
    await fay.context().close();
    const alone = await open("visitor=fay&hour=sunday&assistance=human");
    check((await alone.locator("#person-title").textContent()).startsWith("Nobody is there at this hour"), "no person is promised who is not there");
    await alone.locator("#time-0").click();
    check(/Agreed: Tomorrow, 9:00/.test(await alone.locator("#agreed").textContent()) && await alone.evaluate(() => document.activeElement.id === "agreed"), "a time is agreed");
    await alone.context().close();
  }

  // What needs do.
  {
    const page = await open("visitor=ivo");
    const size = () => page.evaluate(() => parseFloat(getComputedStyle(document.querySelector("#site .choice")).fontSize));
    const [before, title] = [await size(), await page.locator("#site-title").textContent()];
    await settled(page, () => page.locator("#need-large_text").check());
    check(await size() >= before * 1.25, "large text is larger", [before, await size()]);
    await settled(page, () => page.locator("#need-plain_language").check());
    check(await page.locator("#site-title").textContent() !== title, "plain words are other words");
    await settled(page, () => page.locator("#need-large_targets").check());
    const small = await page.evaluate(() => [...document.querySelectorAll("#site button, #site .choice")].filter((one) => one.offsetHeight && one.offsetHeight < 44).length);
    check(small === 0, "large buttons", small);
    await page.context().close();
    for (const [query, options] of [["visitor=bela", { reducedMotion: "reduce" }], ["visitor=bela&needs=reduced_motion", {}]]) {
      const still = await open(query, options);
      const moves = await still.evaluate(() => [...document.querySelectorAll("*")].filter((one) => parseFloat(getComputedStyle(one).transitionDuration) > 0 || getComputedStyle(one).animationName !== "none").length);
      check(moves === 0, "nothing moves for who asked for that", moves);
      await still.context().close();
    }
  }
  // What is chosen is offered and named in every layout.
  {
    const page = await open("visitor=bela");
    await page.locator("#plan-family").check();
    await page.locator("#extra-care").check();
    for (const layout of ["standard", "simple", "rich", "essential"]) {
      await settled(page, () => page.locator(`#layout-${layout}`).check());
      check(await page.locator("#plan-family").isChecked(), `the plan stays offered, ${layout}`);
      if (layout === "essential") for (let n = 0; n < 2; n += 1) await page.locator("#go").click();
      const text = await page.locator("#site").innerText();
      check(/insurance/i.test(text) && text.includes("$86"), `what is paid for is named, ${layout}`, text);
    }
    await page.locator("#go").click();
    check(/Family, Screen insurance/.test(await page.locator(".finished").innerText()), "and when it is done");
    await page.context().close();
  }
  // A need that is withdrawn stays so.
  {
    const page = await open("visitor=dev");
    await settled(page, () => page.locator("#need-screen_reader").uncheck());
    await page.reload();
    await page.waitForSelector("#site .site");
    check(!(await page.locator("#need-screen_reader").isChecked()), "a need that is withdrawn stays so");
    await page.context().close();
  }
  // However late an answer is, what is shown is of one visitor; where none comes, nobody is left alone, and it goes on by itself.
  {
    const page = await open("visitor=ana");
    const held = [];
    await page.route("**/page/explain", (route) => { held.push(route); });
    await page.locator("#visitor-bela").check();
    await page.locator("#layout-rich").check();
    await page.waitForFunction(() => document.getElementById("visitor-bela").checked);
    await page.locator("#plan-m").check();
    check(await page.locator(".notice").count() === 0, "no bound is told that nobody decided", await page.locator(".notice").allTextContents());
    check(/Ana/.test(await page.locator("#verdict-title").textContent()) && /Small/.test(await page.locator(".today").textContent()), "all of it is Ana's still");
    await settled(page, () => held.pop().continue());
    check(/Bela/.test(await page.locator("#verdict-title").textContent()) && (await shown(page)).layout === "rich", "then all of it is Bela's");
    await page.context().close();

    const context = await browser.newContext();
    const alone = await context.newPage();
    await alone.route("**/page/explain", (route) => route.abort());
    await alone.goto(`${url}/?visitor=ana`);
    await announced(alone, "does not answer");
    check(/555 0100/.test(await alone.locator("#site").textContent()), "a way to a person is there");
    check(!/last decision/.test(await alone.locator("#told").textContent()), "of a last decision nothing is said where there is none");
    await axe(alone, "nothing is decided yet");
    await alone.unroute("**/page/explain");
    await alone.waitForSelector("#site .site");
    check(/Ana is served/.test(await alone.locator("#verdict-title").textContent()), "it goes on by itself");
    await context.close();
  }
  // Where no answer comes, what the last one decided can be used: also when the visitor is chosen again.
  {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on("pageerror", (error) => check(false, "script, without an answer", error.message));
    await page.goto(`${url}/?visitor=ana`);
    await page.waitForSelector("#site .site");
    await page.route("**/page/explain", (route) => route.abort());
    await page.locator("#visitor-bela").check();
    await page.locator("#visitor-ana").check();
    await announced(page, "does not answer");
    await page.locator("#plan-m").check();
    check(await page.locator("#plan-m").isChecked(), "a plan can be chosen without an answer");
    await page.locator("#go, #confirm").click();
    check(await page.locator("#plan-m").count() === 0, "and be handed in");
    await page.unroute("**/page/explain");
    await page.waitForFunction(() => !document.getElementById("told").textContent.includes("does not answer"));
    check(await page.locator("#site .site").isVisible() && await page.locator("#plan-m").count() === 0, "and then it goes on from there");
    await context.close();
  }
  // What was opened stays open, what was chosen is said, and the focus goes where something is to be done.
  {
    const page = await open("visitor=efe");
    const at = () => page.evaluate(() => document.activeElement.id);
    await page.locator("#help-button").click();
    await page.evaluate(() => { globalThis.region = document.getElementById("said"); });
    check(await page.evaluate(() => globalThis.region.getAttribute("role") === "status" && !globalThis.region.textContent), "a region waits for what is to be said");
    await page.locator("#plan-m").check();
    check((await at()) === "plan-m" && await page.evaluate(() => globalThis.region.isConnected), "the focus and the region stay", await at());
    check(await page.locator("#help-how").isVisible() && await page.locator("#help-button").getAttribute("aria-expanded") === "true", "help stays open");
    check(/\$25/.test(await page.locator("#said").textContent()), "the price is said", await page.locator("#said").textContent());
    await settled(page, () => page.locator("#visitor-bela").check());
    check(!(await page.locator("#help-how").isVisible()), "for somebody else it is closed");
    await page.locator("#confirm").click();
    const told = await page.evaluate(() => ["aria-describedby", "aria-invalid"].map((name) => document.activeElement.getAttribute(name)).join());
    check(told === "missing,true" && (await at()).startsWith("plan-"), "what is missing is said where it is missing", [await at(), told]);
    await axe(page, "no plan chosen");
    await page.locator("#plan-s").check();
    check(await page.locator("[aria-invalid]").count() === 0, "once it is there, nothing is missing");
    await page.locator("#filter-gb").selectOption("50");
    check(await page.locator("#plan-s").isChecked() && /outside your filters/.test(await page.locator("tr.is-chosen").textContent()), "what is chosen stays in sight");
    check(/3 plans fit these filters. Small does not; it is still chosen./.test(await page.locator("#said").textContent()), "and that is said", await page.locator("#said").textContent());
    await page.context().close();

    const none = await open("visitor=bela");
    await none.locator("#filter-gb").selectOption("50");
    await none.locator("#filter-price").selectOption("25");
    check(/No plan fits/.test(await none.locator("#said").textContent()), "that no plan fits is said", await none.locator("#said").textContent());
    await none.locator("#confirm").click();
    check(/No plan fits/.test(await none.locator("#missing").textContent()) && await none.evaluate(() => document.activeElement.id === "filter-gb"), "where no plan fits, the filters are asked for");
    check((await none.locator("#filter-gb").getAttribute("aria-describedby")) === "missing", "and say why");
    await axe(none, "no plan fits");
    await none.context().close();

    const back = await open("visitor=hana");
    await back.locator("#plan-l").check();
    for (let n = 0; n < 2; n += 1) await back.locator("#go").click();
    for (let n = 0; n < 2; n += 1) await back.locator("#back").click();
    check(await back.evaluate(() => document.activeElement.id === "plan-l"), "back at what was chosen", await back.evaluate(() => document.activeElement.id));
    await back.context().close();

    const agreed = await open("visitor=fay");
    await agreed.locator("#time-0").click();
    check(await agreed.locator("#agreed").isVisible(), "a time is agreed");
    await settled(agreed, () => agreed.locator("#hour-sunday").check());
    check(/choose a time again/.test(await agreed.locator("#site").textContent()) && await agreed.locator("#agreed").count() === 0, "what was agreed for another hour is not changed in silence");
    check(/choose a time again/.test(await agreed.locator("#said").textContent()), "it is said", await agreed.locator("#said").textContent());
    await settled(agreed, () => agreed.locator("#hour-monday").check());
    check(/Agreed: Today, 11:30/.test(await agreed.locator("#agreed").textContent()), "and holds where it was agreed");
    await agreed.context().close();
  }
  // Every visitor, device and hour is one that the policy can decide for with nothing left out.
  {
    const page = await open("visitor=ana");
    page.on("request", async (request) => {
      if (!request.url().endsWith("/page/explain")) return;
      const question = { ...request.postDataJSON(), lenient: false };
      const answer = await fetch(`${url}/v1/decide`, {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(question),
      });
      check(answer.status === 200, "nothing is left out", await answer.text());
    });
    for (const visitor of ["bela", "efe", "hana", "dev", "fay", "carol", "ivo", "ana"]) {
      await settled(page, () => page.locator(`#visitor-${visitor}`).check());
      for (const hour of ["evening", "sunday", "monday"]) await settled(page, () => page.locator(`#hour-${hour}`).check());
    }
    await page.context().close();
  }
} catch (error) {
  check(false, "the test came to its end", error.stack);
} finally {
  await browser.close();
  service.removeAllListeners("exit");
  service.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} checks passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
