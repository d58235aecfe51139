// Lets the extension show, on a page of its own, the names of what a transfer
// carried: the vault and its pages know counts alone.
import { connect } from './bridge.js';

const bridge = connect({ onArrive: meet });

async function meet() {
  const there = await bridge.hello(1500).then(() => true, () => false);
  if (!there) return; // an older look may end after a newer one that has found it
  for (const button of document.querySelectorAll('[data-names]')) /** @type {HTMLElement} */ (button).hidden = false;
}

// The part that the buttons are in is replaced now and then.
document.addEventListener('click', (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-names]'));
  if (button) void bridge.names(button.dataset.names ?? '').catch(() => (button.hidden = true));
});
document.addEventListener('replaced', meet);

await meet();
