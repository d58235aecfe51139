import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Fresh, FRESH_MS } from '../confirm/fresh.js';

/** Which clicks in the extension's own window are answers. */

/** The frames that are yet to be painted. @type {((time: number) => void)[]} */
let frames;
/** @type {boolean[]} */
let said;
/** @type {Fresh} */
let fresh;
beforeEach(() => {
  frames = [];
  said = [];
  fresh = new Fresh(
    (painted) => frames.push(painted),
    (is) => said.push(is),
  );
});

/** @param {number} time */
const paint = (time) => frames.splice(0).forEach((painted) => painted(time));

test('a click counts once the view has been in sight for half a second', () => {
  fresh.begin();
  paint(1000);
  for (const [after, ignored] of /** @type {[number, boolean][]} */ ([[-1, true], [0, true], [120, true], [FRESH_MS - 1, true], [FRESH_MS, false], [9000, false]])) {
    assert.equal(fresh.ignores(1000 + after), ignored, `${after} ms`);
  }
});

test('before anything is in sight no click counts, however late it comes', () => {
  assert.equal(fresh.ignores(60_000), true, 'nothing was drawn');
  fresh.begin();
  assert.equal(fresh.ignores(60_000), true, 'the window is hidden, so no frame is painted');
  assert.deepEqual(said, [true]);
});

test('another view, or the same one in sight again, begins anew', () => {
  fresh.begin();
  paint(1000);
  assert.equal(fresh.ignores(2000), false);
  fresh.begin();
  assert.equal(fresh.ignores(2100), true, 'it is not painted yet');
  paint(2016);
  assert.equal(fresh.ignores(2515), true);
  assert.equal(fresh.ignores(2516), false);
  assert.deepEqual(said, [true, false, true, false]);
});

test('the frame of a view that is gone counts for none', () => {
  fresh.begin();
  const [first] = frames.splice(0);
  fresh.begin();
  first(1000);
  assert.equal(fresh.ignores(9000), true);
});
