// Drives the page of a map in a real browser: node page.test.mjs PAGE.html
// Chromium is /usr/bin/chromium or what CHROMIUM says. Exits 0 when all holds, 1 when something does not.

import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

const address = pathToFileURL(resolve(process.argv[2])).href;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

/// A fresh page and what went wrong on it.
async function open(hash = '', options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on('console', message => { if (['error', 'warning'].includes(message.type())) faults.push(message.text()); });
  page.on('pageerror', error => faults.push(String(error)));
  page.on('dialog', dialog => { faults.push('dialog: ' + dialog.message()); dialog.dismiss(); });
  page.on('request', request => { if (!request.url().startsWith(address)) faults.push('request: ' + request.url()); });
  await page.goto(address + hash);
  return { page, faults, close: () => context.close() };
}

const heading = page => page.locator('#panel h2').textContent();
const chosen = page => page.locator('.node.here').count();
const viewBox = async page => (await page.locator('#map').getAttribute('viewBox')).split(' ').map(Number);
const local = iri => iri.split(/[#/]/).pop();
const names = value => value.label ?? value.literal ?? value.iri;

const { map } = await (async () => {
  const { page, close } = await open();
  const data = JSON.parse(await page.locator('#data').textContent());
  await close();
  return data;
})();
const withFacts = map.nodes.findIndex(node => node.facts?.length);
const korean = map.nodes.findIndex(node => /[가-힣]{2}/.test(names(node)) && node.iri);

const tests = {
  async 'a click on a concept shows what is said of it, and its address'(page) {
    assert.notEqual(withFacts, -1, 'the page has a concept with facts');
    const node = map.nodes[withFacts];
    await page.locator(`[data-node="${withFacts}"]`).click();
    assert.equal(await heading(page), names(node));
    const panel = await page.locator('#panel').textContent();
    for (const group of node.facts) {
      assert.ok(panel.includes(names(group.property)), names(group.property));
      for (const entry of group.values.filter(entry => entry.value)) {
        assert.ok(panel.includes(names(entry.value)), names(entry.value));
      }
    }
    assert.equal(decodeURIComponent(new URL(page.url()).hash.slice(1)), local(node.iri));
  },

  async 'the chosen concept and its links are lit, the rest is dimmed'(page) {
    await page.locator(`[data-node="${withFacts}"]`).click();
    const linked = map.edges.filter(edge => edge.source === withFacts || edge.target === withFacts);
    const near = new Set(linked.flatMap(edge => [edge.source, edge.target]).concat(withFacts));
    assert.equal(await page.locator('.node.lit').count(), near.size);
    for (const node of await page.locator('.node:not(.lit)').all()) {
      assert.ok(await node.evaluate(element => Number(getComputedStyle(element).opacity) < 0.5));
    }
  },

  async 'a neighbour in the panel leads on'(page) {
    await page.locator(`[data-node="${withFacts}"]`).click();
    const link = page.locator('#panel li button').first();
    const name = await link.textContent();
    await link.click();
    assert.equal(await heading(page), name);
  },

  async 'a search in Korean finds, composed or decomposed, and Enter chooses'(page) {
    const name = names(map.nodes[korean]);
    for (const typed of [name.slice(0, 2), name.normalize('NFD')]) {
      await page.keyboard.press('/');
      await page.locator('#search').fill(typed);
      assert.ok((await page.locator('#matches li').allTextContents()).some(text => text.startsWith(name)), typed);
      await page.locator('#search').fill(name);
      await page.keyboard.press('Enter');
      assert.equal(await heading(page), name);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
    }
  },

  async 'Enter does nothing while an input method composes'(page) {
    await page.locator('#search').fill(names(map.nodes[korean]));
    for (const composing of [{ isComposing: true }, { keyCode: 229 }]) {
      await page.locator('#search').evaluate((input, more) => (
        input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, ...more }))), composing);
      assert.equal(await chosen(page), 0);
    }
  },

  async 'wheel, buttons and keys zoom within limits, and 0 shows the whole map'(page) {
    const whole = await viewBox(page);
    await page.locator('main').hover();
    await page.mouse.wheel(0, -300);
    await page.waitForFunction(width => document.getElementById('map').viewBox.baseVal.width < width, whole[2]);
    await page.locator('#in').click();
    await page.keyboard.press('+');
    for (let i = 0; i < 40; i++) await page.keyboard.press('+');
    const [, , nearest] = await viewBox(page);
    await page.keyboard.press('+');
    assert.equal((await viewBox(page))[2], nearest);
    for (let i = 0; i < 80; i++) await page.keyboard.press('-');
    const [, , farthest] = await viewBox(page);
    await page.locator('#out').click();
    assert.equal((await viewBox(page))[2], farthest);
    assert.ok(nearest < whole[2] && farthest > whole[2] && farthest < whole[2] * 3);
    await page.keyboard.press('0');
    assert.deepEqual(await viewBox(page), whole);
  },

  async 'a drag moves the map and chooses nothing; a tremble is still a click'(page) {
    const before = await viewBox(page);
    const box = await page.locator(`[data-node="${withFacts}"]`).boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 40, { steps: 4 });
    await page.mouse.up();
    const after = await viewBox(page);
    assert.ok(after[0] < before[0] && after[1] < before[1]);
    assert.equal(await chosen(page), 0);
    await page.mouse.move(x + 60, y + 40);
    await page.mouse.down();
    await page.mouse.move(x + 62, y + 41);
    await page.mouse.up();
    assert.equal(await chosen(page), 1);
  },

  async 'arrows move the map; Tab and Enter choose; Escape chooses nothing'(page) {
    const before = await viewBox(page);
    await page.keyboard.press('ArrowRight');
    assert.ok((await viewBox(page))[0] > before[0]);
    await page.locator('.node').first().focus();
    await page.keyboard.press('Enter');
    assert.equal(await chosen(page), 1);
    await page.keyboard.press('Escape');
    assert.equal(await chosen(page), 0);
    assert.equal(new URL(page.url()).hash, '');
  },

  async 'a kind can be hidden and shown again'(page) {
    const buttons = page.locator('#kinds button');
    assert.ok(await buttons.count() > 1);
    const all = await page.locator('.node:visible').count();
    await buttons.first().click();
    assert.equal(await buttons.first().getAttribute('aria-pressed'), 'false');
    const some = await page.locator('.node:visible').count();
    assert.ok(some < all && some > 0);
    await buttons.first().click();
    assert.equal(await page.locator('.node:visible').count(), all);
  },

  async 'the panel stands beside the map, never over it'(page) {
    for (const width of [1200, 400]) {
      await page.setViewportSize({ width, height: 800 });
      const [main, panel] = [await page.locator('main').boundingBox(), await page.locator('#panel').boundingBox()];
      assert.ok(main.x + main.width <= panel.x + 1 || main.y + main.height <= panel.y + 1, `at ${width}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `at ${width}`);
    }
  },

  async 'on paper only the title and the whole map remain'(page) {
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('h1').isVisible() && await page.locator('#map').isVisible());
    assert.ok(await page.locator('#panel').isHidden() && await page.locator('#search').isHidden());
  },

  async 'no label has become code or markup'(page) {
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.equal(await page.locator('img, iframe, object, embed, form, link, base').count(), 0);
    assert.equal(await page.locator('script').count(), 2);
    for (const node of await page.locator('.node').all()) {
      await node.focus();
      await page.keyboard.press('Enter');
    }
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.equal(await page.locator('img, #panel script, #panel b b').count(), 0);
  },
};

const failures = [];
async function run(name, test, ...opening) {
  const { page, faults, close } = await open(...opening);
  try {
    await test(page, faults);
    assert.deepEqual(faults, []);
    console.log('ok   ' + name);
  } catch (error) {
    failures.push(name);
    console.log(`FAIL ${name}\n${error.stack ?? error}`);
  }
  await close();
}

for (const [name, test] of Object.entries(tests)) await run(name, test);

await run('an address with a concept opens it', async page => {
  assert.equal(await heading(page), names(map.nodes[withFacts]));
}, '#' + encodeURIComponent(local(map.nodes[withFacts].iri)));

await run('an address that means nothing chooses nothing', async page => {
  assert.equal(await chosen(page), 0);
}, '#%E0%A4%A');

const background = page => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
await run('a dark scheme makes a dark page', async page => {
  const dark = await background(page);
  await page.emulateMedia({ colorScheme: 'light' });
  assert.notEqual(await background(page), dark);
  assert.equal(await background(page), 'rgb(255, 255, 255)');
}, '', { colorScheme: 'dark' });

await run('the policy stops a foreign script, style and request', async (page, faults) => {
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.foreign = 1' }));
    document.body.append(Object.assign(document.createElement('style'), { textContent: 'body { display: none }' }));
    document.body.append(Object.assign(document.createElement('img'), { src: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' }));
  });
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => window.foreign), undefined);
  assert.ok(await page.locator('h1').isVisible());
  assert.equal(faults.length, 3, faults.join('\n'));
  assert.ok(faults.every(fault => /Content Security Policy/.test(fault)));
  faults.length = 0;
});

await browser.close();
console.log(failures.length ? `${failures.length} failed` : 'all hold');
process.exitCode = failures.length ? 1 : 0;
